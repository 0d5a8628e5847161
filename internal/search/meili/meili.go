// Package meili is the search engine to grow on: a Meilisearch server that many
// processes share. The server holds the documents, filters, counts facets and
// sorts; which words of the index answer a word of the query is decided by the
// search room, over the index's vocabulary, so that both engines find the same.
//
// The client library's traps are closed here: it never retries (a retry sends an
// empty body and reports success), every request has a time limit, a task is
// waited for and its status read (a failed task is no error to the library),
// index and document names are restricted (they go into paths unescaped), filters
// are made by one builder (there is no escaping), and settings are set one by
// one (empty ones are left out of a whole).
package meili

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// Config says where the server is.
type Config struct {
	URL          string
	Key          string // the master key at the first start; the key made then will do afterwards
	Municipality string
	Client       *http.Client  // nil has a limit of ten seconds a request
	TaskLimit    time.Duration // how long a task may take; 0 is a minute
}

// Engine is the index of one municipality on a server.
type Engine struct {
	cfg   Config
	uid   string // with which the names of this municipality's indexes begin
	admin ms.ServiceManager
	find  ms.ServiceManager // may search this municipality's index and do nothing else

	connecting sync.Mutex
	looking    sync.Mutex // one search at a time asks for the vocabulary

	mu     sync.Mutex
	words  map[string]bool // the vocabulary of the index in use
	learnt int             // times that words were added to it
	seen   stand           // that it is of
	looked time.Time       // when the server was last asked where it stands
	read   time.Time       // when it was last asked for all of its words
	last   string          // the index that was in use when the server was last asked
}

var _ search.Engine = (*Engine)(nil)

var (
	uidPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)
	idPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,400}$`)
)

const (
	requestLimit = 10 * time.Second
	taskLimit    = time.Minute
	lookEvery    = 100 * time.Millisecond // at whether another process has fed the index
	wordsFor     = time.Minute            // until words that no home has any more are forgotten
)

// Open returns an engine; it asks the server nothing yet. At the first use, with
// a key that may make keys, it makes one with the rights that feeding and
// searching this program's indexes need, and one that may search alone; searches
// then go by a tenant token that opens this municipality's index and no other.
// Errors: apperr.Invalid for a municipality that cannot name an index.
func Open(cfg Config) (*Engine, error) {
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: requestLimit}
	}
	if cfg.TaskLimit == 0 {
		cfg.TaskLimit = taskLimit
	}
	e := &Engine{cfg: cfg, uid: "boligklar_" + cfg.Municipality}
	if !uidPattern.MatchString(e.uid) {
		return nil, apperr.New(apperr.Invalid, "The municipality cannot name a search index.")
	}
	return e, nil
}

// connect gets the keys, at the first use: the server may come up after us. Every
// path to the server goes through it.
func (e *Engine) connect(ctx context.Context) error {
	e.connecting.Lock()
	defer e.connecting.Unlock()
	if e.admin != nil {
		return nil
	}
	e.admin = e.client(e.cfg.Key)
	e.find = e.admin
	if err := e.keys(ctx); err != nil {
		e.admin, e.find = nil, nil
		return err
	}
	return nil
}

func (e *Engine) client(key string) ms.ServiceManager {
	return ms.New(e.cfg.URL, ms.WithAPIKey(key), ms.WithCustomClient(e.cfg.Client), ms.DisableRetries())
}

// keyUID names a key of ours, the same at every start: a UUID of version 4 in
// form.
func keyUID(name string) string {
	sum := sha256.Sum256([]byte("boligklar key " + name))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// feedActions are the rights that feeding needs, and no more.
var feedActions = []string{"search", "documents.add", "documents.get", "documents.delete", "indexes.create", "indexes.get", "indexes.delete", "settings.update", "tasks.get"}

// keys goes over to keys of few rights. A server without keys, or a key that may
// not make any, is used as it is.
func (e *Engine) keys(ctx context.Context) error {
	if e.cfg.Key == "" {
		return nil
	}
	feed, err := e.key(ctx, "feed", feedActions)
	if err != nil || feed == nil {
		return err
	}
	finder, err := e.key(ctx, "search", []string{"search"})
	if err != nil || finder == nil {
		return err
	}
	token, err := e.admin.GenerateTenantToken(finder.UID, map[string]any{e.uid + "_*": map[string]any{"filter": equal("municipality", e.cfg.Municipality)}}, &ms.TenantTokenOptions{APIKey: finder.Key})
	if err != nil {
		return err
	}
	e.admin, e.find = e.client(feed.Key), e.client(token)
	return nil
}

// key returns a key of ours, made where it is missing; nil where the configured
// key may not look.
func (e *Engine) key(ctx context.Context, name string, actions []string) (*ms.Key, error) {
	uid := keyUID(name)
	key, err := e.admin.GetKeyWithContext(ctx, uid)
	switch status(err) {
	case http.StatusForbidden, http.StatusUnauthorized:
		return nil, nil //nolint:nilnil // a key of few rights was configured
	case http.StatusNotFound:
		return e.admin.CreateKeyWithContext(ctx, &ms.Key{UID: uid, Name: "boligklar " + name, Description: "Made by Boligklar at set-up", Actions: actions, Indexes: []string{"boligklar_*"}})
	}
	return key, err
}

func status(err error) int {
	if e, ok := errors.AsType[*ms.Error](err); ok {
		return e.StatusCode
	}
	return 0
}

// Name says which engine it is.
func (e *Engine) Name() string { return "meili" }

// Close ends idle connections.
func (e *Engine) Close() error {
	e.cfg.Client.CloseIdleConnections()
	return nil
}

// ready waits for a task and reports a failed one. The library returns no error
// for that; nor for an answer without a body, which leaves no status at all.
func (e *Engine) ready(ctx context.Context, task *ms.TaskInfo, err error) error {
	if err != nil {
		return err
	}
	if task == nil || task.Status == "" {
		return errors.New("meili: the server answered without a task")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, e.cfg.TaskLimit, fmt.Errorf("meili: task %d is not done after %s", task.TaskUID, e.cfg.TaskLimit))
	defer cancel()
	began := time.Now()
	for wait := 2 * time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond+time.Since(began)/20) { // long tasks are asked for less often
		t, err := e.admin.GetTaskWithContext(ctx, task.TaskUID)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		case t.Status == ms.TaskStatusSucceeded:
			return nil
		case t.Status == ms.TaskStatusFailed, t.Status == ms.TaskStatusCanceled:
			return fmt.Errorf("meili: task %d %s: %s", t.UID, t.Status, t.Error.Message)
		case t.Status != ms.TaskStatusEnqueued && t.Status != ms.TaskStatusProcessing:
			return fmt.Errorf("meili: task %d has no status", task.TaskUID)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// stateUID is the index that says of each municipality which index is in use.
const stateUID = "boligklar_state"

// use is a document of it.
type use struct {
	ID       string `json:"id"`
	Index    string `json:"index"`
	Settings string `json:"settings"`
}

// positionID is the document of an index that says where it stands; no listing has
// its name. It is put in one task with the listings that it speaks of. No search
// finds it, for it is of no municipality.
const positionID = "_position"

// stand says which index is in use and where it stands.
type stand struct{ Index, Position, Settings string }

// stand asks the server; the zero stand says that there is no index yet, or that
// somebody deleted it.
func (e *Engine) stand(ctx context.Context) (stand, error) {
	if err := e.connect(ctx); err != nil {
		return stand{}, err
	}
	var u use
	err := e.admin.Index(stateUID).GetDocumentWithContext(ctx, e.cfg.Municipality, nil, &u)
	if status(err) == http.StatusNotFound {
		return stand{}, nil
	}
	if err == nil && (u.ID != e.cfg.Municipality || !uidPattern.MatchString(u.Index)) {
		err = errors.New("meili: the server answered without the state")
	}
	if err != nil {
		return stand{}, err
	}
	e.mu.Lock()
	e.last = u.Index
	e.mu.Unlock()
	var at struct{ ID, Position string }
	err = e.admin.Index(u.Index).GetDocumentWithContext(ctx, positionID, nil, &at)
	if status(err) == http.StatusNotFound {
		return stand{}, nil
	}
	if err == nil && at.ID != positionID {
		err = errors.New("meili: the server answered without the position")
	}
	if err != nil {
		return stand{}, err
	}
	return stand{u.Index, at.Position, u.Settings}, nil
}

// State returns where the index stands.
func (e *Engine) State(ctx context.Context) (search.State, error) {
	s, err := e.stand(ctx)
	if err != nil || s.Index == "" {
		return search.State{}, unavailable(err)
	}
	var all ms.DocumentsResult
	err = e.admin.Index(s.Index).GetDocumentsWithContext(ctx, &ms.DocumentsQuery{Limit: 1, Fields: []string{"id"}}, &all)
	if status(err) == http.StatusNotFound { // somebody deleted it
		return search.State{}, nil
	}
	return search.State{Position: s.Position, Settings: s.Settings, Count: max(0, int(all.Total)-1)}, unavailable(err) // but for the position
}

// unavailable gives an engine's fault the code that lets callers do without.
func unavailable(err error) error {
	if err == nil || apperr.CodeOf(err) != apperr.Internal || errors.Is(err, context.Canceled) {
		return err
	}
	return apperr.Wrap(err, apperr.Unavailable, "The search index does not answer.").In("search.down", nil)
}

// record is a document as the server holds it.
type record map[string]any

// newRecord adds to a document what it is filtered, counted and sorted by.
func newRecord(municipality string, d *search.Document) (record, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	r := record{"id": documentID(d.ID), "municipality": municipality, "doc": string(body), "sort_id": d.ID, "confirmed": int(d.Listing.ConfirmedOn), "closed": 0}
	if d.Listing.Status != "open" && d.Listing.Status != "" {
		r["closed"] = 1
	}
	seen := map[string]bool{}
	var words []string
	for c := range search.NumColumns {
		for _, w := range d.Words(c) {
			if !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
	}
	r["words"] = words
	for _, f := range search.Fields {
		if f.Name == "availability" {
			continue // it depends on the day
		}
		values := f.FacetValues(d, search.Day{})
		r["v_"+f.Name] = values
		if f.Kind == search.KindChoice {
			folded := make([]string, len(values))
			for i, v := range values {
				folded[i] = foldValue(v)
			}
			r["k_"+f.Name] = folded
		} else if n, known := f.Number(d); known {
			r["n_"+f.Name] = n
		}
	}
	if d.Place.HasPoint {
		r["_geo"] = map[string]float64{"lat": d.Place.Lat, "lng": d.Place.Lon}
	}
	return r, nil
}

// documentID is a record's ID in the letters that the server takes. Those that
// begin with a line are our own.
func documentID(id string) string {
	if idPattern.MatchString(id) && id[0] != '_' {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "_" + hex.EncodeToString(sum[:])
}
