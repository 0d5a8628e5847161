package staff_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// The way of a user: added, chooses a password by the link, works, is disabled.
func TestUserLife(t *testing.T) {
	s := webtest.New(t, nil)
	admin := s.As(auth.Administrator)
	if p := admin.Post("/admin/users/new", url.Values{"username": {"x"}}); p.Status != http.StatusUnprocessableEntity || len(p.All(".ds-error-summary li")) != 3 {
		t.Errorf("got status %d for an empty form:\n%s", p.Status, p.Main())
	}
	p := admin.Post("/admin/users/new", url.Values{"username": {"ola"}, "name": {"<b>Ola</b> Nord"}, "roles": {"caseworker"}})
	link, err := url.Parse(p.Text("main code"))
	if err != nil {
		t.Fatal(err)
	}
	ola := s.Anonymous()
	if p := ola.Post(link.Path, url.Values{"password": {"kort"}, "repeat": {"kort"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d for a short password", p.Status)
	}
	if p := ola.Post(link.Path, url.Values{"password": {webtest.Password}, "repeat": {"noe annet enn det"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d for two passwords", p.Status)
	}
	ola.Follow(ola.Post(link.Path, url.Values{"password": {webtest.Password}, "repeat": {webtest.Password}}))
	if p := ola.Get(link.Path); p.Status != http.StatusNotFound {
		t.Errorf("got status %d for a link that was used", p.Status)
	}
	home := ola.Follow(ola.Post("/sign-in", url.Values{"username": {"OLA"}, "password": {webtest.Password}, "next": {"/account"}}))
	if got := home.Text(".bk-width > .bk-user a"); got != "<b>Ola</b> Nord" {
		t.Errorf("got name %q, want it as it was typed", got)
	}
	who, err := s.Auth.UserNamed(t.Context(), "ola")
	if err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + who.ID
	form := admin.Get(path)
	version := form.Attr("input[name=form_version]", "value")
	change := url.Values{"form_version": {version}, "form_base": {form.Attr("input[name=form_base]", "value")}, "name": {"Ola Nord"}, "roles": {"caseworker"}, "disabled": {"yes"}}
	done := admin.Follow(admin.Post(path, change))
	if got := done.Text(".bk-flash"); !strings.Contains(got, "Ola Nord") {
		t.Errorf("got flash %q", got)
	}
	if got := admin.Get("/admin/users").All(".bk-flash"); len(got) != 0 {
		t.Error("the flash is shown twice")
	}
	if p := ola.Get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("got status %d for a disabled user", p.Status)
	}
}

// Two administrators change the same user: the second sees what the first did,
// loses nothing, and decides.
func TestConflict(t *testing.T) {
	s := webtest.New(t, nil)
	admin := s.As(auth.Administrator)
	who, _, err := s.Auth.Add(t.Context(), auth.NewUser{Username: "ola", Name: "Ola", Roles: auth.Caseworker}, "test")
	if err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + who.ID
	form := admin.Get(path)
	base := url.Values{"form_version": {form.Attr("input[name=form_version]", "value")}, "form_base": {form.Attr("input[name=form_base]", "value")}}
	first, second := url.Values{"name": {"Ola A"}, "roles": {"manager"}}, url.Values{"name": {"Ola B"}, "roles": {"caseworker"}}
	for name, values := range base {
		first[name], second[name] = values, values
	}
	admin.Follow(admin.Post(path, first))
	p := admin.Post(path, second)
	if p.Status != http.StatusConflict {
		t.Fatalf("got status %d, want 409:\n%s", p.Status, p.Main())
	}
	if got := p.Texts(".bk-conflict tbody tr"); len(got) != 2 || !strings.Contains(got[0], "Ola A Ola B") {
		t.Errorf("got conflicts %q, want name and roles", got)
	}
	if got := p.Attr("input[name=name]", "value"); got != "Ola B" {
		t.Errorf("got name %q in the form, want what the second wrote", got)
	}
	if got := p.All("input[name=roles][checked]"); len(got) != 1 || webtest.AttrOf(got[0], "value") != "manager" {
		t.Errorf("got %d roles, want the first's change, which the second did not touch", len(got))
	}
	second["form_version"] = []string{p.Attr("input[name=form_version]", "value")}
	second["roles"] = []string{"manager"}
	admin.Follow(admin.Post(path, second))
	if now, err := s.Auth.User(t.Context(), who.ID); err != nil || now.Name != "Ola B" || now.Roles != auth.Manager {
		t.Errorf("got %+v, %v", now, err)
	}
}

func TestSetUp(t *testing.T) {
	s := webtest.New(t, nil)
	token, err := s.Auth.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := s.Anonymous()
	b.Get("/set-up/" + token)
	form := url.Values{"username": {"kari"}, "name": {"Kari"}, "password": {webtest.Password}, "repeat": {webtest.Password}, "roles": {"coordinator"}}
	b.Follow(b.Post("/set-up/"+token, form))
	if p := b.Get("/set-up/" + token); p.Status != http.StatusNotFound {
		t.Errorf("got status %d for the link again", p.Status)
	}
	if p := b.Follow(b.Post("/sign-in", form)); len(p.All(`a[href="/admin"]`)) == 0 {
		t.Errorf("the first user is no administrator:\n%s", p.Main())
	}
}

func TestSignIn(t *testing.T) {
	s := webtest.New(t, nil)
	s.As(auth.Manager)
	b := s.Anonymous()
	for _, test := range []struct{ next, want string }{
		{"/reports?month=2026-11", "/reports?month=2026-11"}, {"https://evil.example/", "/"}, {"//evil.example/", "/"}, {`/\evil.example`, "/"}, {"", "/"},
	} {
		p := b.Post("/sign-in", url.Values{"username": {"test.manager"}, "password": {webtest.Password}, "next": {test.next}})
		if got := p.Header.Get("Location"); got != test.want {
			t.Errorf("next %q: got %q, want %q", test.next, got, test.want)
		}
		cookie := p.Header.Get("Set-Cookie")
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("got cookie %q", cookie)
		}
	}
	s.Wait(31 * time.Minute)
	if p := b.Get("/account"); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/sign-in?next=") {
		t.Errorf("got status %d after half an hour", p.Status)
	}
	if p := b.Get("/sign-in"); !strings.Contains(p.Main(), "logget ut") {
		t.Errorf("the page does not say why:\n%s", p.Main())
	}
	for range 5 {
		b.Post("/sign-in", url.Values{"username": {"test.manager"}, "password": {"wrong"}})
	}
	if p := b.Post("/sign-in", url.Values{"username": {"test.manager"}, "password": {webtest.Password}}); p.Status != http.StatusTooManyRequests || p.Header.Get("Retry-After") == "" {
		t.Errorf("got status %d after five failures", p.Status)
	}
}

func TestOwnAccount(t *testing.T) {
	s := webtest.New(t, nil)
	b, other := s.As(auth.Caseworker), s.As(auth.Caseworker)
	const another = "seks blå bananer"
	if p := b.Post("/account/password", url.Values{"old": {"wrong"}, "password": {another}, "repeat": {another}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d with a wrong password", p.Status)
	}
	b.Follow(b.Post("/account/password", url.Values{"old": {webtest.Password}, "password": {another}, "repeat": {another}}))
	if p := other.Get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("got status %d for the other session", p.Status)
	}
}

func TestPolicyEditor(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	admin := s.As(auth.Administrator)
	shown := admin.Get("/admin/policy")
	form := url.Values{"from": {"2027-01-01"}}
	for _, n := range shown.All(".bk-fields input") {
		form.Set(webtest.AttrOf(n, "name"), webtest.AttrOf(n, "value"))
	}
	if len(form) < 25 {
		t.Fatalf("got %d fields", len(form))
	}
	form.Set("max_wait_days", "-1")
	if p := admin.Post("/admin/policy", form); p.Status != http.StatusUnprocessableEntity || p.Attr(`input[name="max_wait_days"]`, "aria-invalid") != "true" {
		t.Errorf("got status %d for a bad value:\n%s", p.Status, p.Main())
	}
	form.Set("max_wait_days", "1")
	form.Set("save", "yes") // without having tried it
	tried := admin.Post("/admin/policy", form)
	if tried.Status != http.StatusOK || len(tried.All("#preview-title")) != 1 {
		t.Fatalf("got status %d, want a preview first:\n%s", tried.Status, tried.Main())
	}
	form.Set("tried", tried.Attr("input[name=tried]", "value"))
	saved := admin.Follow(admin.Post("/admin/policy", form))
	if got := saved.Texts("#versions-title ~ table tbody th"); len(got) != 1 || got[0] != "1" {
		t.Errorf("got versions %q", got)
	}
	if v, err := s.Office.Policy(t.Context(), s.Office.Today().AddDays(40)); err != nil || v.Policy.MaxWaitDays != 1 || v.Who == "" {
		t.Errorf("got %d, %v", v.Policy.MaxWaitDays, err)
	}
	file := admin.Get("/admin/policy/policy.yaml")
	if !strings.Contains(file.Body, "max_wait_days: 60") { // the new one holds from January
		t.Errorf("got file\n%s", file.Body)
	}
	for body, want := range map[string]int{file.Body: http.StatusOK, "fresh_days: 21\nnonsense: 3\n": http.StatusUnprocessableEntity} {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, err := w.CreateFormFile("file", "policy.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/admin/policy/file", &b)
		r.Header.Set("Content-Type", w.FormDataContentType())
		p := admin.Do(r)
		if p.Status != want || want == http.StatusUnprocessableEntity && !strings.Contains(p.Main(), "Linje 2") {
			t.Errorf("got status %d, want %d:\n%s", p.Status, want, p.Main())
		}
	}
}

func TestAuditPage(t *testing.T) {
	s := webtest.New(t, nil)
	s.Audit.Looked(audit.Entry{Who: "landlord", What: audit.Read, Register: "households", Key: "H-7"},
		audit.Entry{Who: "landlord", What: audit.Read, Register: "households", Key: "<script>alert(1)</script>"})
	admin := s.As(auth.Administrator)
	for target, want := range map[string]int{
		"/admin/audit?household=H-7": 1, "/admin/audit?user=landlord": 2, "/admin/audit?from=2027-01-01": 0, "/admin/audit?household=H-7&to=2026-12-01": 1, "/admin/audit?household=H-7&to=2026-11-30": 0,
	} {
		if got := admin.Get(target).All("tbody tr"); len(got) != want {
			t.Errorf("%s: got %d lines, want %d", target, len(got), want)
		}
	}
	if p := admin.Get("/admin/audit?from=never"); len(p.All(".ds-error-summary")) != 1 {
		t.Errorf("got no error for a date that is none:\n%s", p.Main())
	}
}

func TestSettings(t *testing.T) {
	s := webtest.New(t, nil)
	admin := s.As(auth.Administrator)
	form := admin.Get("/admin/settings")
	values := url.Values{"form_version": {form.Attr("input[name=form_version]", "value")}, "form_base": {form.Attr("input[name=form_base]", "value")}}
	for _, n := range form.All(".bk-form input.ds-input") {
		values.Set(webtest.AttrOf(n, "name"), webtest.AttrOf(n, "value"))
	}
	values.Set("idle_minutes", "3")
	if p := admin.Post("/admin/settings", values); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d for three minutes", p.Status)
	}
	values.Set("idle_minutes", "60")
	values.Set("notice", "Husk møtet kl. 12.")
	admin.Follow(admin.Post("/admin/settings", values))
	if p := s.As(auth.Manager).Get("/"); !strings.Contains(p.Main(), "Husk møtet") {
		t.Errorf("got no notice on Today:\n%s", p.Main())
	}
	values.Set("notice", "Noe annet")
	if p := admin.Post("/admin/settings", values); p.Status != http.StatusConflict || len(p.All(".bk-conflict tbody tr")) == 0 {
		t.Errorf("got status %d for an old version", p.Status)
	}
}

// Every page in every language: what no page may have is looked for with each.
func TestPagesInEveryLanguage(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Administrator | auth.Coordinator)
	who, err := s.Auth.UserNamed(t.Context(), "test.coordinator.administrator")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"nb", "nn", "en"} {
		for _, target := range []string{"/", "/today/stale", "/overview", "/account", "/admin/users", "/admin/users/new", "/admin/users/" + who.ID, "/admin/policy", "/admin/audit", "/admin/settings"} {
			if p := b.Get(target + "?lang=" + lang); p.Status != http.StatusOK {
				t.Errorf("%s: got status %d", target, p.Status)
			}
		}
	}
}
