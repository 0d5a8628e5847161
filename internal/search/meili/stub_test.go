package meili

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// stub is a server that misbehaves as it is told, and otherwise takes everything.
type stub struct {
	mu      sync.Mutex
	adds    int // requests that add documents to an index of listings
	deletes int
	bodies  []string
	add     http.HandlerFunc // answers those; nil takes them
	task    string           // JSON of every task; "" has succeeded
	state   string           // JSON of the document that says which index is in use
	at      string           // JSON of the document that says where that one stands
	busy    bool             // a task is under way for whoever asks
	done    func()           // when that is asked for
}

const succeeded = `{"uid":1,"taskUid":1,"status":"succeeded"}`

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/tasks/"):
		if s.done != nil {
			s.done()
		}
		_, _ = io.WriteString(w, or(s.task, succeeded))
	case r.Method == http.MethodGet && r.URL.Path == "/tasks":
		results := "[]"
		if s.busy {
			results = `[{"uid":7,"status":"processing"}]`
		}
		_, _ = io.WriteString(w, `{"results":`+results+`}`)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/indexes/boligklar_state/documents/"):
		_, _ = io.WriteString(w, s.state)
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/documents/_position"):
		_, _ = io.WriteString(w, s.at)
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/documents") && !strings.Contains(r.URL.Path, stateUID):
		body, _ := io.ReadAll(r.Body)
		s.adds, s.bodies = s.adds+1, append(s.bodies, string(body))
		if s.add != nil {
			s.add(w, r)
			return
		}
		fallthrough
	default:
		if strings.HasSuffix(r.URL.Path, "/delete-batch") {
			s.deletes++
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"taskUid":1,"status":"enqueued"}`)
	}
}

func newStub(t *testing.T) (*stub, *Engine) {
	t.Helper()
	s := &stub{state: `{"id":"1833","index":"boligklar_1833_a","settings":"1"}`, at: `{"id":"_position","position":"one"}`}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	e, err := Open(Config{URL: server.URL, Municipality: "1833", Client: server.Client(), TaskLimit: 60 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

// TestMisbehavingServer holds that no batch counts as taken that was not: the
// position stays, and the caller learns that the index does not answer.
func TestMisbehavingServer(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*stub)
		want string // part of the cause; "" is success
	}{
		{"well", func(*stub) {}, ""},
		{"503, and success with an empty body for whoever asks again", func(s *stub) {
			s.add = func(w http.ResponseWriter, _ *http.Request) {
				if s.adds == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				w.WriteHeader(http.StatusAccepted)
			}
		}, "503"},
		{"success with an empty body", func(s *stub) {
			s.add = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }
		}, "unexpected end"},
		{"failed task", func(s *stub) {
			s.task = `{"uid":1,"status":"failed","error":{"message":"no room on the disk","code":"no_space_left_on_device"}}`
		}, "no room on the disk"},
		{"cancelled task", func(s *stub) { s.task = `{"uid":1,"status":"canceled"}` }, "canceled"},
		{"task without status", func(s *stub) { s.task = `{"uid":1}` }, "no status"},
		{"slow task", func(s *stub) { s.task = `{"uid":1,"status":"processing"}` }, "not done after"},
		{"cut connection", func(s *stub) {
			s.add = func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_ = conn.Close()
				}
			}
		}, "EOF"},
		{"state of nobody", func(s *stub) { s.state = `{}` }, "without the state"},
		{"state with a path for an index", func(s *stub) { s.state = `{"id":"1833","index":"../keys"}` }, "without the state"},
		{"position of nobody", func(s *stub) { s.at = `{}` }, "without the position"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, e := newStub(t)
			c.set(s)
			err := e.Apply(t.Context(), search.Batch{From: "one", To: "two", Put: []search.Document{{ID: "a"}}})
			s.mu.Lock()
			defer s.mu.Unlock()
			if c.want == "" {
				if err != nil || s.adds != 1 || !strings.Contains(s.bodies[0], `"id":"a"`) || !strings.Contains(s.bodies[0], `"position":"two"`) {
					t.Errorf("got %v after %d requests %q", err, s.adds, s.bodies)
				}
				return
			}
			if apperr.CodeOf(err) != apperr.Unavailable || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("got %v, want unavailable because of %q", err, c.want)
			}
			if s.adds > 1 {
				t.Errorf("got %d requests, want no second one: it would be empty", s.adds)
			}
		})
	}
}

// A batch that another process has sent is not sent again: the server takes it
// once, and the position tells who waits whether it was the same.
func TestBatchUnderWay(t *testing.T) {
	for position, want := range map[string]error{"two": nil, "one": search.ErrMoved, "three": search.ErrMoved} {
		s, e := newStub(t)
		s.busy = true
		s.done = func() { s.at = `{"id":"_position","position":"` + position + `"}` }
		err := e.Apply(t.Context(), search.Batch{From: "one", To: "two", Put: []search.Document{{ID: "a"}}, Delete: []string{"b"}})
		s.mu.Lock()
		if !errors.Is(err, want) || s.adds != 0 || s.deletes != 0 {
			t.Errorf("at %s: got %v after %d requests, want %v after none", position, err, s.adds+s.deletes, want)
		}
		s.mu.Unlock()
	}
}

func TestOpenRefusesNamesThatLeadElsewhere(t *testing.T) {
	for _, m := range []string{"../keys", "18 33", "a/b", "18?33"} {
		if _, err := Open(Config{URL: "http://127.0.0.1:1", Municipality: m}); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("got %v for %q, want invalid", err, m)
		}
	}
}

func TestDocumentIDs(t *testing.T) {
	for _, id := range []string{"a", "../x", "U 1", "æ", "", positionID, strings.Repeat("x", 900)} {
		if got := documentID(id); !idPattern.MatchString(got) || got == positionID {
			t.Errorf("got %q for %q", got, id)
		}
	}
}

// TestNothingPrivateIsSent holds that how to reach a landlord stays in the store.
func TestNothingPrivateIsSent(t *testing.T) {
	s, e := newStub(t)
	l := landlords.Listing{Address: "Revelveien 1", LandlordName: "Kari Strøm", LandlordPhone: "+4799887766", LandlordEmail: "kari@example.no"}
	if err := e.Apply(t.Context(), search.Batch{From: "one", To: "two", Put: []search.Document{search.NewDocument("a", "U-1", l, nil)}}); err != nil {
		t.Fatal(err)
	}
	if body := s.bodies[0]; strings.Contains(body, "99887766") || strings.Contains(body, "kari@") || !strings.Contains(body, "Revelveien") {
		t.Errorf("got %s", body)
	}
}

// FuzzQuote holds that a value stays one literal, whatever is in it: the text
// between the outer quotes has no quote that is not escaped.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", `"`, `\`, `\"`, `" OR municipality = "0301`, "a\nb", "'", `x" = "x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := quote(s)
		if !strings.HasPrefix(q, `"`) || !strings.HasSuffix(q, `"`) || len(q) < 2 {
			t.Fatalf("got %s", q)
		}
		var back strings.Builder
		escaped := false
		for _, r := range []byte(q[1 : len(q)-1]) {
			switch {
			case escaped:
				escaped = false
				back.WriteByte(r)
			case r == '\\':
				escaped = true
			case r == '"':
				t.Fatalf("got %s: a quote ends the literal early", q)
			default:
				back.WriteByte(r)
			}
		}
		if escaped || back.String() != s {
			t.Fatalf("got %s, which reads as %q, not %q", q, back.String(), s)
		}
	})
}

// FuzzFilter holds that what people type into a filter never leaves its literal:
// outside of quotes a filter has only our own words, numbers and signs.
func FuzzFilter(f *testing.F) {
	f.Add("postal_place", `Mo" OR "1" = "1`)
	f.Add("landlord_name", `\" OR municipality EXISTS OR k_pets = "`)
	f.Add("rent", "5000-7000")
	f.Fuzz(func(t *testing.T, name, value string) {
		parsed, err := search.ParseFilter(name, value)
		if err != nil {
			return
		}
		text := filter(&parsed, search.Day{On: 739580, FreshDays: 21})
		outside, inside, escaped := "", false, false
		for _, r := range []byte(text) {
			switch {
			case escaped:
				escaped = false
			case inside && r == '\\':
				escaped = true
			case r == '"':
				inside = !inside
			case !inside:
				outside += string(rune(r))
			}
		}
		if inside {
			t.Fatalf("got %s: a literal that does not end", text)
		}
		for _, w := range strings.FieldsFunc(outside, func(r rune) bool { return strings.ContainsRune(" ()[],=<>", r) }) {
			ours := w == "AND" || w == "OR" || w == "IN" || w == "NOT" || w == "EXISTS" || w == "IS" || w == "NULL" || w == "id" || w == "closed" || w == "confirmed" ||
				strings.HasPrefix(w, "k_") || strings.HasPrefix(w, "n_") || strings.Trim(w, "-0123456789") == ""
			if !ours {
				t.Fatalf("got %s: %q stands outside of quotes", text, w)
			}
		}
	})
}
