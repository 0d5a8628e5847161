package fts

import (
	"context"
	"database/sql"
	"encoding/json"
	"math/bits"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/search"
)

// bitset has a bit for each row.
type bitset []uint64

func (b *bitset) set(i int) {
	for len(*b) <= i>>6 {
		*b = append(*b, 0)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

func (b bitset) unset(i int) {
	if i>>6 < len(b) {
		b[i>>6] &^= 1 << (i & 63)
	}
}

func (b bitset) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b bitset) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// and keeps in b what is in other too.
func (b bitset) and(other bitset) {
	for i := range b {
		if i < len(other) {
			b[i] &= other[i]
		} else {
			b[i] = 0
		}
	}
}

func (b bitset) or(other bitset) {
	for i := range min(len(b), len(other)) {
		b[i] |= other[i]
	}
}

// common counts what is in both.
func (b bitset) common(other bitset) (n int) {
	for i := range min(len(b), len(other)) {
		n += bits.OnesCount64(b[i] & other[i])
	}
	return n
}

// each calls fn with every row in the set, ascending.
func (b bitset) each(fn func(row int)) {
	for i, w := range b {
		for w != 0 {
			fn(i<<6 + bits.TrailingZeros64(w))
			w &= w - 1
		}
	}
}

// few is a text that many documents share: a type, or a place as written.
type few struct {
	words []string
	rows  bitset
}

// memory is what filters, facets and ranking read: a copy of what the file
// holds, kept level with it by its step.
type memory struct {
	step    int
	docs    []search.Document // by row
	entries []search.Entry    // by row, without points: ranking reads them in a row
	alive   bitset
	fields  map[string]map[string]bitset // field -> value -> rows
	numbers map[string][]int32           // field -> row -> number
	shared  map[search.Column]map[string]*few
	words   *vocabulary
	day     search.Day // that the field availability holds for
}

const noNumber = -1 << 31

func newMemory() *memory {
	m := &memory{fields: map[string]map[string]bitset{}, numbers: map[string][]int32{}, words: newVocabulary(),
		shared: map[search.Column]map[string]*few{search.ColPlace: {}, search.ColRegister: {}, search.ColType: {}}}
	for _, f := range search.Fields {
		if f.Kind == search.KindChoice || f.Facet {
			m.fields[f.Name] = map[string]bitset{}
		}
		if f.Kind != search.KindChoice {
			m.numbers[f.Name] = nil
		}
	}
	return m
}

// load reads the whole file.
func load(ctx context.Context, db *sql.DB) (*memory, error) {
	m := newMemory()
	if _, err := m.catchUp(ctx, db, false); err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT term, doc FROM vocabulary`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var w string
		var n int
		if err := rows.Scan(&w, &n); err != nil {
			return nil, err
		}
		m.words.add(w, n)
	}
	m.words.settle()
	return m, rows.Err()
}

// catchUp reads what has been written since m.step and returns the words whose
// postings have changed.
func (m *memory) catchUp(ctx context.Context, db *sql.DB, countWords bool) (changed []string, err error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	at, err := meta(ctx, tx, "step")
	if err != nil {
		return nil, err
	}
	step, err := strconv.Atoi(at)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT row, body FROM docs WHERE step > ?`, m.step)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row int
		var body sql.NullString
		if err := rows.Scan(&row, &body); err != nil {
			return nil, err
		}
		if countWords && m.alive.has(row) {
			changed = append(changed, m.count(&m.docs[row], -1)...)
		}
		m.forget(row)
		if !body.Valid {
			continue
		}
		var d search.Document
		if err := json.Unmarshal([]byte(body.String), &d); err != nil {
			return nil, err
		}
		m.put(row, d)
		if countWords {
			changed = append(changed, m.count(&m.docs[row], 1)...)
		}
	}
	m.step = step
	m.words.settle()
	return changed, rows.Err()
}

// count keeps the vocabulary with a document that comes or goes.
func (m *memory) count(d *search.Document, by int) (words []string) {
	for _, c := range textColumns {
		words = append(words, d.Words(c)...)
	}
	slices.Sort(words)
	words = slices.Compact(words) // the vocabulary counts documents
	for _, w := range words {
		m.words.add(w, by)
	}
	return words
}

func (m *memory) put(row int, d search.Document) {
	for len(m.docs) <= row {
		m.docs, m.entries = append(m.docs, search.Document{}), append(m.entries, search.Entry{})
	}
	m.docs[row], m.entries[row] = d, search.NewEntry(row, &d)
	m.alive.set(row)
	for _, f := range search.Fields {
		m.mark(f, row, &d)
		if column, ok := m.numbers[f.Name]; ok {
			for len(column) <= row {
				column = append(column, noNumber)
			}
			column[row] = noNumber
			if n, known := f.Number(&d); known {
				column[row] = int32(n)
			}
			m.numbers[f.Name] = column
		}
	}
	for c, texts := range m.shared {
		key := string(d.Listing.DwellingType)
		switch c {
		case search.ColPlace:
			key = d.Listing.PostalPlace + "\x00" + d.Listing.PostalCode
		case search.ColRegister:
			key = d.Place.Name
		}
		if texts[key] == nil {
			texts[key] = &few{words: d.Words(c)}
		}
		texts[key].rows.set(row)
	}
}

func (m *memory) mark(f *search.Field, row int, d *search.Document) {
	values, ok := m.fields[f.Name]
	if !ok {
		return
	}
	for _, v := range f.FacetValues(d, m.day) {
		b := values[v]
		b.set(row)
		values[v] = b
	}
}

func (m *memory) forget(row int) {
	if !m.alive.has(row) {
		return
	}
	m.alive.unset(row)
	for _, values := range m.fields {
		for _, b := range values {
			b.unset(row)
		}
	}
	for _, texts := range m.shared {
		for _, t := range texts {
			t.rows.unset(row)
		}
	}
}

// turn makes the field availability that of another day.
func (m *memory) turn(day search.Day) {
	if m.day == day {
		return
	}
	m.day = day
	f := search.FieldOf("availability")
	m.fields[f.Name] = map[string]bitset{}
	m.alive.each(func(row int) { m.mark(f, row, &m.docs[row]) })
}
