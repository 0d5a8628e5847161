package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
)

// manyLooked is from how many households on a look is a list that was taken out, one
// line of the trail.
const manyLooked = 50

// Looked notes that somebody outside of the pages is about to be shown households, by
// their references; "" is none. Nothing is shown where it fails. Errors are those of
// the store.
func (o *Office) Looked(ctx context.Context, who string, refs ...string) error {
	refs = slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return ref == "" })
	slices.Sort(refs)
	refs = slices.Compact(refs)
	var entries []audit.Entry
	if len(refs) >= manyLooked {
		entries = append(entries, audit.Entry{Who: who, What: audit.Exported, Register: Households.Schema().Name, Key: ExportFilter{Listed: true}.Trail(len(refs))})
	} else {
		for _, ref := range refs {
			entries = append(entries, audit.Entry{Who: who, What: audit.Read, Register: Households.Schema().Name, Key: ref})
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error { return audit.Write(tx, o.now(), entries...) })
}
