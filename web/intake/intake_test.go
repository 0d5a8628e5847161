package intake_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/throttle"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/intake"
	"github.com/boligklar/boligklar/web/webtest"
)

func site(t *testing.T, limits intake.Limits) *webtest.Site {
	t.Helper()
	return webtest.New(t, nil, func(cfg *web.Config) {
		in := intake.New(intake.Config{Office: cfg.Staff.Office, Now: cfg.Staff.Now, Secret: []byte("test"), Limiter: throttle.New(throttle.Config{Limits: limits, Now: cfg.Staff.Now}), Settings: cfg.Staff.Settings})
		cfg.More = append(cfg.More, in.Area())
	})
}

var generous = intake.Limits{PerSender: 1e9, Burst: 1e9, All: 1e9, AllBurst: 1e9}

func stepOne() url.Values {
	return url.Values{"address": {"Prøvegata 1"}, "dwelling_type": {"apartment"}, "rent": {"9 500"}, "available_from": {"2026-12-15"},
		"landlord_name": {"Kari Prøve"}, "landlord_phone": {"446 67 799"}, "landlord_email": {"kari@example.no"}, "via": {"email"}, "form_key": {"ABCDEFGHIJKLMNOPQRST"}}
}

// stamped adds the stamp of a form that was shown a minute ago.
func stamped(t *testing.T, s *webtest.Site, path string, form url.Values) url.Values {
	t.Helper()
	p := s.Anonymous().Get(path)
	form.Set("stamp", p.Attr(`input[name="stamp"]`, "value"))
	s.Wait(time.Minute)
	return form
}

func TestRegistering(t *testing.T) {
	for _, lang := range []string{"nb", "nn", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := site(t, generous)
			b := s.Anonymous()
			form := stamped(t, s, "/utleier?lang="+lang, stepOne())
			answer := b.Post("/utleier?lang="+lang, form)
			mine := b.Follow(answer)
			if mine.Status != http.StatusOK || !strings.Contains(mine.Main(), "Prøvegata 1") {
				t.Fatalf("got %d\n%s", mine.Status, mine.Main())
			}
			link := strings.TrimSuffix(answer.Header.Get("Location"), "?")
			// The same form again leads to the same home, by another link.
			again := b.Follow(b.Post("/utleier", form))
			if got := again.Attr(`input[name="home"]`, "value"); got != mine.Attr(`input[name="home"]`, "value") || got == "" {
				t.Errorf("got home %q for the form sent twice, want %q", got, mine.Attr(`input[name="home"]`, "value"))
			}
			queue, err := s.Office.SubmissionQueue(t.Context())
			if err != nil || len(queue) != 1 || string(queue[0].Submission.Lang) != lang {
				t.Fatalf("got %+v, %v", queue, err)
			}
			// The second step.
			details := mine.Attr(`a[href*="/homes/"]:not([href*="/photos"])`, "href")
			page := b.Get(details)
			two := url.Values{"form_version": {page.Attr(`input[name="form_version"]`, "value")}, "form_base": {page.Attr(`input[name="form_base"]`, "value")},
				"address": {"Prøvegata 1"}, "rent": {"9500"}, "deposit": {"3 mnd"}, "accepted_security": {"deposit_account", "municipal_guarantee"}, "pets": {"yes"}, "smoking": {"no"}, "step_free": {""},
				"lease_kind": {"indefinite"}, "landlord_name": {"Kari Prøve"}, "landlord_phone": {"44667799"}, "landlord_email": {"kari@example.no"}}
			if got := b.Post(details, two); got.Status != http.StatusSeeOther {
				t.Fatalf("got %d\n%s", got.Status, got.Main())
			}
			queue, err = s.Office.SubmissionQueue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			l := queue[0].Listing.Value.Record
			if l.Deposit == nil || *l.Deposit != 28500 || l.AcceptedSecurity != landlords.Securities(landlords.DepositAccount, landlords.MunicipalGuarantee) || l.Pets == nil || !*l.Pets || l.Smoking == nil || *l.Smoking || l.StepFree != nil {
				t.Errorf("got %+v", l)
			}
			// A link that is fetched changes nothing; one tap withdraws.
			b.Get(link)
			if got := b.Post(link+"/say", url.Values{"home": {queue[0].Listing.ID}, "word": {"withdraw"}}); got.Status != http.StatusSeeOther {
				t.Fatalf("got %d", got.Status)
			}
			if got := b.Get(link).Text(".ds-tag"); got == "" || got == mine.Text(".ds-tag") {
				t.Errorf("got status %q after the withdrawal", got)
			}
		})
	}
}

func TestErrorsStandBesideTheirFields(t *testing.T) {
	s := site(t, generous)
	form := stamped(t, s, "/utleier", url.Values{"address": {"Kun kvinner gata 1"}, "rent": {"ni tusen"}, "available_from": {"31.02.2027"}, "landlord_name": {"<b>Kari</b>"}, "landlord_email": {"kari"}, "form_key": {"ABCDEFGHIJKLMNOPQRST"}})
	p := s.Anonymous().Post("/utleier?lang=en", form)
	if p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d", p.Status)
	}
	for _, field := range []string{"address", "rent", "available_from", "landlord_phone", "landlord_email"} {
		if p.Text("#f-"+field+"-error") == "" || p.Attr("#f-"+field, "aria-invalid") != "true" || !strings.Contains(p.Attr("#f-"+field, "aria-describedby"), "f-"+field+"-error") {
			t.Errorf("%s: got error %q", field, p.Text("#f-"+field+"-error"))
		}
	}
	if p.Attr("#f-rent", "value") != "ni tusen" || p.Attr("#f-landlord_name", "value") != "<b>Kari</b>" || len(p.All("main b")) > 0 {
		t.Error("what was typed is lost or not escaped")
	}
	if len(p.All(".ds-error-summary[data-autofocus]")) != 1 || p.Text(".ds-error-summary") == "" {
		t.Error("there is no summary to lead to")
	}
}

func TestAgainstMachines(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	stored := func() int {
		queue, err := s.Office.SubmissionQueue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(queue)
	}
	shown := b.Get("/utleier").Attr(`input[name="stamp"]`, "value")
	for name, change := range map[string]func(url.Values){
		"no stamp":         func(f url.Values) { f.Del("stamp") },
		"a forged stamp":   func(f url.Values) { f.Set("stamp", "AAAAAAAAAAAA"+shown[12:]) },
		"within a second":  func(url.Values) {},
		"the hidden field": func(f url.Values) { f.Set("website", "http://spam.example") },
	} {
		form := stepOne()
		form.Set("stamp", shown)
		change(form)
		if got := b.Post("/utleier", form); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", name, got.Status)
		}
	}
	s.Wait(time.Minute)
	keyless := stepOne()
	keyless.Set("stamp", shown)
	keyless.Del("form_key")
	if got := b.Post("/utleier", keyless); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no key: got %d", got.Status)
	}
	if n := stored(); n != 0 {
		t.Errorf("got %d stored", n)
	}
	form := stamped(t, s, "/utleier", stepOne())
	form.Set("notes", strings.Repeat("x", 1<<20))
	if got := b.Post("/utleier", form); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d for a megabyte", got.Status)
	}
}

func TestRates(t *testing.T) {
	s := site(t, intake.Limits{PerSender: 0.1, Burst: 3, All: 1000, AllBurst: 1000})
	b := s.Anonymous()
	var got []int
	for range 5 {
		got = append(got, b.Post("/utleier/link", url.Values{"landlord_email": {"x"}}).Status)
	}
	if want := []int{422, 422, 422, 429, 429}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s.Wait(time.Minute)
	if got := b.Post("/utleier/link", url.Values{"landlord_email": {"x"}}).Status; got != 422 {
		t.Errorf("got %d after a minute", got)
	}
}

// Who asks for a link learns nothing of whether the address is known.
func TestNoEnumeration(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	b.Post("/utleier", stamped(t, s, "/utleier", stepOne()))
	ask := func(email string) string {
		b := s.Anonymous()
		p := b.Post("/utleier/link", stamped(t, s, "/utleier/link", url.Values{"landlord_email": {email}, "form_key": {"x"}}))
		return p.Header.Get("Location") + b.Follow(p).Text("main")
	}
	if known, unknown := ask("kari@example.no"), ask("ola@example.no"); known != unknown {
		t.Errorf("got %q for a known address, %q for an unknown one", known, unknown)
	}
	for _, path := range []string{"/utleier/mine/x", "/utleier/mine/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/utleier/mine/AAAAAAAAAAAAAAAAAAAAAAAAAA/homes/1"} {
		if p := b.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, p.Status)
		}
	}
}

func TestCallMe(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	p := b.Post("/utleier/call", stamped(t, s, "/utleier/call", url.Values{"landlord_name": {"Per"}, "landlord_phone": {"99887766"}, "form_key": {"ABCDEFGHIJKLMNOPQRST"}}))
	if got := b.Follow(p); got.Status != http.StatusOK {
		t.Fatalf("got %d", got.Status)
	}
	calls, err := s.Office.RingList(t.Context())
	if err != nil || len(calls) != 1 || calls[0].Phone != "+4799887766" || calls[0].Name != "Per" {
		t.Errorf("got %+v, %v", calls, err)
	}
}

// The program's name leads a landlord to the landlords' page, not to the sign-in.
func TestNameLeadsLandlordsHome(t *testing.T) {
	s := site(t, generous)
	for _, path := range []string{"/utleier", "/utleier/call"} {
		if got := s.Anonymous().Get(path).Attr(".bk-brand", "href"); got != "/utleier" {
			t.Errorf("%s: got %q", path, got)
		}
	}
	if got := s.Anonymous().Get("/sign-in").Attr(".bk-brand", "href"); got != "/" {
		t.Errorf("got %q at the sign-in", got)
	}
}
