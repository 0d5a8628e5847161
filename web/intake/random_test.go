package intake_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// probe is the name of an element and an attribute that no page has: where one
// appears, something typed became part of a page.
const probe = "x-probe"

// nasty are values that have broken forms, beside what is made at random.
var nasty = []string{
	"", " ", "0", "-1", "1e9", "9999999999999999999999", "NaN", "null", "undefined", "true", "yes", "no", "''", "%", "%00", "%s%n", "\\", "\x00", "\ufeff", "\u202e", "\u0000", "\xff\xfe", "\xc3\x28", "😀", "å", "A\u030a", strings.Repeat("å", 3000), strings.Repeat("9", 400),
	"<" + probe + ">", `"><` + probe + ` ` + probe + `="1">`, `' ` + probe + `='1`, `" ` + probe + `="1" x="`, "</textarea><" + probe + ">", "</select></form><" + probe + ">", "<!--<" + probe + ">-->", "]]><" + probe + ">", "{{.}}", "{{define \"main\"}}x{{end}}", "${7*7}", "<script>" + probe + "</script>",
	"javascript:" + probe, "data:text/html,<" + probe + ">", "1 OR 1=1", "'; DROP TABLE listings; --", `{"$ne":null}`, "$where", "../../etc/passwd", "\r\nSet-Cookie: " + probe + "=1", "\r\nBcc: x@example.no", "31.02.2026", "2026-02-31", "01.01.0001", "2026-12-15", "12 mnd", "-3 mnd", "1000000 mnd", "8 500,-", "kr 8.500,50",
	"apartment", "deposit_account", "fixed", "indefinite", "direct", "sublet", "none", "email", "sms", "41010110007", "197001011234", "+47 446 67 799", "44667799", "0047", "kari@example.no", "a@b", "@", "kari@example.no\nola@example.no", "Kun kvinner", "ingen utlendinger", "H0101", "H01010101",
}

// anything returns a value that a field might be sent with.
func anything(r *rand.Rand) string {
	pick := func() string { return nasty[r.IntN(len(nasty))] }
	switch r.IntN(4) {
	case 0:
		return pick() + pick()
	case 1:
		runes := make([]rune, r.IntN(40))
		for i := range runes {
			runes[i] = rune(r.IntN(0x3000))
		}
		return string(runes)
	case 2:
		bytes := make([]byte, r.IntN(40))
		for i := range bytes {
			bytes[i] = byte(r.UintN(256))
		}
		return string(bytes)
	}
	return pick()
}

// holds fails where a page has anything that was typed as more than text.
func holds(t *testing.T, p *webtest.Page, sent url.Values) {
	t.Helper()
	if p.Status >= http.StatusInternalServerError {
		t.Fatalf("got %d for %q", p.Status, sent)
	}
	if len(p.Header.Values("Set-Cookie")) > 3 || strings.ContainsAny(p.Header.Get("Location"), "\r\n") {
		t.Fatalf("got headers %q for %q", p.Header, sent)
	}
	if p.Doc == nil {
		return
	}
	for n := range p.Doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == probe || n.Data == "script" && strings.Contains(webtest.TextOf(n), probe) {
			t.Fatalf("what was typed is an element of the page: %q", sent)
		}
		for _, a := range n.Attr {
			if a.Key == probe || strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "src" || a.Key == "action") && (strings.Contains(a.Val, "javascript:") || strings.HasPrefix(a.Val, "data:")) {
				t.Fatalf("what was typed is an attribute of the page: %s=%q for %q", a.Key, a.Val, sent)
			}
		}
	}
}

// Ten thousand values over every public form: never an internal error, never
// anything but text on a page, the landlord's own and staff's alike.
func TestRandomValues(t *testing.T) {
	values := 10_000
	if os.Getenv("BOLIGKLAR_TORTURE") == "1" {
		values = 500_000
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	s := site(t, generous)
	b := s.Anonymous()
	mine, photos := homeOf(t, s, b, stepOne())
	details := strings.TrimSuffix(photos, "/photos")
	forms := map[string][]string{}
	for _, path := range []string{"/utleier", "/utleier/call", "/utleier/link", details, photos} {
		for _, n := range b.Get(path).All("main input[name], main select[name], main textarea[name]") {
			forms[path] = append(forms[path], webtest.AttrOf(n, "name"))
		}
	}
	forms[mine+"/say"] = []string{"home", "word", "form_key"}
	forms[photos+"/arrange"] = []string{"alt-x", "alt-", "move", "remove"}
	paths := []string{"/utleier", "/utleier/call", "/utleier/link", details, photos, photos + "/arrange", mine + "/say"}
	good := stepOne()
	stored := 0
	for sent := 0; sent < values; {
		path := paths[r.IntN(len(paths))]
		page := b.Get(path)
		if path == mine+"/say" || strings.HasSuffix(path, "/arrange") {
			page = b.Get(mine)
		}
		form := url.Values{}
		// Half of the forms are in order but for one field, so that it is stored.
		alone := ""
		if r.IntN(2) == 0 {
			alone = forms[path][r.IntN(len(forms[path]))]
		}
		for _, name := range forms[path] {
			given := alone != "" && alone != name
			switch {
			case name == "stamp" && (given || r.IntN(8) > 0):
				form.Set(name, page.Attr(`input[name="stamp"]`, "value"))
			case (name == "form_version" || name == "form_base") && (given || r.IntN(8) > 0):
				form.Set(name, page.Attr(`input[name="`+name+`"]`, "value"))
			case name == "website" && (given || r.IntN(8) > 0):
			case name == "form_key" && (given || r.IntN(8) > 0):
				form.Set(name, "KEY"+strconv.FormatUint(r.Uint64(), 36)+"AAAAAAAAAA")
			case given:
				form.Set(name, good.Get(name))
			default:
				for range 1 + r.IntN(2) {
					form.Add(name, anything(r))
				}
			}
			sent++
		}
		if path == mine+"/say" && r.IntN(2) > 0 {
			form.Set("word", "withdraw"+form.Get("word")) // withdrawing for real would end the home's form
		}
		s.Wait(3e9)
		answer := b.Post(path, form)
		holds(t, answer, form)
		if answer.Status == http.StatusSeeOther {
			stored++
			holds(t, b.Get(answer.Header.Get("Location")), form)
		}
	}
	if stored < values/100 {
		t.Errorf("only %d of the forms were taken: the test looks at refusals alone", stored)
	}
	// What was stored shows as text to staff.
	staff := s.As(auth.Coordinator)
	for _, path := range []string{"/submissions", "/ring", "/landlords", "/listings", "/listings?q=" + url.QueryEscape("<"+probe+">"), "/listings/" + strings.Split(photos, "/")[5]} {
		holds(t, staff.Get(path), url.Values{"page": {path}})
	}
	queue, err := s.Office.SubmissionQueue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queue[:min(len(queue), 40)] {
		if q.Listing != nil {
			holds(t, staff.Get("/listings/"+q.Listing.ID), url.Values{"listing": {q.Listing.ID}})
		}
	}
}
