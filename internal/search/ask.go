package search

import (
	"cmp"
	"context"
)

// Find is what answers a plan: an engine, or a search without one.
type Find func(ctx context.Context, p *Plan) (*Result, error)

// Ask understands a request and answers it. What was taken for a filter may be a
// name (Strøm, Hund, Møller): where nothing answers to all that was understood,
// slips are taken as words, then single words, and whichever reading finds homes
// that answer to all of it is what was meant. Where none does, the result says what
// could be left out, and is without a filter rather than without all words.
// Errors: those of Prepare and find.
func Ask(ctx context.Context, req Request, places *Places, synonyms *Synonyms, find Find) (*Result, *Plan, error) {
	plan, err := Prepare(req, places, synonyms)
	if err != nil {
		return nil, nil, err
	}
	first, err := find(ctx, plan)
	if err != nil || first.Total > 0 && !first.Relaxed {
		return first, plan, err
	}
	for literal := req.Literal + 1; literal <= WordsLiteral; literal++ {
		req.Literal = literal
		other, err := Prepare(req, places, synonyms)
		if err != nil {
			return nil, nil, err
		}
		if len(other.Query.Filters) == len(plan.Query.Filters) {
			continue // the same reading
		}
		if r, err := find(ctx, other); err != nil || r.Total > 0 && !r.Relaxed {
			return r, other, err
		}
	}
	if first.Without, err = without(ctx, plan, first, find); err != nil {
		return nil, nil, err
	}
	other, err := leaveOut(ctx, plan, first, find)
	return cmp.Or(other, first), plan, err
}

// KnownBy returns a Request's Known for documents without an index.
func KnownBy(documents []Document) func(word string) bool {
	var words map[string]bool // gathered when the first one is asked for
	return func(word string) bool {
		if words == nil {
			words = map[string]bool{}
			for i := range documents {
				for c := range NumColumns {
					for _, w := range documents[i].Words(c) {
						words[w] = true
					}
				}
			}
		}
		return words[word]
	}
}
