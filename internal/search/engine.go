package search

import (
	"context"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Request is a search as it is asked for.
type Request struct {
	Query   string
	Filters []Filter
	Sort    string // relevance, rent, available_from, confirmed_on, distance; with a minus backwards; "" leaves it to the query
	Near    string // postal code or place to measure from
	Day     Day
	Limit   int // of hits; 0 is DefaultLimit
	Offset  int
	Literal Literal

	// Known reports whether a home has a folded word; such a word is no slip of
	// another. nil knows none.
	Known func(word string) bool
}

// DefaultLimit is how many hits a search returns unless it asks for more.
const DefaultLimit = 20

// MaxLimit is the most hits that one search returns.
const MaxLimit = 1000

// Plan is a request understood: what an engine needs and no more.
type Plan struct {
	Query
	Filters []Filter // those asked for and those recognised
	Sort    string   // never ""
	Desc    bool
	Near    Place // HasPoint where distances are asked for
	Day     Day
	Limit   int
	Offset  int
}

// Orders are the sorts; relevance is the default.
var Orders = []string{"relevance", "rent", "available_from", "confirmed_on", "distance"}

var orderAliases = map[string]string{"date": "available_from", "newest": "-confirmed_on", "price": "rent", "husleie": "rent", "dist": "distance", "avstand": "distance"}

// Prepare understands a request. Errors: apperr.Invalid for an order or a place
// that is not known.
func Prepare(req Request, places *Places, synonyms *Synonyms) (*Plan, error) {
	p := &Plan{Query: parse(req, places, synonyms), Day: req.Day, Offset: max(0, req.Offset), Limit: min(req.Limit, MaxLimit)}
	if p.Limit <= 0 {
		p.Limit = DefaultLimit
	}
	p.Filters = slices.Concat(req.Filters, p.Query.Filters)
	near := req.Near
	if near == "" {
		near = p.Query.Near
	}
	if near != "" {
		if p.Near = places.Locate(near); !p.Near.HasPoint {
			return nil, apperr.New(apperr.Invalid, "The coordinates of %q are not known. Import them with `boligklar places import FILE`.", near).
				In("search.no_point", map[string]any{"Place": near})
		}
	}
	order := req.Sort
	if order == "" {
		order = p.Query.Sort
	}
	if order == "" && near != "" {
		order = "distance"
	}
	if err := p.order(order); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Plan) order(order string) error {
	if head, ok := strings.CutSuffix(order, ":desc"); ok {
		order = "-" + head
	}
	order = strings.TrimSuffix(order, ":asc")
	if alias, ok := orderAliases[order]; ok {
		order = alias
	}
	if alias, ok := orderAliases[strings.TrimPrefix(order, "-")]; ok {
		order = "-" + strings.TrimPrefix(alias, "-")
	}
	p.Sort, p.Desc = strings.TrimPrefix(order, "-"), strings.HasPrefix(order, "-")
	if p.Sort == "" {
		p.Sort = "relevance"
	}
	switch {
	case !slices.Contains(Orders, p.Sort):
		return apperr.New(apperr.Invalid, "Listings cannot be sorted by %q, only by %s.", p.Sort, strings.Join(Orders, ", ")).
			In("search.no_sort", map[string]any{"Sort": p.Sort, "Sorts": strings.Join(Orders, ", ")})
	case p.Sort == "distance" && !p.Near.HasPoint:
		return apperr.New(apperr.Invalid, "Sorting by distance needs a postal code or place to measure from.").In("search.no_near", nil)
	}
	return nil
}

// Hit is a home that was found.
type Hit struct {
	Document
	Score      float64           // 0 to 1, 1 where every word is there as typed in the reference
	Distance   *float64          // kilometres; nil where not asked for or not known
	Highlights map[string]string // field -> HTML with the words found in <mark>
}

// Result is a page of hits.
type Result struct {
	Total   int
	Hits    []Hit
	Facets  map[string]map[string]int // field -> value -> number of homes, were it the field's only value
	Relaxed bool                      // no home answers to every word; these answer to most
	Without []Without                 // what could be left out; set by Ask where no home answers to all
	LeftOut *Recognised               // the filter that Ask has left out for that reason; nil for none
}

// Batch is a step of an index along the feed.
type Batch struct {
	From, To string // positions; an index that does not stand at From refuses the batch
	Put      []Document
	Delete   []string // IDs
}

// ErrMoved says that the index does not stand where a batch begins: another
// process has fed it. Read its State and go on from there.
var ErrMoved = apperr.New(apperr.Conflict, "The search index has moved on.")

// State is where an index stands.
type State struct {
	Position string // of the feed; "" where there is no index yet
	Settings string // as given to Rebuild
	Count    int
}

// SettingsVersion names the form of the documents and their words. An index that
// was built with another one is built anew.
const SettingsVersion = "3"

// Engine is an index of one municipality's listings. It is safe for use by
// several goroutines. Every method returns apperr.Unavailable where the index
// does not answer; the caller can do without.
type Engine interface {
	// Name says which engine it is: fts or meili.
	Name() string

	// Search answers a plan. Its order is total: relevance or the sort asked
	// for, then open before closed, the latest confirmation, the ID.
	Search(ctx context.Context, p *Plan) (*Result, error)

	// Knows reports whether a home has a folded word; false where the index does
	// not answer.
	Knows(ctx context.Context, word string) bool

	// State returns where the index stands.
	State(ctx context.Context) (State, error)

	// Apply takes a batch: when it returns nil the documents are found and the
	// position is kept. Errors: ErrMoved.
	Apply(ctx context.Context, b Batch) error

	// Rebuild makes a new index beside the one in use and swaps it in when fill
	// returns the position that it stands for. On an error the old one stays.
	// State returns the settings again.
	Rebuild(ctx context.Context, settings string, fill func(add func([]Document) error) (position string, err error)) error

	// Close releases the index.
	Close() error
}
