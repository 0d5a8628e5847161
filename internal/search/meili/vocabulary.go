package meili

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// Knows reports whether a home has a word.
func (e *Engine) Knows(ctx context.Context, word string) bool {
	_, words, err := e.vocabulary(ctx)
	return err == nil && words[word]
}

// vocabulary returns the index in use and its words, read anew where another
// process has fed it, and now and then.
func (e *Engine) vocabulary(ctx context.Context) (index string, words map[string]bool, err error) {
	if index, words = e.recent(); index != "" {
		return index, words, nil
	}
	e.looking.Lock()
	defer e.looking.Unlock()
	if index, words = e.recent(); index != "" { // somebody else has looked meanwhile
		return index, words, nil
	}
	now, err := e.stand(ctx)
	if err != nil {
		return "", nil, err
	}
	if now.Index == "" {
		return "", nil, apperr.New(apperr.Unavailable, "There is no search index yet.").In("search.down", nil)
	}
	e.mu.Lock()
	known, learnt := e.seen == now && time.Since(e.read) < wordsFor, e.learnt
	e.mu.Unlock()
	if !known {
		if words, err = e.readWords(ctx, now.Index); err != nil {
			return "", nil, err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.looked = time.Now()
	if !known {
		if e.learnt != learnt { // meanwhile: the server may not have had those yet
			maps.Copy(words, e.words)
		}
		e.words, e.seen, e.read = words, now, e.looked
	}
	return now.Index, e.words, nil
}

// recent returns the index and its words where they were looked at a moment ago,
// else "".
func (e *Engine) recent() (index string, words map[string]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if time.Since(e.looked) < lookEvery {
		return e.seen.Index, e.words
	}
	return "", nil
}

// readWords asks for the words that some document has.
func (e *Engine) readWords(ctx context.Context, uid string) (map[string]bool, error) {
	r, err := e.find.Index(uid).SearchWithContext(ctx, "", &ms.SearchRequest{Limit: 1, Facets: []string{"words"}, AttributesToRetrieve: []string{"id"}})
	if err != nil {
		return nil, err
	}
	var counts map[string]map[string]int
	if err := json.Unmarshal(r.FacetDistribution, &counts); err != nil {
		return nil, err
	}
	words := make(map[string]bool, len(counts["words"]))
	for w := range counts["words"] {
		words[w] = true
	}
	return words, nil
}

// learn adds the words of documents that are about to be in an index, so that
// they are found as soon as the server has them, without asking it for all words
// again. A word that no document has finds none. It reports whether it could: a
// vocabulary that was never read cannot be added to.
func (e *Engine) learn(uid string, documents []search.Document) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.seen.Index != uid {
		return false
	}
	e.words, e.learnt = maps.Clone(e.words), e.learnt+1 // searches under way read the old one
	for i := range documents {
		for c := range search.NumColumns {
			for _, w := range documents[i].Words(c) {
				e.words[w] = true
			}
		}
	}
	return true
}

// advance notes a batch whose words were learnt.
func (e *Engine) advance(before stand, position string, learnt bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if learnt && e.seen == before {
		e.seen.Position = position
	}
}
