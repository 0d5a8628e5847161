package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Without says how many homes would be found were a part of the search left out.
type Without struct {
	Filter int // of the plan's filters; TheWords where it is those
	Total  int
}

// TheWords stands for all words of a search.
const TheWords = -1

// without tries what could be left out of a search that finds no home which answers
// to all of it. Most homes come first; what helps nobody is not named.
func without(ctx context.Context, p *Plan, r *Result, find Find) (out []Without, err error) {
	try := func(part int, rest Plan) error {
		rest.Limit, rest.Offset = 1, 0
		found, err := find(ctx, &rest)
		if err == nil && found.Total > 0 && !found.Relaxed {
			out = append(out, Without{part, found.Total})
		}
		return err
	}
	for i := range p.Filters {
		if err := try(i, p.except(i)); err != nil {
			return nil, err
		}
	}
	if len(p.Filters) > 0 && len(p.Clauses)+len(p.Excludes) > 0 && r.Total == 0 {
		rest := *p
		rest.Clauses, rest.Excludes = nil, nil
		if err := try(TheWords, rest); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Without) int { return cmp.Compare(b.Total, a.Total) })
	return out, nil
}

// leaveOut finds by all of the words and leaves out one filter of the query, where
// all of the filters would leave no word: a street says more of the home that was
// thought of than its rent. nil where it is not so.
func leaveOut(ctx context.Context, p *Plan, first *Result, find Find) (*Result, error) {
	typed := slices.DeleteFunc(slices.Clone(first.Without), func(w Without) bool { return p.SaidAs(w.Filter) == nil })
	if !first.Relaxed || len(typed) == 0 {
		return nil, nil //nolint:nilnil // there is nothing to leave out
	}
	best := *p
	best.Limit, best.Offset = 1, 0
	r, err := find(ctx, &best)
	if err != nil || len(r.Hits) == 0 || r.Hits[0].Score > 0 {
		return nil, err
	}
	least := slices.MinFunc(typed, func(a, b Without) int { return cmp.Compare(a.Total, b.Total) })
	rest := p.except(least.Filter)
	if r, err = find(ctx, &rest); err != nil {
		return nil, err
	}
	r.LeftOut = p.SaidAs(least.Filter)
	r.Without = slices.DeleteFunc(first.Without, func(w Without) bool { return w == least })
	if len(p.Excludes) == 0 {
		r.Without = append(r.Without, Without{TheWords, first.Total})
	}
	return r, nil
}

// except returns the plan without one of its filters.
func (p *Plan) except(filter int) Plan {
	rest := *p
	rest.Filters = slices.Delete(slices.Clone(p.Filters), filter, filter+1)
	if named := len(p.Filters) - len(p.Query.Filters); filter >= named {
		rest.Query.Filters = rest.Filters[named:]
	}
	return rest
}

// SaidAs returns what was recognised as one of the plan's filters, nil for one that
// was asked for by name.
func (p *Plan) SaidAs(filter int) *Recognised {
	n := filter - (len(p.Filters) - len(p.Query.Filters))
	if n < 0 {
		return nil
	}
	for i := range p.Recognised {
		if r := &p.Recognised[i]; r.isFilter() {
			if n == 0 {
				return r
			}
			n--
		}
	}
	return nil
}

// FiltersOf returns what was recognised as filters, an order or a place to measure
// from in a query, without its words.
func (p *Plan) FiltersOf(query string) string {
	var said []string
	for i := range p.Recognised {
		if r := &p.Recognised[i]; r.Op != "~" && r.End <= len(query) {
			said = append(said, query[r.Start:r.End])
		}
	}
	return strings.Join(said, " ")
}
