package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/webtest"
)

// A card's own step leads back to the board, where the card has moved on; a step
// that another has overtaken is shown on the placement's page.
func TestStepOnTheBoard(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	b := site.As(auth.Caseworker)
	board := b.Get("/placements?lang=en")
	const form = `form[action^="/placements/"]:has(button[value="accept"])`
	action := board.Attr(form, "action")
	id := strings.TrimSuffix(strings.TrimPrefix(action, "/placements/"), "/step")
	send := board.Form(form)
	send.Set("kind", string(placements.KindAccept))
	back := b.Post(action, send)
	if got := back.Header.Get("Location"); back.Status != http.StatusSeeOther || !strings.HasPrefix(got, "/placements?") {
		t.Fatalf("got %d to %q, want the board:\n%s", back.Status, got, back.Main())
	}
	rec, err := site.Office.Placement(t.Context(), id)
	if err != nil || rec.Value.Placement.Accepted.IsZero() {
		t.Fatalf("got %+v, %v; want the household's yes", rec.Value.Placement.Steps, err)
	}
	if again := b.Post(action, send); again.Status != http.StatusSeeOther {
		t.Errorf("got %d for the form sent twice", again.Status)
	}
	send.Set("form_key", "another")
	if stale := b.Post(action, send); stale.Status != http.StatusUnprocessableEntity || stale.Text("h1") == "" {
		t.Errorf("got %d for a step on what has changed", stale.Status)
	}
	after := b.Get("/placements")
	if n := len(after.All(`form[action="` + action + `"] button[value="view"]`)); n != 1 {
		t.Errorf("got %d buttons for the viewing, want one", n)
	}
	if page := b.Get("/placements/" + id + "?decline=1"); len(page.All("details#decline[open]")) != 1 {
		t.Error("the decline is not open")
	}
}

// One's own are those that one is responsible for.
func TestBoardOfOnesOwn(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	b := site.As(auth.Caseworker)
	if cards := b.Get("/placements?who=mine").All(".bk-card"); len(cards) != 0 {
		t.Fatalf("got %d cards of one who is responsible for none", len(cards))
	}
	path := b.Get("/placements").Attr(`.bk-board > section:first-child .bk-card > a`, "href")
	form := b.Get(path).Form(`form[action$="/note"]`)
	me, err := site.Auth.UserNamed(t.Context(), "test.caseworker")
	if err != nil {
		t.Fatal(err)
	}
	form.Set("caseworker", me.ID)
	form.Set("case_ref", "2026/1234")
	b.Follow(b.Post(path+"/note", form))
	mine := b.Get("/placements?who=mine")
	if got := mine.Texts(".bk-card > a"); len(got) != 1 {
		t.Errorf("got %q, want the one", got)
	}
	if !strings.Contains(mine.Main(), "Test test.caseworker") {
		t.Error("the card does not name who is responsible")
	}
	if got := b.Get(path).Form(`form[action$="/note"]`); got.Get("case_ref") != "2026/1234" {
		t.Errorf("got %v, want the archive's reference to be edited", got)
	}
}
