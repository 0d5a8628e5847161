package landlords_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/landlords"
)

// phrasesOf reads "verdict<TAB>phrase" lines: a ground, a review, or ok.
func phrasesOf(t *testing.T, file string) (out [][2]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := strings.TrimSpace(in.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verdict, phrase, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%s: %q has no tab", file, line)
		}
		out = append(out, [2]string{verdict, strings.TrimSpace(phrase)})
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPhrases holds the table of what landlords write: what is refused, what
// staff looks at, and what passes.
func TestPhrases(t *testing.T) {
	phrases := phrasesOf(t, "testdata/phrases.tsv")
	harmless := 0
	for _, p := range phrases {
		want, text := p[0], p[1]
		if want == "ok" {
			harmless++
		}
		for _, said := range []string{text, strings.ToUpper(text), "Pen og lys bolig. " + text + ". Velkommen på visning!", text + ", ring for visning"} {
			ground, review := landlords.UnlawfulDemand(said), landlords.ForReview(said)
			switch {
			case want == "ok" && (ground != "" || len(review) > 0):
				t.Errorf("%q: got %q %q, want it to pass", said, ground, review)
			case strings.HasPrefix(want, "review:"):
				if ground != "" || len(review) != 1 || "review:"+string(review[0]) != want {
					t.Errorf("%q: got %q %q, want %s", said, ground, review, want)
				}
			case want != "ok" && string(ground) != want:
				t.Errorf("%q: got %q, want %s", said, ground, want)
			}
		}
	}
	if len(phrases) < 200 || harmless < 100 {
		t.Errorf("got %d phrases, %d of them harmless; want at least 200 and 100", len(phrases), harmless)
	}
}

// TestFreshPhrases holds the table that was written without knowing the rules.
func TestFreshPhrases(t *testing.T) {
	for _, p := range phrasesOf(t, "testdata/fresh.tsv") {
		want, text := p[0], p[1]
		for _, said := range []string{text, "Pen og lys bolig. " + text + ". Velkommen på visning!"} {
			got := "ok"
			if landlords.UnlawfulDemand(said) != "" {
				got = "refuse"
			} else if len(landlords.ForReview(said)) > 0 {
				got = "review"
			}
			if got != want && !(want == "flag" && got != "ok") {
				t.Errorf("%q: got %s, want %s", said, got, want)
			}
		}
	}
}
