package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/storage"
)

// session reads and writes one municipality inside a transaction. Short
// statements run without the context, whose watching costs more than they do;
// the caller looks at it between them.
type session struct {
	c            *conn
	municipality string
	paths        map[string][][]string // of each index, by collection
}

// extract returns the expression for the value at a path, which is letters,
// digits, underscores and dots. Queries spell it as the indexes do.
func extract(path string) string { return "json_extract(body, '$." + path + "')" }

// live returns the condition for the live documents of a collection, as partial
// indexes spell it.
func live(collection string) string { return "collection = '" + collection + "' AND deleted = 0" }

// notNull holds for every value but null, since numbers come first in SQLite's
// order. Unlike IS NOT NULL it is a range, so a scan begins behind the nulls.
const notNull = " >= -9e999"

// Get returns a live document.
func (s *session) Get(ctx context.Context, collection, id string) (storage.Doc, error) {
	d := storage.Doc{Collection: collection, ID: id}
	err := s.c.row(context.WithoutCancel(ctx), `SELECT version, seq, body FROM documents WHERE municipality = ? AND collection = ? AND id = ? AND deleted = 0`,
		s.municipality, collection, id).Scan(&d.Version, &d.Seq, &d.Body)
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.Missing(collection, id)
	}
	if err != nil {
		return storage.Doc{}, err
	}
	return d, nil
}

// where turns a scan's conditions into SQL.
func (s *session) where(q storage.Scan) (string, []any, error) {
	var b strings.Builder
	b.WriteString(" FROM documents WHERE municipality = ? AND ")
	b.WriteString(live(q.Collection))
	args := []any{s.municipality}
	for _, c := range q.Where {
		b.WriteString(" AND ")
		b.WriteString(extract(c.Path))
		switch c.Op {
		case storage.OpNull:
			b.WriteString(" IS NULL")
			continue
		case storage.OpNotNull:
			b.WriteString(notNull)
			continue
		case storage.OpIn: // one parameter whatever the number of values, so one statement
			set, err := json.Marshal(c.Value)
			if err != nil {
				return "", nil, err
			}
			b.WriteString(" IN (SELECT value FROM json_each(?))")
			args = append(args, string(set))
			continue
		case storage.OpEq:
			b.WriteString(" = ?")
		case storage.OpLt:
			b.WriteString(" < ?")
		case storage.OpLe:
			b.WriteString(" <= ?")
		case storage.OpGt:
			b.WriteString(" > ?")
		case storage.OpGe:
			b.WriteString(" >= ?")
		default:
			return "", nil, fmt.Errorf("sqlite: no operator %d", c.Op)
		}
		args = append(args, c.Value)
	}
	return b.String(), args, nil
}

// statement turns a scan into SQL.
func (s *session) statement(q storage.Scan) (string, []any, error) {
	where, args, err := s.where(q)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	b.WriteString("SELECT id, version, seq, body")
	b.WriteString(where)
	direction, beyond := "", ">"
	if q.Desc {
		direction, beyond = " DESC", "<"
	}
	id := "id"
	if s.narrows(q) {
		id = "+id" // not to be read from the index on IDs
	}
	switch {
	case q.Sort != "":
		if !slices.ContainsFunc(q.Where, func(c storage.Cond) bool { return c.Path == q.Sort && c.Op != storage.OpNull }) { // else it leaves the nulls out
			b.WriteString(" AND " + extract(q.Sort) + notNull)
		}
		fmt.Fprintf(&b, " ORDER BY %[1]s%[2]s, id%[2]s", extract(q.Sort), direction)
	case q.AfterID != "":
		fmt.Fprintf(&b, " AND %[1]s %[2]s ? ORDER BY %[1]s%[3]s", id, beyond, direction)
		args = append(args, q.AfterID)
	default:
		fmt.Fprintf(&b, " ORDER BY %s%s", id, direction)
	}
	if q.Limit > 0 {
		b.WriteString(" LIMIT ?")
		args = append(args, q.Limit)
	}
	return b.String(), args, nil
}

// narrows tells whether an index finds q's documents but gives them in another
// order than by ID. Without statistics SQLite would rather read the whole
// collection by ID than sort the few that the index finds.
func (s *session) narrows(q storage.Scan) bool {
	if q.Sort != "" {
		return false
	}
	ops := map[string]storage.Op{}
	for _, c := range q.Where {
		if ops[c.Path] != storage.OpEq { // where a path has several conditions, the strictest
			ops[c.Path] = c.Op
		}
	}
	found := false
	for _, paths := range s.paths[q.Collection] {
		equal := 0
		for equal < len(paths) && (ops[paths[equal]] == storage.OpEq || ops[paths[equal]] == storage.OpNull) {
			equal++
		}
		if equal == len(paths) {
			return false // it goes on with the ID
		}
		found = found || equal > 0 || ops[paths[0]] == storage.OpIn
	}
	return found
}

// Scan streams the live documents that q asks for.
func (s *session) Scan(ctx context.Context, q storage.Scan) iter.Seq2[storage.Doc, error] {
	return func(yield func(storage.Doc, error) bool) {
		text, args, err := s.statement(q)
		if err != nil {
			yield(storage.Doc{}, err)
			return
		}
		rows, done, err := s.c.stream(ctx, text, args...)
		if err != nil {
			yield(storage.Doc{}, err)
			return
		}
		defer done()
		for rows.Next() {
			d := storage.Doc{Collection: q.Collection}
			if err := rows.Scan(&d.ID, &d.Version, &d.Seq, &d.Body); err != nil {
				yield(storage.Doc{}, err)
				return
			}
			if !yield(d, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(storage.Doc{}, err)
		}
	}
}

// Count counts the live documents that q asks for.
func (s *session) Count(ctx context.Context, q storage.Scan) (n int, err error) {
	where, args, err := s.where(q)
	if err != nil {
		return 0, err
	}
	err = s.c.row(ctx, "SELECT count(*)"+where, args...).Scan(&n)
	return n, err
}

// feedText reads the feed; comparing the three together seeks to the position in
// the index that has them in this order.
const feedText = `SELECT collection, id, version, seq, deleted, body FROM documents
	WHERE municipality = ? AND (seq, collection, id) > (?, ?, ?) ORDER BY seq, collection, id LIMIT ?`

// Feed returns documents and tombstones after a position.
func (s *session) Feed(ctx context.Context, after storage.Position, limit int) ([]storage.Doc, error) {
	rows, err := s.c.query(ctx, feedText, s.municipality, after.Seq, after.Collection, after.ID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []storage.Doc
	for rows.Next() {
		var d storage.Doc
		if err := rows.Scan(&d.Collection, &d.ID, &d.Version, &d.Seq, &d.DeletedAt, &d.Body); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// State returns where the feed stands.
func (s *session) State(ctx context.Context) (st storage.State, err error) {
	err = s.c.row(context.WithoutCancel(ctx), `SELECT seq, purged FROM sequences WHERE municipality = ?`, s.municipality).Scan(&st.Seq, &st.Purged)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return st, err
}
