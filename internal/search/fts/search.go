package fts

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// refresh brings the memory level with the file, which another process may have
// written to.
func (e *Engine) refresh(ctx context.Context) error {
	e.mem2.Lock()
	defer e.mem2.Unlock()
	e.mu.RLock()
	db, mem := e.db, e.mem
	stale := time.Since(e.looked) > time.Second
	e.mu.RUnlock()
	if stale {
		e.mu.Lock()
		err := e.adopt(ctx)
		db, mem = e.db, e.mem
		e.mu.Unlock()
		if err != nil {
			return err
		}
	}
	if db == nil {
		return nil
	}
	at, err := meta(ctx, db, "step")
	if err != nil {
		return err
	}
	if step, err := strconv.Atoi(at); err != nil || step == mem.step {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.db != db {
		return nil // a newer edition has been read meanwhile
	}
	changed, err := mem.catchUp(ctx, db, true)
	e.cache.forget(changed)
	return err
}

// Search answers a plan.
func (e *Engine) Search(ctx context.Context, p *search.Plan) (*search.Result, error) {
	if err := e.refresh(ctx); err != nil {
		return nil, unavailable(err)
	}
	e.mu.RLock()
	for e.mem != nil && e.mem.day != p.Day { // until no other day, and no new edition, comes in between
		e.mu.RUnlock()
		e.mu.Lock()
		if e.mem != nil {
			e.mem.turn(p.Day)
		}
		e.mu.Unlock()
		e.mu.RLock()
	}
	defer e.mu.RUnlock()
	if e.db == nil {
		return nil, apperr.New(apperr.Unavailable, "There is no search index yet.").In("search.down", nil)
	}
	r, err := e.run(ctx, p)
	return r, unavailable(err)
}

// Knows reports whether a home has a word.
func (e *Engine) Knows(_ context.Context, word string) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.mem == nil {
		return false
	}
	if e.mem.words.documents[word] > 0 {
		return true
	}
	for _, texts := range e.mem.shared {
		for _, t := range texts {
			if slices.Contains(t.words, word) && t.rows.count() > 0 {
				return true
			}
		}
	}
	return false
}

// run answers a plan from memory and FTS5. The caller holds the lock.
func (e *Engine) run(ctx context.Context, p *search.Plan) (*search.Result, error) {
	m := e.mem
	found := append(bitset(nil), m.alive...)
	if err := e.exclude(ctx, p, found); err != nil {
		return nil, err
	}
	points, matched, err := e.score(ctx, p)
	if err != nil {
		return nil, err
	}
	filters := m.filters(p)
	result := &search.Result{Facets: map[string]map[string]int{}}
	if len(p.Clauses) > 0 {
		result.Relaxed = m.narrow(found, filters.all(found), matched, p)
	}
	hits := filters.all(found)
	result.Total = hits.count()
	result.Relaxed = result.Relaxed && result.Total > 0
	top := p.Top()
	hits.each(func(row int) {
		entry := m.entries[row]
		if points != nil {
			entry.Points = int(points[row])
		}
		if p.Sort != "relevance" {
			entry.SortBy(&m.docs[row], p)
		}
		top.Add(&entry)
	})
	for _, entry := range top.Page() {
		result.Hits = append(result.Hits, p.Hit(m.docs[entry.Row], entry.Points))
	}
	for _, f := range search.Facets() {
		within := filters.except(found, f.Name)
		counts := map[string]int{}
		for v, rows := range m.fields[f.Name] {
			if n := within.common(rows); n > 0 {
				counts[v] = n
			}
		}
		result.Facets[f.Name] = counts
	}
	return result, nil
}

// narrow keeps the rows that answer to every clause; where none within the
// filters does, those that answer to the most.
func (m *memory) narrow(found, within bitset, matched []uint8, p *search.Plan) (relaxed bool) {
	most := 0
	within.each(func(row int) { most = max(most, int(matched[row])) })
	need, relaxed := p.Need(most)
	found.each(func(row int) {
		if int(matched[row]) < need {
			found.unset(row)
		}
	})
	return relaxed
}

// score adds up what the clauses give each row.
func (e *Engine) score(ctx context.Context, p *search.Plan) (points []uint16, matched []uint8, err error) {
	if len(p.Clauses) == 0 {
		return nil, nil, nil
	}
	n := len(e.mem.docs)
	points, matched = make([]uint16, n), make([]uint8, n)
	best := make([]uint8, n)
	for i := range p.Clauses {
		clear(best)
		if err := e.answer(ctx, &p.Clauses[i], best); err != nil {
			return nil, nil, err
		}
		for row, b := range best {
			if b > 0 {
				points[row] += uint16(b)
				matched[row]++
			}
		}
	}
	return points, matched, nil
}

func (e *Engine) exclude(ctx context.Context, p *search.Plan, found bitset) error {
	best := make([]uint8, len(e.mem.docs))
	least := uint8(search.Compound) * 8
	for i := range p.Excludes {
		clear(best)
		if err := e.answer(ctx, &p.Excludes[i], best); err != nil {
			return err
		}
		for row, b := range best {
			if b >= least {
				found.unset(row)
			}
		}
	}
	return nil
}

// answer sets for each row the most points that any of its columns gives a
// clause.
func (e *Engine) answer(ctx context.Context, c *search.Clause, best []uint8) error {
	give := func(row int, points uint8) {
		if row < len(best) && best[row] < points {
			best[row] = points
		}
	}
	for column, texts := range e.mem.shared {
		for _, t := range texts {
			if points := search.Points(c.In(t.words), column); points > 0 {
				t.rows.each(func(row int) { give(row, points) })
			}
		}
	}
	for _, run := range e.mem.words.candidates(c) {
		if err := e.words(ctx, c, run, give); err != nil {
			return err
		}
	}
	phrases, qualities := c.Phrases()
	for i, phrase := range phrases {
		for name, column := range textColumns {
			if err := e.phrase(ctx, name, phrase, func(row int) { give(row, search.Points(qualities[i], column)) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// words gives the points of those words of a sorted run that answer a clause.
func (e *Engine) words(ctx context.Context, c *search.Clause, run []string, give func(row int, points uint8)) error {
	var good []string
	var qualities []search.Quality
	for _, w := range run {
		if q := c.Quality(w); q > search.NoMatch {
			good, qualities = append(good, w), append(qualities, q)
		}
	}
	lists, err := e.cache.get(ctx, e.db, good)
	if err != nil {
		return err
	}
	for i, list := range lists {
		for _, at := range list {
			give(int(at.row), search.Points(qualities[i], at.column))
		}
	}
	return nil
}

// phrase finds the rows where words stand in a row in one column. The words are
// letters and digits alone, so quotes are all that FTS5's syntax needs.
func (e *Engine) phrase(ctx context.Context, column string, phrase []string, found func(row int)) error {
	rows, err := e.db.QueryContext(ctx, `SELECT rowid FROM words WHERE words MATCH ?`, column+` : "`+strings.Join(phrase, " ")+`"`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row int
		if err := rows.Scan(&row); err != nil {
			return err
		}
		found(row)
	}
	return rows.Err()
}

// filtered are the rows that pass the filters of each field.
type filtered map[string]bitset

func (m *memory) filters(p *search.Plan) filtered {
	out := filtered{}
	for i := range p.Filters {
		f := &p.Filters[i]
		rows := m.pass(f)
		if earlier, ok := out[f.Field]; ok {
			rows.and(earlier)
		}
		out[f.Field] = rows
	}
	return out
}

// pass returns the rows that pass one filter.
func (m *memory) pass(f *search.Filter) bitset {
	field := search.FieldOf(f.Field)
	rows := make(bitset, len(m.alive))
	if field.Kind == search.KindChoice {
		for v, with := range m.fields[f.Field] {
			if f.Has(field, v) {
				rows.or(with)
			}
		}
		return rows
	}
	unknown := f.Has(field, search.Unknown)
	for row, n := range m.numbers[f.Field] {
		if n == noNumber && unknown || n != noNumber && f.InRange(int(n)) {
			rows.set(row)
		}
	}
	return rows
}

func (f filtered) all(found bitset) bitset { return f.except(found, "") }

func (f filtered) except(found bitset, field string) bitset {
	out := append(bitset(nil), found...)
	for name, rows := range f {
		if name != field {
			out.and(rows)
		}
	}
	return out
}
