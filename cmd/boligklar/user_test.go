package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// A user is added, given a new link and listed; the password is never typed here,
// and what is wrong changes nothing.
func TestUsers(t *testing.T) {
	data := t.TempDir()
	added, _ := boligklar(t, data, exitOK, "user", "add", "kari@example.no", "--name", "Kari Nord", "--role", "coordinator", "--role", "administrator", "--lang", "en")
	link := func(out string) string {
		t.Helper()
		_, token, ok := strings.Cut(out, "/password/")
		if !ok || len(strings.Fields(token)[0]) < 20 {
			t.Fatalf("got %q, want a link to choose a password", out)
		}
		return strings.Fields(token)[0]
	}
	first := link(added)
	again, _ := boligklar(t, data, exitOK, "user", "reset", "kari@example.no", "--lang", "en")
	if link(again) == first {
		t.Error("reset gave the link of before")
	}
	boligklar(t, data, exitOK, "user", "add", "ola", "--role", "manager")
	boligklar(t, data, exitOK, "user", "revoke", "ola")

	out, _ := boligklar(t, data, exitOK, "user", "list", "--format", "json")
	var users []struct {
		Username, Name string
		Roles          []string
		Disabled       bool
	}
	if err := json.Unmarshal([]byte(out), &users); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, u := range users {
		got[u.Username] = u.Name + ": " + strings.Join(u.Roles, " ")
	}
	if len(got) != 2 || !strings.HasPrefix(got["kari@example.no"], "Kari Nord: ") || !strings.Contains(got["kari@example.no"], "coordinator") || got["ola"] != "ola: manager" {
		t.Errorf("got %v", got)
	}
	if text, _ := boligklar(t, data, exitOK, "user", "list"); !strings.Contains(text, "Kari Nord") || strings.Contains(text+out, first) {
		t.Errorf("got %s", text)
	}

	boligklar(t, data, exitFailed, "user", "add", "kari@example.no", "--role", "manager") // taken
	boligklar(t, data, exitFailed, "user", "reset", "nobody")
	boligklar(t, data, exitFailed, "user", "revoke", "nobody")
	boligklar(t, data, exitUsage, "user", "add", "per", "--role", "king")
	boligklar(t, data, exitUsage, "user", "add")
	if after, _ := boligklar(t, data, exitOK, "user", "list", "--format", "json"); after != out {
		t.Errorf("got %s, want nothing changed by what was refused", after)
	}
}
