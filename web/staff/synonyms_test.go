package staff_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// Who looks after the list sees what a change would do, saves it, and finds by it;
// an earlier version can be had again. A caseworker is not let in.
func TestSynonyms(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	if err := s.Finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Coordinator)
	homes := func(query string) string { return b.Get("/listings?q=" + query).Text("#results p[role=status]") }
	none := homes("kåk")
	const form, list = `form[action="/admin/synonyms"]`, "/admin/synonyms"
	p := b.Get(list)
	edited := p.Form(form)
	edited.Set("groups", strings.Replace(edited.Get("groups"), "leilighet, leil", "leilighet, kåk, leil", 1))
	preview := edited
	preview.Set("preview", "yes")
	shown := b.Post(list, preview)
	if got := shown.Texts(".bk-preview li"); shown.Status != http.StatusOK || len(got) != 2 || !strings.Contains(got[0], "kåk") || homes("kåk") != none {
		t.Errorf("got status %d and the changes %q, want the group in and out, and nothing saved", shown.Status, got)
	}
	saved := shown.Form(form)
	if p := b.Post(list, saved); p.Status != http.StatusSeeOther {
		t.Fatalf("got status %d: %s", p.Status, p.Main())
	}
	if homes("kåk") == none {
		t.Errorf("got %s by the new word", none)
	}
	if got := b.Get(list).Texts("tbody th"); len(got) != 2 || !strings.HasPrefix(got[0], "1") || !strings.HasPrefix(got[1], "0") {
		t.Errorf("got the versions %q", got)
	}
	again := b.Get(list + "?version=0").Form(form)
	if p := b.Post(list, again); strings.Contains(again.Get("groups"), "kåk") || p.Status != http.StatusSeeOther || homes("kåk") != none {
		t.Errorf("got status %d, and %s by the word that is gone", p.Status, homes("kåk"))
	}
	for text, want := range map[string]string{"hybel, studio\nbod": "Linje 2", "": "ingen gruppe", "# bare dette": "ingen gruppe", "hybel, 13097248022": "fødselsnummer", strings.Repeat("ord, ", 20_000): "lengre"} {
		form := b.Get(list).Form(form)
		form.Set("groups", text)
		p := b.Post(list, form)
		if got := p.Texts(".ds-validation-message"); p.Status != http.StatusUnprocessableEntity || !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%.20q: got status %d and %q", text, p.Status, got)
		}
	}
	if p := s.As(auth.Caseworker).Get(list); p.Status != http.StatusForbidden {
		t.Errorf("got status %d for a caseworker", p.Status)
	}
	if trail := s.As(auth.Administrator).Get("/admin/audit").Text("main"); !strings.Contains(trail, "Synonymer i søket") {
		t.Error("the trail does not tell of it")
	}
}
