package office

import (
	"context"
	"fmt"
	"slices"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// Export writes every record of a kind to path (.xlsx or .csv), by key. What is
// exported imports again as unchanged. It returns the number of records. Errors:
// those of sheet.Create and of the store.
func (o *Office) Export(ctx context.Context, kind importers.Kind, path string, style importers.Style, progress func(done, total int)) (int, error) {
	return o.ExportSome(ctx, kind, path, style, ExportFilter{}, progress)
}

// ExportFilter says which records to export; an empty list leaves none out.
type ExportFilter struct {
	Keys     []string // what records are called in their register
	Listed   bool     // Keys are all there is, even where there are none
	Statuses []string // of listings
	Places   []string // postal places of listings, in any case

	Availability []landlords.Availability // of listings, today and by the policy of today
}

// Trail says what was exported, in the trail's one word for a key: all, or some,
// and how many.
func (f ExportFilter) Trail(n int) string {
	what := "all"
	if f.Listed || len(f.Keys)+len(f.Statuses)+len(f.Places)+len(f.Availability) > 0 {
		what = "some"
	}
	return fmt.Sprintf("%s:%d", what, n)
}

// ExportSome is Export of the records that a filter leaves.
func (o *Office) ExportSome(ctx context.Context, kind importers.Kind, path string, style importers.Style, f ExportFilter, progress func(done, total int)) (int, error) {
	named := f.named()
	switch kind {
	case importers.Listings:
		policy, err := o.Policy(ctx, o.Today())
		if err != nil {
			return 0, err
		}
		on, fresh := o.Today(), policy.Policy.FreshDays
		return export(ctx, o, importers.ListingSchema, Listings, path, style, progress, func(e *Entry[landlords.Listing]) bool {
			return named(e.Key) && among(f.Statuses, string(e.Record.Status), same) &&
				among(f.Places, e.Record.PostalPlace, households.FoldPlace) &&
				(len(f.Availability) == 0 || slices.Contains(f.Availability, e.Record.Availability(on, fresh)))
		})
	case importers.Households:
		return export(ctx, o, importers.HouseholdSchema, Households, path, style, progress, keyed[households.Household](named))
	case importers.Units:
		return export(ctx, o, importers.UnitSchema, Units, path, style, progress, keyed[vacancy.Unit](named))
	default:
		return export(ctx, o, importers.OccupancySchema, Occupancies, path, style, progress, keyed[vacancy.Occupancy](named))
	}
}

func keyed[R any](named func(string) bool) func(*Entry[R]) bool {
	return func(e *Entry[R]) bool { return named(e.Key) }
}

// named returns whether the filter leaves a record of a key.
func (f ExportFilter) named() func(key string) bool {
	if len(f.Keys) == 0 && !f.Listed {
		return func(string) bool { return true }
	}
	keys := make(map[string]bool, len(f.Keys))
	for _, key := range f.Keys {
		keys[key] = true
	}
	return func(key string) bool { return keys[key] }
}

func same(s string) string { return s }

// among reports whether a value is on a list, or the list is empty.
func among(list []string, value string, fold func(string) string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return fold(s) == fold(value) })
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
func export[R any](ctx context.Context, o *Office, schema *importers.Schema[R], register *storage.Collection[Entry[R]], path string, style importers.Style, progress func(done, total int), takes func(*Entry[R]) bool) (int, error) {
	n := 0
	write := func(w sheet.Writer) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		chunks := make(chan [][]any, 4)
		var readErr error // set before chunks is closed
		total := 0        // set before the first chunk is sent
		go func() {
			defer close(chunks)
			readErr = o.db.ViewOnce(ctx, o.municipality, func(tx *storage.Tx) (err error) {
				if total, err = register.Count(tx, storage.Query{}); err != nil {
					return err
				}
				return exportRows(ctx, tx, schema, register, style, takes, chunks)
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

func exportRows[R any](ctx context.Context, tx *storage.Tx, schema *importers.Schema[R], register *storage.Collection[Entry[R]], style importers.Style, takes func(*Entry[R]) bool, chunks chan<- [][]any) error {
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
		if !takes(&rec.Value) {
			continue
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
