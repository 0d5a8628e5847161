package meili

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	ms "github.com/meilisearch/meilisearch-go"

	"github.com/boligklar/boligklar/internal/search"
)

// Apply sends a batch. What it puts and the position that it leads to are one
// task, which the server does whole or not at all: whoever finds the documents
// finds the position, and a process that dies half-way sends the batch again.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	before, err := e.stand(ctx)
	if err != nil {
		return unavailable(err)
	}
	if before.Index == "" || before.Position != b.From {
		return search.ErrMoved
	}
	learnt := e.learn(before.Index, b.Put)
	busy, err := e.underWay(ctx, before.Index)
	if err != nil {
		return unavailable(err)
	}
	if busy {
		now, err := e.stand(ctx)
		switch {
		case err != nil:
			return unavailable(err)
		case now.Index != before.Index || now.Position != b.To:
			return search.ErrMoved
		}
		e.advance(before, b.To, learnt)
		return nil
	}
	if len(b.Delete) > 0 {
		ids := make([]string, len(b.Delete))
		for i, id := range b.Delete {
			ids[i] = documentID(id)
		}
		task, err := e.admin.Index(before.Index).DeleteDocumentsWithContext(ctx, ids, nil)
		if err := e.ready(ctx, task, err); err != nil {
			return unavailable(err)
		}
	}
	records, err := e.records(b.Put)
	if err != nil {
		return err
	}
	task, err := e.add(ctx, before.Index, append(records, record{"id": positionID, "position": b.To}))
	if err := e.ready(ctx, task, err); err != nil {
		return unavailable(err)
	}
	e.advance(before, b.To, learnt)
	return nil
}

// underWay waits where the server is about to take something into the index, and
// reports that it has. With several processes that is most often the batch that
// another one sent a moment ago, which need not be sent twice.
func (e *Engine) underWay(ctx context.Context, uid string) (bool, error) {
	tasks, err := e.admin.GetTasksWithContext(ctx, &ms.TasksQuery{IndexUIDS: []string{uid}, Statuses: []ms.TaskStatus{ms.TaskStatusEnqueued, ms.TaskStatusProcessing}, Limit: 1})
	if err != nil || len(tasks.Results) == 0 {
		return false, err
	}
	newest := tasks.Results[0]
	return true, e.ready(ctx, &ms.TaskInfo{TaskUID: newest.UID, Status: newest.Status}, nil)
}

func (e *Engine) records(documents []search.Document) ([]record, error) {
	out := make([]record, len(documents))
	for i := range documents {
		var err error
		if out[i], err = newRecord(e.cfg.Municipality, &documents[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// add has the server put records in an index; see ready.
func (e *Engine) add(ctx context.Context, uid string, records any) (*ms.TaskInfo, error) {
	key := "id"
	return e.admin.Index(uid).AddDocumentsWithContext(ctx, records, &ms.DocumentOptions{PrimaryKey: &key})
}

// queue is tasks that the server does one after the other, several at a time where
// it can: they are sent without waiting for each, up to a number.
type queue struct {
	*Engine
	waiting []*ms.TaskInfo
}

// maxWaiting bounds what lies on the server's disk to be done.
const maxWaiting = 8

func (q *queue) send(ctx context.Context, task *ms.TaskInfo, err error) error {
	if err != nil {
		return err
	}
	q.waiting = append(q.waiting, task)
	return q.wait(ctx, maxWaiting)
}

// wait leaves so many tasks, or none.
func (q *queue) wait(ctx context.Context, leave int) error {
	for len(q.waiting) > leave {
		task := q.waiting[0]
		q.waiting = q.waiting[1:]
		if err := q.ready(ctx, task, nil); err != nil {
			return err
		}
	}
	return nil
}

// maxVocabulary is how many words the server tells of an index. A listing has four
// or five that no other has: its reference, with and without zeros.
const maxVocabulary = 5_000_000

// configure sets what the index needs, each setting by itself. The server is never
// asked for words of its own: it need not keep what finding them takes.
func (q *queue) configure(ctx context.Context, uid string) error {
	index := q.admin.Index(uid)
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
			return index.UpdateSearchableAttributesWithContext(ctx, &[]string{})
		},
		func() (*ms.TaskInfo, error) { return index.UpdatePrefixSearchWithContext(ctx, "disabled") },
		func() (*ms.TaskInfo, error) { return index.UpdateFacetSearchWithContext(ctx, false) },
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
		if err := q.send(ctx, task, err); err != nil {
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
	return e.ready(ctx, task, err)
}

// Rebuild fills an index of its own name and turns to it by the one document
// that says which index is in use. Meilisearch can also swap
// two names, but a key for some indexes may not look at such a task.
func (e *Engine) Rebuild(ctx context.Context, settings string, fill func(add func([]search.Document) error) (string, error)) error {
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
	if err := e.fill(ctx, fresh, fill); err != nil {
		return errors.Join(err, e.remove(context.WithoutCancel(ctx), fresh))
	}
	task, err = e.add(ctx, stateUID, []use{{ID: e.cfg.Municipality, Index: fresh, Settings: settings}})
	if err := e.ready(ctx, task, err); err != nil {
		return errors.Join(err, e.remove(context.WithoutCancel(ctx), fresh))
	}
	e.lookAnew()
	return e.removeOld(ctx, fresh)
}

// fill sets up an index of ours and fills it, the position last.
func (e *Engine) fill(ctx context.Context, fresh string, fill func(add func([]search.Document) error) (string, error)) error {
	q := &queue{Engine: e}
	if err := q.configure(ctx, fresh); err != nil {
		return err
	}
	position, err := fill(func(documents []search.Document) error {
		records, err := e.records(documents)
		if err != nil || len(records) == 0 {
			return err
		}
		task, err := e.add(ctx, fresh, records)
		return q.send(ctx, task, err)
	})
	if err != nil {
		return err
	}
	task, err := e.add(ctx, fresh, []record{{"id": positionID, "position": position}})
	if err := q.send(ctx, task, err); err != nil {
		return err
	}
	return q.wait(ctx, 0)
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
