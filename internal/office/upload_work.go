package office

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// start works on an upload in the background, where this process does not do so
// already.
func (u *Uploads) start(id string, state UploadState) {
	u.mu.Lock()
	if u.at[id] != nil {
		u.mu.Unlock()
		return
	}
	u.at[id] = &[2]int{}
	u.mu.Unlock()
	u.work.Go(func() {
		defer func() {
			u.mu.Lock()
			delete(u.at, id)
			u.mu.Unlock()
		}()
		select {
		case u.one <- struct{}{}:
			defer func() { <-u.one }()
		case <-u.ctx.Done():
			return
		}
		if err := u.run(u.ctx, id, state); err != nil && u.ctx.Err() == nil {
			u.log.Error("importing an upload", "id", id, "err", err)
		}
	})
}

// run does what a state says, and writes down how it went.
func (u *Uploads) run(ctx context.Context, id string, state UploadState) error {
	var up Upload
	err := u.change(ctx, id, func(stored *Upload) error { // the work begins now
		up = *stored
		return nil
	})
	if err != nil || up.State != state {
		return err // discarded meanwhile
	}
	defer u.beat(ctx, id)()
	req := ImportRequest{
		ID: up.Import, Path: u.path(&up), Who: up.Who, Kind: up.Choice.Kind, Sheet: up.Choice.Sheet, Map: up.Choice.Map, On: up.Choice.On, Lang: up.Choice.Lang,
		ErrorsTo: filepath.Join(u.dir, up.Dir, errorsFile), DryRun: state == UploadReading, KeepRows: state == UploadReading,
		Progress: func(done, total int) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if at := u.at[id]; at != nil {
				*at = [2]int{done, total}
			}
		},
	}
	report, failure := u.office.Import(ctx, req)
	var preview *Preview
	if failure == nil && state == UploadReading {
		preview, failure = previewOf(ctx, req, report)
	}
	if failure != nil && ctx.Err() != nil {
		return nil // stopped: it counts as interrupted
	}
	if failure == nil && report.Summary.Rejected+report.Summary.Warnings > 0 {
		if err := u.shareWorkbook(ctx, up.Dir, req.ErrorsTo); err != nil {
			return err
		}
	}
	var internal error
	err = u.change(ctx, id, func(stored *Upload) error {
		stored.Failure, stored.Preview, internal = nil, preview, nil
		switch {
		case failure != nil:
			stored.State = UploadFailed
			stored.Failure, internal = failureOf(failure)
		case state == UploadReading:
			stored.State, stored.Summary = UploadReady, &report.Summary
		default:
			stored.State, stored.Summary = UploadApplied, &report.Summary
		}
		stored.Errors = failure == nil && report.Summary.Rejected+report.Summary.Warnings > 0
		return nil
	})
	if err == nil && failure == nil && state == UploadApplying {
		err = os.Remove(u.path(&up)) // the error workbook stays until the hour is over
	}
	return errors.Join(err, internal)
}

// failureOf says to people why an import failed; what has no sentence for them
// is returned for the log.
func failureOf(err error) (*UploadFailure, error) {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok || e.Code == apperr.Internal {
		return &UploadFailure{Code: apperr.Internal, Message: apperr.MessageOf(err), Key: "uploads.internal"}, err
	}
	f := &UploadFailure{Code: e.Code, Message: importers.Scrub(e.Message), Key: e.Key, Params: map[string]any{}}
	for name, value := range e.Params {
		if text, ok := value.(string); ok {
			value = importers.Scrub(text)
		}
		f.Params[name] = value
	}
	return f, nil
}

// How much of a file a preview shows.
const (
	previewProblems = 60 // of each sheet
	previewRows     = 60 // of each action, of each sheet
	previewSamples  = 3  // cells of each column
	previewRunes    = 60 // of a cell
)

// Preview is what an import would do, shortened to what a person looks at.
type Preview struct {
	Sheets []PreviewSheet `json:"sheets"`
	Others []string       `json:"others,omitempty"` // names of the sheets that were not looked at
}

// PreviewSheet is a sheet of the file.
type PreviewSheet struct {
	Sheet     string                `json:"sheet"`
	Kind      importers.Kind        `json:"kind"`
	HeaderRow int                   `json:"header_row,omitzero"`
	Columns   []PreviewColumn       `json:"columns,omitempty"` // in the order of the sheet
	Problems  []PreviewProblem      `json:"problems,omitempty"`
	AllOf     int                   `json:"problems_in_all,omitzero"`
	Rows      []importers.ReportRow `json:"rows,omitempty"` // conflicts, changes and what is new, without the records
	Counts    map[string]int        `json:"counts,omitempty"`
	Gone      []string              `json:"gone,omitempty"`
}

// PreviewColumn is a column, and what it is read as.
type PreviewColumn struct {
	Column  string   `json:"column"` // its letters
	Header  string   `json:"header"`
	Field   string   `json:"field,omitzero"`  // "": it is not read
	Reason  string   `json:"reason,omitzero"` // why not
	Samples []string `json:"samples,omitempty"`
}

// PreviewProblem is a problem with the cell beside it.
type PreviewProblem struct {
	importers.ReportProblem
	Cell string `json:"cell,omitzero"` // what stands there; never an identity number
}

// previewOf shortens a dry run's report and adds the cells that it speaks of.
func previewOf(ctx context.Context, req ImportRequest, report *importers.Report) (*Preview, error) {
	book, err := sheet.Open(ctx, req.Path, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer func() { _ = book.Close() }() // it was only read
	p := &Preview{}
	for i, info := range book.Sheets() {
		name := importers.Scrub(info.Name)
		at := slices.IndexFunc(report.Sheets, func(s *importers.SheetReport) bool { return s.Sheet == name })
		if at < 0 {
			p.Others = append(p.Others, name)
			continue
		}
		s := shortened(report.Sheets[at])
		if s.Kind != importers.Ignored {
			if err := s.addCells(ctx, book, i); err != nil {
				return nil, err
			}
		}
		p.Sheets = append(p.Sheets, s)
	}
	return p, nil
}

// shortened takes over what is shown of a sheet.
func shortened(r *importers.SheetReport) PreviewSheet {
	s := PreviewSheet{Sheet: r.Sheet, Kind: r.Kind, AllOf: len(r.Problems), Counts: map[string]int{}, Gone: r.Gone[:min(len(r.Gone), previewRows)]}
	if r.HeaderRow != nil {
		s.HeaderRow = *r.HeaderRow
	}
	for _, c := range r.Columns {
		s.Columns = append(s.Columns, PreviewColumn{Column: c.Column, Header: c.Header, Field: c.Field})
	}
	for _, skipped := range [][]importers.ReportSkipped{r.IgnoredColumns, r.RefusedColumns} {
		for _, c := range skipped {
			s.Columns = append(s.Columns, PreviewColumn{Column: c.Column, Header: c.Header, Reason: c.Reason})
		}
	}
	slices.SortFunc(s.Columns, func(a, b PreviewColumn) int {
		i, _ := sheet.ColumnIndex(a.Column)
		j, _ := sheet.ColumnIndex(b.Column)
		return i - j
	})
	for _, problem := range r.Problems {
		if len(s.Problems) == previewProblems {
			break
		}
		s.Problems = append(s.Problems, PreviewProblem{ReportProblem: problem})
	}
	for _, row := range r.Rows {
		action := string(row.Action)
		if s.Counts[action]++; row.Action == importers.Unchanged || s.Counts[action] > previewRows {
			continue
		}
		row.Record = nil
		s.Rows = append(s.Rows, row)
	}
	slices.SortStableFunc(s.Rows, func(a, b importers.ReportRow) int {
		order := []importers.Action{importers.Conflict, importers.Update, importers.Create}
		return slices.Index(order, a.Action) - slices.Index(order, b.Action)
	})
	return s
}

// addCells reads the first cells of each column and those with problems. Cells of
// refused columns and with identity numbers stay out.
func (s *PreviewSheet) addCells(ctx context.Context, book *sheet.Book, index int) error {
	wanted, last := map[int][]int{}, s.HeaderRow
	for i, p := range s.Problems {
		if p.Column != nil && p.Row > 0 && p.Code != importers.CodeIdentity {
			wanted[p.Row] = append(wanted[p.Row], i)
			last = max(last, p.Row)
		}
	}
	below := 0
	for row, err := range book.Rows(ctx, index) {
		if err != nil {
			return err
		}
		if row.Number > s.HeaderRow && below < previewSamples {
			below++
			for k := range s.Columns {
				c := &s.Columns[k]
				if at, ok := sheet.ColumnIndex(c.Column); ok && at < len(row.Cells) && !refused(c.Reason) {
					c.Samples = append(c.Samples, cellText(row.Cells[at]))
				}
			}
		}
		for _, i := range wanted[row.Number] {
			if at, ok := sheet.ColumnIndex(*s.Problems[i].Column); ok && at < len(row.Cells) {
				s.Problems[i].Cell = cellText(row.Cells[at])
			}
		}
		if below == previewSamples && row.Number >= last {
			break
		}
	}
	return nil
}

// refused reports a column that is left out for its identity numbers.
func refused(reason string) bool { return strings.HasSuffix(reason, "_number") }

// cellText is a cell as a person would read it, shortened, without identity
// numbers.
func cellText(c sheet.Cell) string {
	text := strings.TrimSpace(c.Text)
	switch c.Kind {
	case sheet.Date:
		text = c.Date.String()
	case sheet.Number, sheet.Bool:
		text = strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	text = importers.Scrub(text)
	if runes := []rune(text); len(runes) > previewRunes {
		text = string(runes[:previewRunes]) + "…"
	}
	return text
}

// RecentUpload is an upload with its id.
type RecentUpload struct {
	ID string
	Upload
}

// RecentUploads returns the uploads that are not yet forgotten, the newest first.
func (u *Uploads) RecentUploads(ctx context.Context, limit int) (out []RecentUpload, err error) {
	err = u.office.db.View(ctx, u.office.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range uploads.Find(tx, storage.Query{Sort: "at", Desc: true, Limit: limit}) {
			if err != nil {
				return err
			}
			out = append(out, RecentUpload{rec.ID, rec.Value})
		}
		return nil
	})
	return out, err
}

// ImportHistory returns a page of the imports that changed something, the newest
// first, and where the next page starts, "" after the last. Errors: Invalid for
// an after that is no such place.
func (o *Office) ImportHistory(ctx context.Context, after string, limit int) (out []ImportRecord, next string, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		page, cursor, err := Imports.Page(tx, storage.Query{Sort: "at", Desc: true, Limit: limit, After: storage.Cursor(after)})
		out, next = nil, string(cursor)
		for _, rec := range page {
			out = append(out, rec.Value)
		}
		return err
	})
	return out, next, err
}
