package office

import (
	"cmp"
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// chunkRows is how many rows are looked up and applied together.
const chunkRows = 500

// importRun is one attempt at an import, inside its transaction.
type importRun struct {
	office  *Office
	tx      *storage.Tx
	book    *sheet.Book
	req     ImportRequest
	layouts []*importers.Layout
	report  *importers.Report
	id      string
	source  string
	series  string

	keys      map[importers.Kind]*fileKeys
	units     map[string]bool   // every unit_ref in the store
	openUnits map[string]string // unit_ref -> key of its open occupancy
	done      int               // rows
	total     int
}

func newImportRun(o *Office, tx *storage.Tx, book *sheet.Book, req ImportRequest, layouts []*importers.Layout) *importRun {
	run := &importRun{office: o, tx: tx, book: book, req: req, layouts: layouts, id: cmp.Or(req.ID, rand.Text()), source: sourceOf(req.Path), series: SeriesOf(req.Path), keys: map[importers.Kind]*fileKeys{},
		report: &importers.Report{File: importers.Scrub(filepath.Base(req.Path)), DryRun: req.DryRun, Sheets: []*importers.SheetReport{}}}
	for i, info := range book.Sheets() {
		if layouts[i] != nil && layouts[i].Kind != importers.Ignored {
			run.total += info.Rows
		}
	}
	return run
}

// apply applies every sheet, those first that others refer to, and reports them
// in the order of the file.
func (run *importRun) apply(ctx context.Context) error {
	reports := make([]*importers.SheetReport, len(run.layouts))
	for i, layout := range run.layouts {
		if layout == nil {
			continue
		}
		reports[i] = importers.NewSheetReport(run.book.Sheets()[i].Name, layout)
		if layout.Kind == importers.Ignored {
			reports[i].Add(run.req.Lang, 0, importers.Finding{Problem: layout.Problem(run.req.Lang), Column: -1})
			run.report.Summary.Warnings++
		}
		run.report.Sheets = append(run.report.Sheets, reports[i])
	}
	for _, kind := range importers.Kinds {
		run.keys[kind] = &fileKeys{first: map[string]place{}}
		if err := run.prepare(kind); err != nil {
			return err
		}
		for i, layout := range run.layouts {
			if layout == nil || layout.Kind != kind {
				continue
			}
			if err := run.applySheet(ctx, i, reports[i]); err != nil {
				return err
			}
		}
	}
	return run.reviewHistory()
}

// reviewHistory warns of what is wrong with the stays that the file brought, seen
// together with all others: overlaps, and days outside a unit's service.
func (run *importRun) reviewHistory() error {
	keys := run.keys[importers.Occupancies]
	if len(keys.first) == 0 {
		return nil
	}
	units, stays, err := loadHistory(run.tx)
	if err != nil {
		return err
	}
	for _, f := range vacancy.Findings(units, stays) {
		stay := vacancy.Occupancy{UnitRef: f.UnitRef, HouseholdRef: f.HouseholdRef, From: f.From}
		at, here := keys.first[stay.Key()]
		switch f.Code {
		case vacancy.StayOverlaps, vacancy.StayBeforeService, vacancy.StayAfterService:
		default:
			here = false // the row's own problems say it
		}
		if here {
			at.sheet.Add(run.req.Lang, at.row, importers.Finding{Column: -1, Problem: apperr.Problem{Code: string(f.Code), Severity: apperr.SeverityWarning,
				Params: map[string]any{"Unit": f.UnitRef, "Other": f.OtherHouseholdRef}}})
			run.report.Summary.Warnings++
		}
	}
	return nil
}

// prepare loads what the rows of a kind are checked against.
func (run *importRun) prepare(kind importers.Kind) error {
	uses := func(l *importers.Layout) bool { return l != nil && l.Kind == kind }
	if !slices.ContainsFunc(run.layouts, uses) {
		return nil
	}
	if kind == importers.Households || kind == importers.Occupancies {
		run.units = map[string]bool{}
		for rec, err := range Units.Find(run.tx, storage.Query{}) {
			if err != nil {
				return err
			}
			run.units[rec.Value.Key] = true
		}
	}
	if kind == importers.Occupancies {
		run.openUnits = map[string]string{}
		for rec, err := range Occupancies.Find(run.tx, storage.Query{Where: []storage.Cond{storage.NotNull("open")}}) {
			if err != nil {
				return err
			}
			run.openUnits[rec.Value.Open] = rec.Value.Key
		}
	}
	return nil
}

func (run *importRun) applySheet(ctx context.Context, index int, report *importers.SheetReport) error {
	keys := run.keys[run.layouts[index].Kind]
	switch run.layouts[index].Kind {
	case importers.Listings:
		t := table[landlords.Listing]{importRun: run, schema: importers.ListingSchema, register: Listings, report: report, file: keys}
		t.otherKey, t.current = placeKey, func(l *landlords.Listing) bool { return l.Status.Offered() }
		return t.apply(ctx, index)
	case importers.Households:
		t := table[households.Household]{importRun: run, schema: importers.HouseholdSchema, register: Households, report: report, file: keys}
		t.check = run.checkHousehold
		return t.apply(ctx, index)
	case importers.Units:
		t := table[vacancy.Unit]{importRun: run, schema: importers.UnitSchema, register: Units, report: report, file: keys}
		return t.apply(ctx, index)
	case importers.Occupancies:
		t := table[vacancy.Occupancy]{importRun: run, schema: importers.OccupancySchema, register: Occupancies, report: report, file: keys}
		t.check, t.defers = run.checkOccupancy, run.unitHeld
		t.stored = run.holdUnit
		return t.apply(ctx, index)
	}
	panic("office: a kind that applySheet does not know")
}

// lastOfKind reports whether no later sheet has the kind of this one.
func (run *importRun) lastOfKind(index int) bool {
	for _, later := range run.layouts[index+1:] {
		if later != nil && later.Kind == run.layouts[index].Kind {
			return false
		}
	}
	return true
}

// placeKey is the key that a listing had before the office gave it a reference.
func placeKey(l *landlords.Listing) string {
	if l.ExternalRef == "" {
		return ""
	}
	return l.PlaceKey()
}

// checkHousehold warns of a current unit that is not among the units.
func (run *importRun) checkHousehold(h *households.Household) []apperr.Problem {
	if h.CurrentUnit == "" || run.units[h.CurrentUnit] {
		return nil
	}
	return []apperr.Problem{{Field: "current_unit", Code: "current_unit_unknown", Severity: apperr.SeverityWarning,
		Params: map[string]any{"Unit": h.CurrentUnit}}}
}

// checkOccupancy refuses an occupancy of a unit that is not among the units.
func (run *importRun) checkOccupancy(s *vacancy.Occupancy) []apperr.Problem {
	if run.units[s.UnitRef] {
		return nil
	}
	return []apperr.Problem{{Field: "unit_ref", Code: "unit_unknown", Severity: apperr.SeverityError,
		Params: map[string]any{"Unit": s.UnitRef}}}
}

// unitHeld reports that another open occupancy holds the unit. A later row may
// close it, so the row waits until the others are in.
func (run *importRun) unitHeld(s *vacancy.Occupancy) *apperr.Problem {
	holder, held := run.openUnits[s.UnitRef]
	if s.To != 0 || !held || holder == s.Key() {
		return nil
	}
	return &apperr.Problem{Field: "unit_ref", Code: "unit_already_occupied", Severity: apperr.SeverityError,
		Params: map[string]any{"Unit": s.UnitRef}}
}

// holdUnit keeps openUnits with what is stored.
func (run *importRun) holdUnit(e *Entry[vacancy.Occupancy]) {
	if e.Open != "" {
		run.openUnits[e.Open] = e.Key
	} else if run.openUnits[e.Record.UnitRef] == e.Key {
		delete(run.openUnits, e.Record.UnitRef)
	}
}

// record leaves the import in the trail, where it changed something.
func (run *importRun) record() error {
	s := run.report.Summary
	if s.Created+s.Updated == 0 {
		return nil
	}
	return Imports.Put(run.tx, &storage.Record[ImportRecord]{ID: run.id, Value: ImportRecord{
		At: run.office.now().UTC(), Who: run.req.Who, File: run.report.File, On: run.req.On, Summary: s,
	}})
}

func (run *importRun) progress(rows int) {
	run.done += rows
	if run.req.Progress != nil {
		run.req.Progress(run.done, run.total)
	}
}
