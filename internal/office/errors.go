package office

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
)

// writeErrors writes the user's own sheets with the cells that have problems
// coloured and explained, and refused cells left out.
func writeErrors(ctx context.Context, book *sheet.Book, report *importers.Report, path string) error {
	if strings.ToLower(filepath.Ext(path)) != ".xlsx" {
		return apperr.New(apperr.Invalid, "The error workbook %q must end in .xlsx.", filepath.Base(path))
	}
	a := sheet.Annotation{Scrub: importers.Scrub}
	byName := map[string]int{}
	for i, info := range book.Sheets() {
		byName[importers.Scrub(info.Name)] = i
	}
	for _, s := range report.Sheets {
		if s.Kind == importers.Ignored {
			continue
		}
		index := byName[s.Sheet]
		a.Sheets = append(a.Sheets, index)
		for _, c := range s.RefusedColumns {
			column, _ := sheet.ColumnIndex(c.Column)
			a.BlankColumns = append(a.BlankColumns, sheet.BlankColumn{Sheet: index, Column: column, KeepRow: *s.HeaderRow})
		}
		for _, p := range s.Problems {
			if p.Row == 0 || strings.HasPrefix(p.Code, "row_") {
				continue
			}
			m := sheet.Mark{Sheet: index, Row: p.Row, Column: -1, Severity: p.Severity, Comment: p.Message, Blank: p.Code == importers.CodeIdentity}
			if p.Column != nil {
				m.Column, _ = sheet.ColumnIndex(*p.Column)
			}
			a.Marks = append(a.Marks, m)
		}
	}
	return sheet.WriteFile(path, func(w io.Writer) error { return sheet.Annotate(ctx, book, a, w) })
}
