package meili

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// request is what a recorder has seen.
type request struct{ method, path, key, body string }

// recorder is a server that has nothing, takes everything and writes down what
// it was asked.
type recorder struct {
	mu   sync.Mutex
	seen []request
}

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.seen = append(s.seen, request{r.Method, r.URL.Path, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), string(body)})
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/keys/"):
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"no key","code":"api_key_not_found"}`)
	case r.Method == http.MethodPost && r.URL.Path == "/keys":
		var key ms.Key
		_ = json.Unmarshal(body, &key)
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"uid":%q,"key":%q}`, key.UID, "secret of "+key.Name)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/tasks/"):
		_, _ = io.WriteString(w, succeeded)
	case r.Method == http.MethodGet && strings.Contains(r.URL.Path, "boligklar_state/documents/"):
		_, _ = io.WriteString(w, `{"id":"1833","index":"boligklar_1833_a","settings":"1"}`)
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/documents/_position"):
		_, _ = io.WriteString(w, `{"id":"_position","position":"one"}`)
	case r.Method == http.MethodGet && r.URL.Path == "/tasks":
		_, _ = io.WriteString(w, `{"results":[]}`)
	case strings.HasSuffix(r.URL.Path, "/search"):
		_, _ = io.WriteString(w, `{"hits":[],"estimatedTotalHits":0,"facetDistribution":{"words":{"selfors":1,"revelvei":2}}}`)
	case r.Method == http.MethodGet && r.URL.Path == "/indexes":
		_, _ = io.WriteString(w, `{"results":[]}`)
	default:
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"taskUid":1,"status":"enqueued"}`)
	}
}

func newRecorder(t *testing.T) (*recorder, *Engine) {
	t.Helper()
	s := &recorder{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	e, err := Open(Config{URL: server.URL, Key: "the master key", Municipality: "1833"})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

func (s *recorder) all(method, path string) (out []request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.seen {
		if r.method == method && strings.HasSuffix(r.path, path) {
			out = append(out, r)
		}
	}
	return out
}

// The master key makes two keys of few rights and is not used again; searches
// carry a token that filters by the municipality.
func TestKeysOfFewRights(t *testing.T) {
	s, e := newRecorder(t)
	if err := e.Rebuild(t.Context(), "1", func(add func([]search.Document) error) (string, error) {
		return "one", add([]search.Document{{ID: "a"}})
	}); err != nil {
		t.Fatal(err)
	}
	plan, err := search.Prepare(search.Request{Query: "selfors"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Search(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	made := s.all(http.MethodPost, "/keys")
	if len(made) != 2 {
		t.Fatalf("got %d keys made, want two", len(made))
	}
	for i, want := range [][]string{feedActions, {"search"}} {
		var key ms.Key
		if err := json.Unmarshal([]byte(made[i].body), &key); err != nil || !slices.Equal(key.Actions, want) || !slices.Equal(key.Indexes, []string{"boligklar_*"}) {
			t.Errorf("got the key %s, %v", made[i].body, err)
		}
	}
	for _, r := range s.seen {
		if r.key == "the master key" && !strings.HasPrefix(r.path, "/keys") {
			t.Errorf("the master key was used for %s %s", r.method, r.path)
		}
	}
	searches := s.all(http.MethodPost, "/search")
	if len(searches) == 0 {
		t.Fatal("got no search")
	}
	for _, r := range searches {
		parts := strings.Split(r.key, ".")
		if len(parts) != 3 {
			t.Fatalf("a search carries the key %q, want a token", r.key)
		}
		claims, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || !strings.Contains(string(claims), `"boligklar_1833_*"`) || !strings.Contains(string(claims), `municipality = \"1833\"`) {
			t.Errorf("got the token %s, %v", claims, err)
		}
	}
}

// Every setting is sent by itself: in a whole, empty ones are left out.
func TestSettingsOneByOne(t *testing.T) {
	s, e := newRecorder(t)
	if err := e.Rebuild(t.Context(), "1", func(func([]search.Document) error) (string, error) { return "one", nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"filterable-attributes", "sortable-attributes", "searchable-attributes", "displayed-attributes", "ranking-rules", "pagination", "faceting", "prefix-search", "facet-search"} {
		if n := len(s.all(http.MethodPut, "/settings/"+name)) + len(s.all(http.MethodPatch, "/settings/"+name)); n != 1 {
			t.Errorf("got %d requests for %s, want one", n, name)
		}
	}
	if n := len(s.all(http.MethodPatch, "/settings")); n != 0 {
		t.Errorf("got %d requests for all settings together", n)
	}
}

// A search asked twice is sent the same twice: the library changes the request
// that it is given.
func TestSearchTwice(t *testing.T) {
	s, e := newRecorder(t)
	plan, err := search.Prepare(search.Request{Query: "selfors -revelveien", Limit: 7}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var sent [][]request
	for range 3 {
		before := len(s.all(http.MethodPost, "/search"))
		if _, err := e.Search(t.Context(), plan); err != nil {
			t.Fatal(err)
		}
		sent = append(sent, s.all(http.MethodPost, "/search")[before:])
	}
	if len(sent[1]) == 0 || !slices.Equal(sent[1], sent[2]) { // the first one reads the vocabulary as well
		t.Errorf("got %v, then %v", sent[1], sent[2])
	}
}

// A server that takes a connection and never answers is given up.
func TestServerThatHangs(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	e, err := Open(Config{URL: server.URL, Municipality: "1833", Client: &http.Client{Timeout: 50 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.State(t.Context()); apperr.CodeOf(err) != apperr.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	usual, err := Open(Config{URL: server.URL, Municipality: "1833"})
	if err != nil || usual.cfg.Client.Timeout <= 0 {
		t.Errorf("got a client with the limit %s, %v: the library has none of its own", usual.cfg.Client.Timeout, err)
	}
}

// On a real server the keys may do what they are for and nothing else.
func TestRightsOnServer(t *testing.T) {
	url := os.Getenv("BOLIGKLAR_TEST_MEILI_URL")
	if url == "" {
		t.Skip("BOLIGKLAR_TEST_MEILI_URL is not set: the rights need a Meilisearch server")
	}
	engines := map[string]*Engine{}
	for _, name := range []string{"a", "b"} {
		e, err := Open(Config{URL: url, Key: os.Getenv("BOLIGKLAR_TEST_MEILI_KEY"), Municipality: fmt.Sprintf("rights-%d-%s", os.Getpid(), name)})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Rebuild(t.Context(), "1", func(add func([]search.Document) error) (string, error) {
			return "one", add([]search.Document{{ID: "of-" + name}})
		}); err != nil {
			t.Fatal(err)
		}
		engines[name] = e
	}
	a, b := engines["a"], engines["b"]
	other, err := b.stand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	own, err := a.stand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, err error) {
		t.Helper()
		if s := status(err); s != http.StatusForbidden && s != http.StatusUnauthorized {
			t.Errorf("%s: got %v, want a refusal", what, err)
		}
	}
	ctx := context.Background()
	_, err = a.find.Index(other.Index).SearchWithContext(ctx, "", &ms.SearchRequest{})
	refused("the token of one municipality searches another's index", err)
	_, err = a.find.Index(own.Index).AddDocumentsWithContext(ctx, []map[string]any{{"id": "x"}}, nil)
	refused("the token adds a document", err)
	_, err = a.find.GetKeysWithContext(ctx, nil)
	refused("the token lists keys", err)
	_, err = a.admin.GetKeysWithContext(ctx, nil)
	refused("the feeding key lists keys", err)
	_, err = a.admin.CreateIndexWithContext(ctx, &ms.IndexConfig{Uid: "elsewhere"})
	refused("the feeding key makes an index of another name", err)
	_, err = a.admin.CreateDumpWithContext(ctx)
	refused("the feeding key makes a dump", err)
}
