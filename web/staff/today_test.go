package staff_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

func TestToday(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	for _, lang := range []string{"nb", "nn", "en"} {
		p := s.As(auth.Coordinator).Get("/?lang=" + lang)
		if got := len(p.All(".bk-waiting > section")); got != 10 {
			t.Errorf("%s: got %d kinds, want 10", lang, got)
		}
		if got := p.All(".bk-tile svg[role=img]"); len(got) != 3 || !strings.Contains(webtest.AttrOf(got[0], "aria-label"), "2026") {
			t.Errorf("%s: got %d lines, want three with words", lang, len(got))
		}
	}
	b := s.As(auth.Caseworker)
	p := b.Get("/")
	links := p.All(".bk-waiting li a")
	if len(links) == 0 {
		t.Fatalf("nothing waits in the demo:\n%s", p.Main())
	}
	for _, a := range links {
		register, id, _ := strings.Cut(strings.TrimPrefix(webtest.AttrOf(a, "href"), "/"), "/")
		if !slices.Contains([]string{"listings", "households", "placements", "units", "guarantees"}, register) || id == "" {
			t.Errorf("got link %s, want the record", webtest.AttrOf(a, "href"))
		}
	}
	for _, kind := range []string{"submission", "call", "reconfirm", "follow_up", "lease", "lease_in", "guarantee", "claim", "declined", "stale"} {
		if p := b.Get("/today/" + kind); p.Status != http.StatusOK {
			t.Errorf("%s: got status %d", kind, p.Status)
		}
	}
	if p := b.Get("/today/nothing"); p.Status != http.StatusNotFound {
		t.Errorf("got status %d for a kind that is not there", p.Status)
	}
}

// A manager sees how many wait and nobody's reference; an administrator neither.
func TestTodayByRole(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	manager := s.As(auth.Manager).Get("/")
	if len(manager.All(".bk-tile")) != 3 || len(manager.All(".bk-waiting > section")) != 10 {
		t.Errorf("got no figures for the manager:\n%s", manager.Main())
	}
	if got := manager.All(".bk-waiting a"); len(got) != 0 || strings.Contains(manager.Body, "H-1") {
		t.Errorf("got %d links or names for the manager", len(got))
	}
	if got := s.As(auth.Administrator).Get("/"); len(got.All(".bk-tile, .bk-waiting")) != 0 {
		t.Errorf("got figures for the administrator:\n%s", got.Main())
	}
}

// Whoever is named on Today has been seen.
func TestTodayIsAudited(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	p := s.As(auth.Caseworker).Get("/today/stale")
	names := p.Texts("tbody th a")
	page, err := s.Audit.Find(t.Context(), audit.Filter{Register: "households"})
	if err != nil || len(names) == 0 || len(page.Lines) != len(names) {
		t.Errorf("got %d lines in the trail for %d households, %v", len(page.Lines), len(names), err)
	}
}

func TestEmptyRegister(t *testing.T) {
	s := webtest.New(t, nil)
	b := s.As(auth.Coordinator)
	if p := b.Get("/"); len(p.All(`main a[href="/overview"]`)) != 1 {
		t.Errorf("got no way to the first steps:\n%s", p.Main())
	}
	want := "boligklar template listings -o utleieboliger.xlsx|boligklar import utleieboliger.xlsx --dry-run|boligklar import utleieboliger.xlsx"
	if got := strings.Join(b.Get("/overview").Texts("code"), "|"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	full := webtest.New(t, nil).Fill().As(auth.Coordinator).Get("/overview")
	if got := strings.Join(full.Texts("code"), "|"); got != "boligklar match --all --on 2026-12-01|boligklar turnover --month 2026-11 -o omlop.xlsx" {
		t.Errorf("got %q", got)
	}
	if got := full.Texts("dd"); len(got) != 4 {
		t.Errorf("got figures %q, want four", got)
	}
}
