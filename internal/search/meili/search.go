package meili

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// window is how many documents that answer to the words are ranked here. The
// server hands out the latest confirmed first, so what lies beyond is old.
const window = 1000

// Search answers a plan.
func (e *Engine) Search(ctx context.Context, p *search.Plan) (*search.Result, error) {
	r, err := e.run(ctx, p)
	if status(err) == http.StatusNotFound { // another process has replaced the index since we looked
		e.lookAnew()
		r, err = e.run(ctx, p)
	}
	if status(err) == http.StatusNotFound {
		return nil, apperr.Wrap(err, apperr.Unavailable, "There is no search index yet.").In("search.down", nil)
	}
	return r, unavailable(err)
}

// run finds the documents that answer to the words. Where they are few they are
// ranked and counted here, as search.Linear does it; where they are many, or
// there are no words, the server counts and sorts.
func (e *Engine) run(ctx context.Context, p *search.Plan) (*search.Result, error) {
	index, words, err := e.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	s := searching{e, index}
	var without []string
	for i := range p.Excludes {
		if len(p.Excludes[i].Words) > 1 {
			continue // where the words stand is seen below
		}
		if f := clause(words, &p.Excludes[i], search.Compound); f != "" {
			without = append(without, not(f))
		}
	}
	if len(p.Clauses) == 0 && len(without) == len(p.Excludes) {
		return s.server(ctx, p, all(without...), p.Limit, p.Offset)
	}
	each, likely := make([]string, len(p.Clauses)), make([]string, len(p.Clauses))
	for i := range p.Clauses {
		each[i] = or(clause(words, &p.Clauses[i], search.Typo2), nothing)
		likely[i] = or(clause(words, &p.Clauses[i], search.Prefix), nothing)
	}
	strict := all(append(without, each...)...)
	documents, total, err := s.candidates(ctx, strict, window, 0)
	if err != nil {
		return nil, err
	}
	var r *search.Result
	if total <= window {
		r = search.Linear(documents, p)
	} else if r, err = s.many(ctx, p, strict, all(likely...)); err != nil {
		return nil, err
	}
	if r.Total > 0 && !r.Relaxed {
		return r, nil
	}
	if len(p.Clauses) > 1 {
		r, err = s.relaxed(ctx, p, all(without...), each, likely)
	}
	if need, _ := p.Need(0); err != nil || r.Total > 0 || need > 0 {
		return r, err
	}
	return s.wordless(ctx, p, all(without...)) // nobody has any of the words
}

// searching is one search in one index.
type searching struct {
	*Engine
	index string
}

// ours is a filter that listings alone pass: an index also holds its position.
func (s searching) ours(filter string) string {
	return all(equal("municipality", s.cfg.Municipality), filter)
}

// nothing is a filter that no document passes.
const nothing = "id IS NULL"

func or(f, otherwise string) string {
	if f == "" {
		return otherwise
	}
	return f
}

// relaxed ranks the documents that answer to the most words that any does, of
// those that pass the filters. Where too many answer to some word for that to be
// seen here, the server is asked for each number of words in turn.
func (s searching) relaxed(ctx context.Context, p *search.Plan, without string, each, likely []string) (*search.Result, error) {
	documents, total, err := s.candidates(ctx, all(without, anyOf(each...)), window, 0)
	if err != nil || total <= window {
		return search.Linear(documents, p), err
	}
	for n := len(each) - 1; n > 0; n-- {
		within := all(without, some(each, n))
		if _, total, err = s.candidates(ctx, all(within, filtersExcept(p, "")), 0, 0); err != nil {
			return nil, err
		}
		if total == 0 {
			continue
		}
		if documents, total, err = s.candidates(ctx, within, window, 0); err != nil {
			return nil, err
		}
		if total <= window {
			return search.Linear(documents, p), nil
		}
		r, err := s.many(ctx, p, within, some(likely, n))
		if err == nil {
			r.Relaxed = true
		}
		return r, err
	}
	return search.Linear(nil, p), nil
}

// some holds where n of the filters hold, or more. O(2^len(filters)), which a query
// of words keeps small.
func some(filters []string, n int) string {
	switch {
	case n == 0:
		return ""
	case n == len(filters):
		return all(filters...)
	case n == 1:
		return anyOf(filters...)
	}
	return anyOf(all(filters[0], some(filters[1:], n-1)), some(filters[1:], n))
}

// wordless finds by all that the plan says beside its words.
func (s searching) wordless(ctx context.Context, p *search.Plan, within string) (*search.Result, error) {
	rest := *p
	rest.Clauses = nil
	r, err := s.server(ctx, &rest, within, p.Limit, p.Offset)
	if err != nil {
		return nil, err
	}
	for i := range r.Hits {
		r.Hits[i].Score = 0
	}
	r.Relaxed = r.Total > 0
	return r, nil
}

// many lets the server count and sort. By relevance the homes that answer without a
// slip go before the others, so that every page follows on the one before.
func (s searching) many(ctx context.Context, p *search.Plan, strict, likely string) (*search.Result, error) {
	if p.Sort != "relevance" {
		return s.server(ctx, p, strict, p.Limit, p.Offset)
	}
	r, err := s.server(ctx, p, strict, 0, 0)
	if err != nil {
		return nil, err
	}
	before := 0
	for _, within := range []string{all(strict, likely), all(strict, not(likely))} {
		rest := *p
		rest.Offset, rest.Limit = max(0, p.Offset-before), p.Limit-len(r.Hits)
		total, hits, err := s.ranked(ctx, &rest, all(within, filtersExcept(p, "")))
		if err != nil {
			return nil, err
		}
		before += total
		if r.Hits = append(r.Hits, hits...); len(r.Hits) == p.Limit {
			break
		}
	}
	return r, nil
}

// ranked returns a page of the documents within a filter: the first of them by how
// well they answer, those beyond the window as the server hands them out.
func (s searching) ranked(ctx context.Context, p *search.Plan, within string) (total int, hits []search.Hit, err error) {
	documents, total, err := s.candidates(ctx, within, window, 0)
	if err != nil {
		return 0, nil, err
	}
	if p.Offset < len(documents) {
		hits = search.Linear(documents, p).Hits
	}
	if beyond := max(p.Offset, window); beyond < min(total, p.Offset+p.Limit) {
		more, _, err := s.candidates(ctx, within, p.Offset+p.Limit-beyond, beyond)
		if err != nil {
			return 0, nil, err
		}
		for i := range more {
			hits = append(hits, p.Hit(more[i], p.Points(&more[i])))
		}
	}
	return total, hits, nil
}

// candidates fetches documents, the latest confirmed first, and counts them all.
func (s searching) candidates(ctx context.Context, within string, limit, offset int) ([]search.Document, int, error) {
	r, err := s.find.Index(s.index).SearchWithContext(ctx, "", &ms.SearchRequest{Filter: s.ours(within), Limit: int64(limit), Offset: int64(offset), AttributesToRetrieve: []string{"doc"}, Sort: latest})
	if err != nil {
		return nil, 0, err
	}
	documents, err := decode(r)
	return documents, int(r.EstimatedTotalHits), err
}

var latest = []string{"closed:asc", "confirmed:desc", "sort_id:asc"}

func decode(r *ms.SearchResponse) ([]search.Document, error) {
	out := make([]search.Document, len(r.Hits))
	for i, hit := range r.Hits {
		var body string
		if err := json.Unmarshal(hit["doc"], &body); err != nil {
			return nil, errors.Join(errors.New("meili: a document without its body"), err)
		}
		if err := json.Unmarshal([]byte(body), &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// order is the plan's order in the server's words.
func order(p *search.Plan) []string {
	direction := ":asc"
	if p.Desc {
		direction = ":desc"
	}
	switch p.Sort {
	case "relevance":
		return latest
	case "distance":
		return append([]string{"_geoPoint(" + degrees(p.Near.Lat) + ", " + degrees(p.Near.Lon) + ")" + direction}, latest...)
	}
	return append([]string{"n_" + p.Sort + direction}, latest...)
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }

// server lets the server sort and count: one request of several searches, since
// the values of a filtered field are counted without its filter.
func (s searching) server(ctx context.Context, p *search.Plan, within string, limit, offset int) (*search.Result, error) {
	req := &ms.MultiSearchRequest{}
	add := func(filter string, limit, offset int, facets ...string) {
		req.Queries = append(req.Queries, &ms.SearchRequest{IndexUID: s.index, Filter: s.ours(filter), Limit: int64(limit), Offset: int64(offset), Facets: facets,
			AttributesToRetrieve: []string{"doc"}, Sort: order(p), Page: 0})
	}
	filtered := map[string]bool{}
	for i := range p.Filters {
		filtered[p.Filters[i].Field] = true
	}
	var together, apart []string
	for _, f := range search.Facets() {
		switch {
		case f.Name == "availability":
		case filtered[f.Name]:
			apart = append(apart, f.Name)
		default:
			together = append(together, "v_"+f.Name)
		}
	}
	add(all(within, filtersExcept(p, "")), max(limit, 1), offset, together...)
	for _, name := range apart {
		add(all(within, filtersExcept(p, name)), 1, 0, "v_"+name)
	}
	values := search.FieldOf("availability").Values
	for _, v := range values {
		add(all(within, filtersExcept(p, "availability"), availability(v, p.Day)), 1, 0)
	}
	answer, err := s.find.MultiSearchWithContext(ctx, req)
	if err != nil {
		return nil, err
	}
	if len(answer.Results) != len(req.Queries) {
		return nil, errors.New("meili: the server answered fewer searches than were asked")
	}
	r := &search.Result{Total: int(answer.Results[0].EstimatedTotalHits), Facets: map[string]map[string]int{}}
	for i := range 1 + len(apart) {
		var counts map[string]map[string]int
		if err := json.Unmarshal(answer.Results[i].FacetDistribution, &counts); err != nil {
			return nil, err
		}
		for name, list := range counts {
			r.Facets[strings.TrimPrefix(name, "v_")] = list
		}
	}
	r.Facets["availability"] = map[string]int{}
	for i, v := range values {
		if n := int(answer.Results[1+len(apart)+i].EstimatedTotalHits); n > 0 {
			r.Facets["availability"][v] = n
		}
	}
	if limit == 0 {
		return r, nil
	}
	documents, err := decode(&answer.Results[0])
	for i := range documents {
		r.Hits = append(r.Hits, p.Hit(documents[i], p.Points(&documents[i])))
	}
	return r, err
}

// clause is the documents with a word that answers a clause well enough. For a
// phrase it is those with all of its words: where they stand is seen later.
func clause(words map[string]bool, c *search.Clause, least search.Quality) string {
	var good []string
	for w := range words {
		if q := c.Quality(w); q >= least {
			good = append(good, w)
		}
	}
	slices.Sort(good)
	var parts []string
	if len(good) > 0 {
		parts = append(parts, in("words", good))
	}
	list, _ := c.Phrases()
	for _, phrase := range list {
		var together []string
		for _, w := range phrase {
			together = append(together, equal("words", w))
		}
		parts = append(parts, all(together...))
	}
	return anyOf(parts...)
}
