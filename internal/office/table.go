package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// table applies the rows of one sheet to one register.
type table[R any] struct {
	*importRun
	schema   *importers.Schema[R]
	register *storage.Collection[Entry[R]]
	report   *importers.SheetReport
	layout   *importers.Layout

	check    func(*R) []apperr.Problem // against other records; may be nil
	defers   func(*R) *apperr.Problem  // why the row cannot go in yet; may be nil
	stored   func(*Entry[R])           // an entry is about to be stored; may be nil
	otherKey func(*R) string           // another key that the stored record may have; may be nil
	current  func(*R) bool             // a record that is missed where a file no longer has it; nil is every one

	file    *fileKeys // of the register's kind, over all sheets of the file
	waiting []importers.Row[R]
}

// fileKeys are the keys of one kind that the file has, over all of its sheets.
type fileKeys struct {
	first map[string]place // where each key stands first
	known int              // keys whose record came from this series of files
}

// place is a row of a sheet.
type place struct {
	sheet *importers.SheetReport
	row   int
}

// apply streams the sheet's rows into the register. Reading runs ahead of
// storing by a few chunks.
func (t *table[R]) apply(ctx context.Context, index int) error {
	t.layout = t.layouts[index]
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chunks := make(chan []importers.Row[R], 2)
	var readErr error // set before chunks is closed
	go func() {
		defer close(chunks)
		readErr = t.read(ctx, index, chunks)
	}()
	for chunk := range chunks {
		if err := t.applyChunk(chunk); err != nil {
			return err
		}
		t.progress(len(chunk))
	}
	if readErr != nil {
		return readErr
	}
	if err := t.applyWaiting(); err != nil || !t.lastOfKind(index) {
		return err
	}
	return t.findGone()
}

func (t *table[R]) read(ctx context.Context, index int, chunks chan<- []importers.Row[R]) error {
	chunk := make([]importers.Row[R], 0, chunkRows)
	send := func() error {
		select {
		case chunks <- chunk:
			chunk = make([]importers.Row[R], 0, chunkRows)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for row, err := range importers.Read(ctx, t.book, index, t.layout, t.schema) {
		if err != nil {
			return err
		}
		if chunk = append(chunk, row); len(chunk) == chunkRows {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// applyChunk looks up the stored records of the rows with one query and applies
// each row.
func (t *table[R]) applyChunk(rows []importers.Row[R]) error {
	stored, err := t.lookUp(rows)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if row.Skipped != "" {
			t.pass(row)
			continue
		}
		key := t.schema.Key(&row.Record)
		t.checkKey(row, key)
		if t.check != nil && !row.Rejected() {
			for _, p := range t.check(&row.Record) {
				t.add(row, p)
			}
		}
		if row.Rejected() {
			t.reject(row)
			continue
		}
		if t.defers != nil && t.defers(&row.Record) != nil {
			t.waiting = append(t.waiting, *row)
			continue
		}
		if err := t.put(row, stored[key]); err != nil {
			return err
		}
	}
	return nil
}

// applyWaiting applies the rows that waited for others, or says why not.
func (t *table[R]) applyWaiting() error {
	for progress := true; progress && len(t.waiting) > 0; {
		progress = false
		waiting := t.waiting
		t.waiting = nil
		for i := range waiting {
			row := &waiting[i]
			if t.defers(&row.Record) != nil {
				t.waiting = append(t.waiting, *row)
				continue
			}
			stored, err := t.lookUp(waiting[i : i+1])
			if err != nil {
				return err
			}
			if err := t.put(row, stored[t.schema.Key(&row.Record)]); err != nil {
				return err
			}
			progress = true
		}
	}
	for i := range t.waiting {
		t.add(&t.waiting[i], *t.defers(&t.waiting[i].Record))
		t.reject(&t.waiting[i])
	}
	return nil
}

// lookUp returns the stored records of the rows, by the rows' keys.
func (t *table[R]) lookUp(rows []importers.Row[R]) (map[string]*storage.Record[Entry[R]], error) {
	out := map[string]*storage.Record[Entry[R]]{}
	var keys []string
	other := map[string]string{} // another key -> the row's key
	for i := range rows {
		if rows[i].Skipped != "" {
			continue
		}
		key := t.schema.Key(&rows[i].Record)
		keys = append(keys, key)
		if t.otherKey != nil {
			if o := t.otherKey(&rows[i].Record); o != "" {
				other[o] = key
				keys = append(keys, o)
			}
		}
	}
	if len(keys) == 0 {
		return out, nil
	}
	for rec, err := range t.register.Find(t.tx, storage.Query{Where: []storage.Cond{storage.In("key", keys...)}}) {
		if err != nil {
			return nil, err
		}
		if key, ok := other[rec.Value.Key]; ok {
			if out[key] == nil {
				out[key] = &rec
			}
			continue
		}
		out[rec.Value.Key] = &rec
	}
	return out, nil
}

// checkKey refuses a row whose key stood in an earlier row.
func (t *table[R]) checkKey(row *importers.Row[R], key string) {
	if row.Rejected() {
		return
	}
	if first, repeated := t.file.first[key]; repeated {
		params := map[string]any{"Key": key, "FirstRow": first.row}
		if first.sheet != t.report {
			params["FirstSheet"] = first.sheet.Sheet
		}
		t.add(row, apperr.Problem{Code: "duplicate_key", Severity: apperr.SeverityError, Params: params})
		return
	}
	t.file.first[key] = place{t.report, row.Number}
}

// put creates or updates the row's record.
func (t *table[R]) put(row *importers.Row[R], stored *storage.Record[Entry[R]]) error {
	key := t.schema.Key(&row.Record)
	if stored == nil {
		importers.FirstSeen(&row.Record, t.req.On)
		entry := Entry[R]{Key: key, Record: row.Record, Source: t.source, Series: t.series, Import: t.id}
		entry.hold()
		if t.stored != nil {
			t.stored(&entry)
		}
		t.file.known++
		t.accept(row, importers.Merged[R]{Record: entry.Record, Action: importers.Create})
		return t.register.Put(t.tx, &storage.Record[Entry[R]]{Value: entry})
	}
	if stored.Value.Series == t.series {
		t.file.known++
	}
	m := importers.Merge(t.schema, stored.Value.Record, stored.Value.Edited, row.Record)
	for _, p := range t.schema.Validate(&m.Record) {
		if p.Severity == apperr.SeverityError {
			t.add(row, p)
		}
	}
	if row.Rejected() {
		t.reject(row)
		return nil
	}
	if m.Action == importers.Unchanged && stored.Value.Key != key {
		m.Action = importers.Update
	}
	t.accept(row, m)
	if len(m.Changes) == 0 && len(m.Edited) == len(stored.Value.Edited) && stored.Value.Key == key {
		return nil
	}
	stored.Value.Key, stored.Value.Record, stored.Value.Edited = key, m.Record, m.Edited
	stored.Value.hold()
	if t.stored != nil {
		t.stored(&stored.Value)
	}
	if err := t.register.Put(t.tx, stored); err != nil || len(m.Changes) == 0 {
		return err
	}
	return t.office.Record(t.tx, Event{Who: t.req.Who, What: WhatUpdated, Register: t.register.Schema().Name, Record: stored.ID, Import: t.id,
		Personal: EventPersonal{Key: key, Changes: m.Changes}})
}

// accept counts and reports an accepted row.
func (t *table[R]) accept(row *importers.Row[R], m importers.Merged[R]) {
	s := &t.importRun.report.Summary
	switch {
	case m.Action == importers.Create:
		s.Created++
	case m.Action == importers.Update || len(m.Changes) > 0:
		s.Updated++
	default:
		s.Unchanged++
	}
	for _, d := range m.Conflicts {
		t.add(row, apperr.Problem{Field: d.Field, Code: "changed_in_program", Severity: apperr.SeverityWarning,
			Params: map[string]any{"Stored": t.words(d.Field, d.Stored), "File": t.words(d.Field, d.File)}})
	}
	if m.Action == importers.Conflict {
		s.Conflicts++
	}
	t.addProblems(row)
	if !t.req.KeepRows {
		return
	}
	record, err := importers.RecordJSON(t.schema, &m.Record)
	if err != nil {
		panic("office: a record that is no JSON: " + err.Error()) // its fields are texts, numbers, dates and sets
	}
	t.report.Rows = append(t.report.Rows, importers.ReportRow{Row: row.Number, Action: m.Action, Key: t.schema.Key(&m.Record), Record: record,
		Changes: importers.Differences(m.Changes), Conflicts: importers.Differences(m.Conflicts)})
}

func (t *table[R]) words(field, canonical string) string {
	return importers.Words(t.req.Lang, t.schema.Kind, field, canonical)
}

func (t *table[R]) reject(row *importers.Row[R]) {
	t.importRun.report.Summary.Rejected++
	t.addProblems(row)
}

// pass reports a row that is no record.
func (t *table[R]) pass(row *importers.Row[R]) {
	if row.Skipped != "row_blank" {
		t.add(row, apperr.Problem{Code: row.Skipped, Severity: apperr.SeverityWarning})
		t.addProblems(row)
	}
}

func (t *table[R]) add(row *importers.Row[R], p apperr.Problem) {
	row.Problems = append(row.Problems, importers.Finding{Problem: p, Column: t.layout.ColumnOf(p.Field)})
}

func (t *table[R]) addProblems(row *importers.Row[R]) {
	for _, f := range row.Problems {
		t.report.Add(t.req.Lang, row.Number, f)
		if f.Severity == apperr.SeverityWarning {
			t.importRun.report.Summary.Warnings++
		}
	}
}

// findGone lists the records that an earlier import of this file, or of an
// earlier edition of it, brought and that it no longer has. They stay as they
// are: a row may be gone by mistake. A file whose name differs in digits is an
// earlier edition where this one has at least half of its records; "Bydel 1" and
// "Bydel 2" are two files.
func (t *table[R]) findGone() error {
	where := []storage.Cond{storage.Eq("series", t.series)}
	n, err := t.register.Count(t.tx, storage.Query{Where: where})
	if err != nil || n == t.file.known {
		return err
	}
	type edition struct {
		here, all int
		gone      []string
	}
	editions := map[string]*edition{}
	for rec, err := range t.register.Find(t.tx, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		e := editions[rec.Value.Source]
		if e == nil {
			e = &edition{}
			editions[rec.Value.Source] = e
		}
		e.all++
		if _, here := t.file.first[rec.Value.Key]; here {
			e.here++
		} else if t.current == nil || t.current(&rec.Value.Record) {
			e.gone = append(e.gone, rec.Value.Key)
		}
	}
	for source, e := range editions {
		if source == t.source || 2*e.here >= e.all {
			t.report.Gone = append(t.report.Gone, e.gone...)
		}
	}
	slices.Sort(t.report.Gone)
	return nil
}
