package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// applicationID marks a SQLite file as a Boligklar store: "Bolk".
const applicationID = 0x426f6c6b

// layouts are the steps from an empty file to the newest layout; user_version
// counts those taken. Steps are only ever appended.
var layouts = []string{`
	CREATE TABLE documents (
		municipality TEXT    NOT NULL,
		collection   TEXT    NOT NULL,
		id           TEXT    NOT NULL,
		version      INTEGER NOT NULL,
		seq          INTEGER NOT NULL,
		deleted      INTEGER NOT NULL, -- Unix milliseconds; 0: live
		body         TEXT              -- JSON; null where deleted
	);
	CREATE UNIQUE INDEX documents_id ON documents (municipality, collection, id);
	CREATE UNIQUE INDEX documents_feed ON documents (municipality, seq, collection, id);
	CREATE INDEX documents_tombstones ON documents (municipality, deleted) WHERE deleted > 0;
	CREATE TABLE sequences (
		municipality TEXT PRIMARY KEY,
		seq          INTEGER NOT NULL,
		purged       INTEGER NOT NULL
	) WITHOUT ROWID;
`}

// Prepare brings the file to the newest layout, and the indexes of the given
// collections to their schemas.
func (b *Backend) Prepare(ctx context.Context, schemas []storage.Schema) error {
	stale := true
	err := b.reading(ctx, func(c *conn) (err error) { // so that opening a store waits for no writer
		stale, err = drifted(ctx, c, schemas)
		return err
	})
	if err != nil {
		return err
	}
	paths := map[string][][]string{}
	for _, s := range schemas {
		for _, x := range s.Indexes {
			paths[s.Name] = append(paths[s.Name], x.Paths)
		}
		for _, x := range s.Unique {
			paths[s.Name] = append(paths[s.Name], x.Paths)
		}
	}
	b.paths.Store(&paths)
	if !stale {
		return nil
	}
	return b.writing(ctx, func(c *conn) error {
		if err := upgrade(ctx, c); err != nil {
			return err
		}
		return reindex(ctx, c, schemas)
	})
}

// drifted tells whether the layout or an index differs from what it should be.
func drifted(ctx context.Context, c *conn, schemas []storage.Schema) (bool, error) {
	v, err := layoutVersion(ctx, c)
	if err != nil || v < len(layouts) {
		return true, err
	}
	drop, create, err := drift(ctx, c, schemas)
	return len(drop)+len(create) > 0, err
}

// layoutVersion returns the layout's version, and an error for a file that is no
// store of ours or of a newer program.
func layoutVersion(ctx context.Context, c *conn) (int, error) {
	var app, version, objects int
	err := c.row(ctx, `SELECT a.application_id, u.user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id a, pragma_user_version u`).Scan(&app, &version, &objects)
	switch {
	case err != nil:
		return 0, err
	case app != applicationID && objects > 0:
		return 0, apperr.New(apperr.Unreadable, "The file is a database of another program, not a Boligklar store. Name another data folder.")
	case version > len(layouts):
		return 0, apperr.New(apperr.Unreadable, "The store was written by a newer version of Boligklar (layout %d, this program knows %d). Start that version or a newer one; nothing was changed.", version, len(layouts))
	}
	return version, nil
}

func upgrade(ctx context.Context, c *conn) error {
	version, err := layoutVersion(ctx, c)
	if err != nil {
		return err
	}
	for ; version < len(layouts); version++ {
		script := layouts[version] + fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, version+1)
		if _, err := c.sql.ExecContext(ctx, script); err != nil {
			return fmt.Errorf("sqlite: layout %d: %w", version+1, err)
		}
	}
	return nil
}

// index is an index of a collection as it should stand in the file.
type index struct {
	name       string // i:collection:name or u:collection:name
	text       string // the statement that makes it, as sqlite_schema keeps it
	collection string
	key        string // the unique key's name; "" for other indexes
}

// indexes returns the indexes of a collection.
func indexes(s storage.Schema) []index {
	make := func(kind, unique, name string, paths []string, last string) index {
		columns := []string{"municipality"}
		for _, p := range paths {
			columns = append(columns, extract(p))
		}
		full := fmt.Sprintf("%s:%s:%s", kind, s.Name, name)
		return index{name: full, collection: s.Name, text: fmt.Sprintf(`CREATE %sINDEX "%s" ON documents (%s%s) WHERE %s`,
			unique, full, strings.Join(columns, ", "), last, live(s.Name))}
	}
	var out []index
	for _, x := range s.Indexes {
		out = append(out, make("i", "", x.Name, x.Paths, ", id"))
	}
	for _, x := range s.Unique { // SQLite holds rows with a null in the key for different: they stand outside it
		u := make("u", "UNIQUE ", x.Name, x.Paths, "")
		u.key = x.Name
		out = append(out, u)
	}
	return out
}

// drift compares the indexes in the file with those of the schemas. Indexes of
// collections that are not among the schemas are another program's matter.
func drift(ctx context.Context, c *conn, schemas []storage.Schema) (drop []string, create []index, err error) {
	want := map[string]index{}
	known := map[string]bool{}
	for _, s := range schemas {
		known[s.Name] = true
		for _, x := range indexes(s) {
			want[x.name] = x
		}
	}
	rows, err := c.query(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND (name LIKE 'i:%' OR name LIKE 'u:%')`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, nil, err
		}
		x, ok := want[name]
		switch {
		case ok && x.text == text:
			delete(want, name)
		case ok || known[strings.Split(name, ":")[1]]:
			drop = append(drop, name)
		}
	}
	for _, s := range schemas { // in the schemas' order, so that an error is the same each time
		for _, x := range indexes(s) {
			if _, missing := want[x.name]; missing {
				create = append(create, x)
			}
		}
	}
	return drop, create, rows.Err()
}

func reindex(ctx context.Context, c *conn, schemas []storage.Schema) error {
	drop, create, err := drift(ctx, c, schemas)
	if err != nil {
		return err
	}
	for _, name := range drop {
		if _, err := c.sql.ExecContext(ctx, fmt.Sprintf(`DROP INDEX "%s"`, name)); err != nil {
			return err
		}
	}
	for _, x := range create {
		_, err := c.sql.ExecContext(ctx, x.text)
		if _, taken := broken(err); taken && x.key != "" {
			return storage.Taken(x.collection, x.key, "")
		}
		if err != nil {
			return fmt.Errorf("sqlite: index %s: %w", x.name, err)
		}
	}
	return nil
}
