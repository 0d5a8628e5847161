package auth

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCheckPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(file, []byte("En Lekket Setning\r\nen til lekket setning\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Service{cfg: Config{Breached: file}}
	tests := []struct{ password, want string }{
		{"fem grønne bananer", ""},
		{"kort", "password_short"},
		{"elleve tegn", "password_short"},
		{strings.Repeat("langt ord ", 30), "password_long"},
		{"Sommer2026!!", "password_common"},
		{"passord12345", "password_common"},
		{"PASSORDPASSORD", "password_common"},
		{"123456789012", "password_common"},
		{"aaaaaaaaaaaaa", "password_common"},
		{"kariskari2026", ""},
		{"karinord1234", "password_common"},
		{"karinordkarinord", "password_common"},
		{"qwertyuiopasdf", "password_common"},
		{"en lekket setning", "password_breached"},
		{"en til lekket setning", "password_breached"},
	}
	for _, test := range tests {
		got := ""
		if problems := s.checkPassword(test.password, "karinord@example.no"); len(problems) > 0 {
			got = problems[0].Code
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.password, got, test.want)
		}
	}
	s.cfg.Breached += ".missing"
	if problems := s.checkPassword("fem grønne bananer", ""); len(problems) != 1 || problems[0].Code != "password_unchecked" {
		t.Errorf("got %v for a missing list, want it said", problems)
	}
}

// Every password of a sorted list of sums is found, and none between.
func TestBreachedSums(t *testing.T) {
	var lines []string
	for i := range 500 {
		sum := sha1.Sum(fmt.Appendf(nil, "password %d", 2*i))
		lines = append(lines, strings.ToUpper(hex.EncodeToString(sum[:]))+fmt.Sprintf(":%d", i*i*i))
	}
	slices.Sort(lines)
	for _, end := range []string{"\n", "\r\n"} {
		file := filepath.Join(t.TempDir(), "sums.txt")
		if err := os.WriteFile(file, []byte(strings.Join(lines, end)+end), 0o600); err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			found, err := breached(file, fmt.Sprintf("password %d", i))
			if err != nil || found != (i%2 == 0) {
				t.Fatalf("password %d: got %v, %v", i, found, err)
			}
		}
	}
}

func TestHash(t *testing.T) {
	h := newHasher(Cost{Memory: 64, Passes: 1, Lanes: 1})
	hash, err := h.hash(t.Context(), "blåbær og fløte")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(hash, "blåbær") || h.outdated(hash) || !newHasher(DefaultCost).outdated(hash) {
		t.Errorf("got %q", hash)
	}
	for password, want := range map[string]bool{"blåbær og fløte": true, "bla\u030abær og fløte": true, "blabær og fløte": false, "": false} {
		if same, err := h.verify(t.Context(), hash, password); err != nil || same != want {
			t.Errorf("%q: got %v, %v, want %v", password, same, err, want)
		}
	}
	if same, err := h.verify(t.Context(), "", ""); same || err != nil {
		t.Errorf("no password: got %v, %v", same, err)
	}
}
