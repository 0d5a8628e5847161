// Package finder finds listings. It follows the store's feed of changes into a
// search index, answers searches from the index, and does without where the
// index is down: a search then goes through the stored listings themselves.
package finder

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/storage"
)

// Finder is the search of one municipality's listings. It is safe for use by
// several goroutines.
type Finder struct {
	db           *storage.DB
	office       *office.Office
	municipality string
	engine       search.Engine  // nil: none could be opened
	base         []search.Place // built into the program
	places       *search.Places // base and the demo municipality's
	log          *slog.Logger

	mu     sync.Mutex
	health Health
	ahead  ahead
	cached *settings
	readAt time.Time
}

// Config is what a Finder is made of.
type Config struct {
	DB     *storage.DB
	Office *office.Office
	Engine search.Engine // nil where none could be opened
	Places []search.Place
	Logger *slog.Logger // nil is silent
}

// New returns a finder. It owns nothing: whoever opened the engine closes it.
func New(cfg Config) *Finder {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Finder{db: cfg.DB, office: cfg.Office, municipality: cfg.Office.Municipality(), engine: cfg.Engine, log: cfg.Logger,
		base: cfg.Places, places: search.NewPlaces(cfg.Places, search.Demo)}
	f.health.levelAt = time.Now()
	if f.engine != nil {
		f.health.Engine = f.engine.Name()
	}
	return f
}

// Answer is a result with what the page and the command line say beside it.
type Answer struct {
	*search.Result
	Plan   *search.Plan
	Engine string // fts, meili, or "store" where the index was down
}

// Search answers a request as of today. Where the index does not answer it goes
// through the stored listings: slower, and the same. Errors: apperr.Invalid for
// a request that cannot be, and those of the store.
func (f *Finder) Search(ctx context.Context, req search.Request) (*Answer, error) {
	settings, err := f.settings(ctx)
	if err != nil {
		return nil, err
	}
	if req.Day == (search.Day{}) {
		if req.Day, err = f.Today(ctx); err != nil {
			return nil, err
		}
	}
	if f.engine != nil {
		req.Known = func(word string) bool { return f.engine.Knows(ctx, word) }
		result, plan, err := search.Ask(ctx, req, settings.places, settings.synonyms, f.engine.Search)
		if err == nil {
			return &Answer{result, plan, f.engine.Name()}, nil
		}
		if apperr.CodeOf(err) != apperr.Unavailable {
			return nil, err
		}
		f.log.WarnContext(ctx, "search without the index", "error", err.Error())
	}
	return f.store(ctx, req, settings)
}

// store answers a request by going through the stored listings.
func (f *Finder) store(ctx context.Context, req search.Request, settings *settings) (*Answer, error) {
	var documents []search.Document
	if err := f.each(ctx, settings.places, func(d search.Document) error { documents = append(documents, d); return nil }); err != nil {
		return nil, err
	}
	req.Known = search.KnownBy(documents)
	result, plan, err := search.Ask(ctx, req, settings.places, settings.synonyms, func(_ context.Context, p *search.Plan) (*search.Result, error) {
		return search.Linear(documents, p), nil
	})
	if err != nil {
		return nil, err
	}
	return &Answer{result, plan, "store"}, nil
}

// Today returns the day to search for, with the policy's span of freshness.
func (f *Finder) Today(ctx context.Context) (search.Day, error) {
	return f.DayOf(ctx, f.office.Today())
}

// DayOf returns a day to search for.
func (f *Finder) DayOf(ctx context.Context, on civil.Date) (search.Day, error) {
	policy, err := f.office.Policy(ctx, on)
	return search.Day{On: on, FreshDays: policy.Policy.FreshDays}, err
}

// each goes through the stored listings as documents, once: what fn has taken
// cannot be taken back, so a snapshot that breaks off is not begun again here.
func (f *Finder) each(ctx context.Context, places *search.Places, fn func(search.Document) error) error {
	return f.db.ViewOnce(ctx, f.municipality, func(tx *storage.Tx) error {
		for rec, err := range office.Listings.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if err := fn(search.NewDocument(rec.ID, rec.Value.Key, rec.Value.Record, places)); err != nil {
				return err
			}
		}
		return nil
	})
}
