package office

import (
	"context"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/storage"
)

// Export writes every record of a kind to path (.xlsx or .csv), by key. What is
// exported imports again as unchanged. It returns the number of records. Errors:
// those of sheet.Create and of the store.
func (o *Office) Export(ctx context.Context, kind importers.Kind, path string, style importers.Style, progress func(done, total int)) (int, error) {
	switch kind {
	case importers.Listings:
		return export(ctx, o, importers.ListingSchema, Listings, path, style, progress)
	case importers.Households:
		return export(ctx, o, importers.HouseholdSchema, Households, path, style, progress)
	case importers.Units:
		return export(ctx, o, importers.UnitSchema, Units, path, style, progress)
	default:
		return export(ctx, o, importers.OccupancySchema, Occupancies, path, style, progress)
	}
}

// Template writes an empty table of a kind to path, with the headers and
// drop-down lists of an export.
func Template(kind importers.Kind, path string, style importers.Style) error {
	return sheet.Create(path, sheetName(kind, style), importers.ExportColumns(kind, style), func(sheet.Writer) error { return nil })
}

func sheetName(kind importers.Kind, style importers.Style) string {
	if style.Canonical {
		return string(kind)
	}
	return style.Lang.T("kind."+string(kind), nil)
}

// export streams the register into the file. Reading runs ahead of writing by a
// few chunks.
func export[R any](ctx context.Context, o *Office, schema *importers.Schema[R], register *storage.Collection[Entry[R]], path string, style importers.Style, progress func(done, total int)) (int, error) {
	n := 0
	write := func(w sheet.Writer) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		chunks := make(chan [][]any, 4)
		var readErr error // set before chunks is closed
		total := 0        // set before the first chunk is sent
		go func() {
			defer close(chunks)
			readErr = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
				if total, err = register.Count(tx, storage.Query{}); err != nil {
					return err
				}
				return exportRows(ctx, tx, schema, register, style, chunks)
			})
		}()
		for chunk := range chunks {
			for _, row := range chunk {
				if err := w.Row(row); err != nil {
					return err
				}
			}
			if n += len(chunk); progress != nil {
				progress(n, total)
			}
		}
		return readErr
	}
	return n, sheet.Create(path, sheetName(schema.Kind, style), importers.ExportColumns(schema.Kind, style), write)
}

func exportRows[R any](ctx context.Context, tx *storage.Tx, schema *importers.Schema[R], register *storage.Collection[Entry[R]], style importers.Style, chunks chan<- [][]any) error {
	send := func(chunk [][]any) error {
		select {
		case chunks <- chunk:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	chunk := make([][]any, 0, chunkRows)
	for rec, err := range register.Find(tx, storage.Query{Sort: "key"}) {
		if err != nil {
			return err
		}
		chunk = append(chunk, importers.ExportRow(schema, style, &rec.Value.Record, make([]any, 0, len(schema.Columns))))
		if len(chunk) == chunkRows {
			if err := send(chunk); err != nil {
				return err
			}
			chunk = make([][]any, 0, chunkRows)
		}
	}
	return send(chunk)
}
