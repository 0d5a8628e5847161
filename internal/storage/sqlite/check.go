package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	remedyBackup  = "Stop the program, keep a copy of the data folder, and put the store back from the latest backup."
	remedyRestart = "Start the program again: it makes the indexes anew at start."
)

// Check looks for damage, indexes that differ from the schemas, sequence numbers
// beyond the counter, and unique keys held twice.
func (b *Backend) Check(ctx context.Context, schemas []storage.Schema) (found []storage.Finding, err error) {
	err = b.reading(ctx, func(c *conn) error {
		for _, check := range []func(context.Context, *conn, []storage.Schema) ([]storage.Finding, error){
			checkIntegrity, checkIndexes, checkSequences, checkUnique,
		} {
			f, err := check(ctx, c, schemas)
			found = append(found, f...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if apperr.CodeOf(err) == apperr.Unreadable { // that is what was to be found
		return append(found, storage.Finding{Code: "damaged", Message: "The store is damaged: parts of it cannot be read.", Remedy: remedyBackup}), nil
	}
	return found, err
}

func checkIntegrity(ctx context.Context, c *conn, _ []storage.Schema) (found []storage.Finding, err error) {
	rows, err := c.query(ctx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return found, err
		}
		if text != "ok" {
			found = append(found, storage.Finding{Code: "damaged", Message: "The store is damaged: " + text + ".", Remedy: remedyBackup})
		}
	}
	return found, rows.Err()
}

func checkIndexes(ctx context.Context, c *conn, schemas []storage.Schema) (found []storage.Finding, err error) {
	drop, create, err := drift(ctx, c, schemas)
	if err != nil {
		return nil, err
	}
	for _, name := range drop {
		found = append(found, storage.Finding{Code: "index_differs", Collection: strings.Split(name, ":")[1],
			Message: fmt.Sprintf("The index %s differs from what the program uses.", name), Remedy: remedyRestart})
	}
	for _, x := range create {
		found = append(found, storage.Finding{Code: "index_differs", Collection: x.collection,
			Message: fmt.Sprintf("The index %s is missing or differs.", x.name), Remedy: remedyRestart})
	}
	return found, nil
}

func checkSequences(ctx context.Context, c *conn, _ []storage.Schema) (found []storage.Finding, err error) {
	rows, err := c.query(ctx, `SELECT d.municipality, d.collection, d.id FROM documents d LEFT JOIN sequences s ON s.municipality = d.municipality
		WHERE d.seq < 1 OR d.version < 1 OR d.seq > coalesce(s.seq, 0) OR (d.body IS NULL) <> (d.deleted > 0) LIMIT 20`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := storage.Finding{Code: "seq_beyond_counter", Remedy: remedyBackup}
		var m string
		if err := rows.Scan(&m, &f.Collection, &f.ID); err != nil {
			return found, err
		}
		f.Message = fmt.Sprintf("A record of municipality %s has a version or sequence number that the program never gave: the store was changed by other means.", m)
		found = append(found, f)
	}
	return found, rows.Err()
}

// checkUnique looks at the documents themselves, past the indexes.
func checkUnique(ctx context.Context, c *conn, schemas []storage.Schema) (found []storage.Finding, err error) {
	for _, s := range schemas {
		for _, u := range s.Unique {
			var columns, present []string
			for _, p := range u.Paths {
				columns = append(columns, extract(p))
				present = append(present, extract(p)+" IS NOT NULL")
			}
			var n int
			err := c.row(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM documents NOT INDEXED WHERE %s AND %s GROUP BY municipality, %s HAVING count(*) > 1)`,
				live(s.Name), strings.Join(present, " AND "), strings.Join(columns, ", "))).Scan(&n)
			if err != nil {
				return found, err
			}
			if n > 0 {
				found = append(found, storage.Finding{Code: "unique_key_broken", Collection: s.Name,
					Message: fmt.Sprintf("%d values of the unique key %s are held by more than one record of %s.", n, u.Name, s.Name), Remedy: remedyBackup})
			}
		}
	}
	return found, nil
}
