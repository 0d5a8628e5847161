package meili

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/search"
)

// Apply sends a batch and its position, each after the one before is done. A
// process that dies between the two sends the batch again: it says the same.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	state, err := e.stand(ctx)
	if err != nil {
		return unavailable(err)
	}
	if state.Index == "" || state.Position != b.From {
		return search.ErrMoved
	}
	if err := e.put(ctx, state.Index, b.Put); err != nil {
		return unavailable(err)
	}
	e.learn(b.Put, state, state) // what was put is found now, before the position is kept
	if len(b.Delete) > 0 {
		ids := make([]string, len(b.Delete))
		for i, id := range b.Delete {
			ids[i] = documentID(id)
		}
		task, err := e.admin.Index(state.Index).DeleteDocumentsWithContext(ctx, ids, nil)
		if err := e.ready(ctx, task, err); err != nil {
			return unavailable(err)
		}
	}
	before := state
	state.Position = b.To
	if err := e.setState(ctx, state); err != nil {
		return unavailable(err)
	}
	e.learn(nil, before, state)
	return nil
}

// learn adds the words of documents, so that they are found at once without
// asking the server for all of them again.
func (e *Engine) learn(documents []search.Document, before, after stand) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.seen != before {
		return
	}
	words := maps.Clone(e.words) // searches under way read the old one
	for i := range documents {
		for c := range search.NumColumns {
			for _, w := range documents[i].Words(c) {
				words[w] = true
			}
		}
	}
	e.words, e.seen = words, after
}

func (e *Engine) put(ctx context.Context, uid string, documents []search.Document) error {
	if len(documents) == 0 {
		return nil
	}
	records := make([]record, len(documents))
	for i := range documents {
		var err error
		if records[i], err = newRecord(e.cfg.Municipality, &documents[i]); err != nil {
			return err
		}
	}
	key := "id"
	task, err := e.admin.Index(uid).AddDocumentsWithContext(ctx, records, &ms.DocumentOptions{PrimaryKey: &key})
	return e.ready(ctx, task, err)
}

// maxVocabulary is how many words the server tells of an index.
const maxVocabulary = 200_000

// configure sets what the index needs, each setting by itself.
func (e *Engine) configure(ctx context.Context, uid string) error {
	index := e.admin.Index(uid)
	filterable := []any{"id", "municipality", "words", "closed", "confirmed", "_geo"}
	sortable := []string{"closed", "confirmed", "sort_id", "_geo"}
	for _, f := range search.Fields {
		if f.Name == "availability" {
			continue
		}
		filterable = append(filterable, "v_"+f.Name)
		if f.Kind == search.KindChoice {
			filterable = append(filterable, "k_"+f.Name)
		} else {
			filterable = append(filterable, "n_"+f.Name)
			sortable = append(sortable, "n_"+f.Name)
		}
	}
	for _, set := range []func() (*ms.TaskInfo, error){
		func() (*ms.TaskInfo, error) { return index.UpdateFilterableAttributesWithContext(ctx, &filterable) },
		func() (*ms.TaskInfo, error) { return index.UpdateSortableAttributesWithContext(ctx, &sortable) },
		func() (*ms.TaskInfo, error) {
			return index.UpdateSearchableAttributesWithContext(ctx, &[]string{"words"})
		},
		func() (*ms.TaskInfo, error) {
			return index.UpdateDisplayedAttributesWithContext(ctx, &[]string{"id", "doc"})
		},
		func() (*ms.TaskInfo, error) { return index.UpdateRankingRulesWithContext(ctx, &[]string{"sort"}) },
		func() (*ms.TaskInfo, error) {
			return index.UpdatePaginationWithContext(ctx, &ms.Pagination{MaxTotalHits: 1_000_000})
		},
		func() (*ms.TaskInfo, error) {
			return index.UpdateFacetingWithContext(ctx, &ms.Faceting{MaxValuesPerFacet: maxVocabulary, SortFacetValuesBy: map[string]ms.SortFacetType{"*": ms.SortFacetTypeCount}})
		},
	} {
		task, err := set()
		if err := e.ready(ctx, task, err); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) remove(ctx context.Context, uid string) error {
	task, err := e.admin.DeleteIndexWithContext(ctx, uid)
	if status(err) == http.StatusNotFound {
		return nil
	}
	err = e.ready(ctx, task, err)
	return err
}

// Rebuild fills an index of its own name and turns to it by the one document
// that says which index is in use and where it stands. Meilisearch can also swap
// two names, but a key for some indexes may not look at such a task.
func (e *Engine) Rebuild(ctx context.Context, settings string, _ *search.Synonyms, fill func(add func([]search.Document) error) (string, error)) error {
	return unavailable(e.rebuild(ctx, settings, fill))
}

func (e *Engine) rebuild(ctx context.Context, settings string, fill func(add func([]search.Document) error) (string, error)) error {
	if err := e.connect(ctx); err != nil {
		return err
	}
	fresh := e.uid + "_" + strings.ToLower(rand.Text()[:12])
	task, err := e.admin.CreateIndexWithContext(ctx, &ms.IndexConfig{Uid: fresh, PrimaryKey: "id"})
	if err := e.ready(ctx, task, err); err != nil {
		return err
	}
	position, err := "", e.configure(ctx, fresh)
	if err == nil {
		position, err = fill(func(documents []search.Document) error { return e.put(ctx, fresh, documents) })
	}
	if err == nil {
		err = e.setState(ctx, stand{Index: fresh, Position: position, Settings: settings})
	}
	if err != nil {
		return errors.Join(err, e.remove(context.WithoutCancel(ctx), fresh))
	}
	e.lookAnew()
	return e.removeOld(ctx, fresh)
}

// lookAnew has the next search ask which index is in use.
func (e *Engine) lookAnew() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen = stand{}
}

// abandoned is after how long an unused index is that of a process that died.
const abandoned = time.Hour

// removeOld deletes this municipality's indexes that are no longer in use. One
// that is young may be one that another process is filling.
func (e *Engine) removeOld(ctx context.Context, inUse string) error {
	list, err := e.admin.ListIndexesWithContext(ctx, &ms.IndexesQuery{Limit: 1000})
	if err != nil {
		return err
	}
	for _, index := range list.Results {
		replaced := index.UID == e.replaced(inUse)
		if !strings.HasPrefix(index.UID, e.uid+"_") || index.UID == inUse || !replaced && time.Since(index.CreatedAt) < abandoned {
			continue
		}
		if err := e.remove(ctx, index.UID); err != nil {
			return err
		}
	}
	return nil
}

// replaced returns the index that was in use before, "" for none.
func (e *Engine) replaced(inUse string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == inUse {
		return ""
	}
	return e.last
}
