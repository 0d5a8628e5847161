package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
)

func importCommand(a *app) *cobra.Command {
	var req office.ImportRequest
	var kind string
	var on dateFlag
	var columns []string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in a spreadsheet of listings, households, units or occupancies",
		Long: `Import reads an .xlsx, .xlsm or .csv file as staff keep it. It finds the table
under its title rows, tells what kind of rows it has, and knows the columns by
their headers in bokmål, nynorsk and English. Good rows go in, bad rows are
listed with sheet, row, column and what to do. Either all good rows are in the
store in the end, or none.

Import a corrected file as often as you like: rows are known by their key, a
blank cell never clears a value, and what was changed in the program since the
last import is shown as a conflict and stays. --dry-run shows what would happen.
National identity numbers and DUF numbers are refused wherever they stand.`,
		Example: `  boligklar import listings.xlsx --on 2026-11-25
  boligklar import all.xlsx --sheet Husstander --dry-run
  boligklar import list.csv --kind listings --map rent="Pris totalt" --map address=C
  boligklar import listings.xlsx --strict --errors-to errors.xlsx`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if req.Kind, err = importers.ParseKind(kind); err != nil {
				return usageError{err}
			}
			if req.Map, err = parseMap(columns); err != nil {
				return usageError{err}
			}
			if req.ErrorsTo != "" {
				if err := needExtension("--errors-to", req.ErrorsTo, ".xlsx"); err != nil {
					return err
				}
			}
			req.Path, req.On, req.Who, req.Lang = args[0], on.Date, a.who(), a.lang
			req.KeepRows = a.format == "json" || req.DryRun
			bar := a.progress()
			req.Progress = bar.update
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				return a.runImport(cmd.Context(), o, req, bar)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&kind, "kind", "auto", "what the rows are: auto, listings, households, units, occupancies")
	f.Var(&on, "on", "the day that the file's facts hold, 2026-11-25 (default today)")
	f.StringVar(&req.Sheet, "sheet", "", "only the sheet of this name, also a hidden or old one")
	f.StringArrayVar(&columns, "map", nil, "FIELD=COLUMN: read a field from a column, named by letter or header; may be repeated")
	f.BoolVar(&req.DryRun, "dry-run", false, "show what would happen and change nothing")
	f.BoolVar(&req.Strict, "strict", false, "import all rows or none")
	f.StringVar(&req.ErrorsTo, "errors-to", "", "write the sheet with its problem cells coloured and explained to this .xlsx")
	a.formats(cmd, "text", "json")
	return cmd
}

func (a *app) runImport(ctx context.Context, o *office.Office, req office.ImportRequest, bar *progressBar) error {
	report, err := o.Import(ctx, req)
	bar.finish()
	if report != nil && (err == nil || errors.Is(err, office.ErrStrict)) {
		if printErr := a.printReport(report, req); printErr != nil {
			return printErr
		}
	}
	if err == nil && report.Summary.Rejected > 0 {
		return errRejected
	}
	return err
}

// parseMap reads FIELD=COLUMN pairs.
func parseMap(pairs []string) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range pairs {
		field, column, ok := strings.Cut(pair, "=")
		if !ok || column == "" {
			return nil, apperr.New(apperr.Invalid, "--map %s: write FIELD=COLUMN, for example rent=F", pair)
		}
		if !importers.IsField(field) {
			return nil, apperr.New(apperr.Invalid, "--map %s: there is no field %q; `boligklar template listings --canonical -o FILE` lists them", pair, field)
		}
		if _, twice := out[field]; twice {
			return nil, apperr.New(apperr.Invalid, "--map %s: the field %q is named twice", pair, field)
		}
		out[field] = column
	}
	return out, nil
}

func (a *app) printReport(r *importers.Report, req office.ImportRequest) error {
	if a.format == "json" {
		return json.NewEncoder(a.stdout).Encode(r)
	}
	p := printer{w: a.stdout}
	for _, s := range r.Sheets {
		a.printSheet(&p, s)
	}
	key := "cli.import.done"
	switch {
	case r.DryRun:
		key = "cli.import.dry_run"
	case req.Strict && r.Summary.Rejected > 0:
		key = "cli.import.strict"
	}
	p.printf("%s\n", a.lang.T(key, map[string]any{"Created": r.Summary.Created, "Updated": r.Summary.Updated, "Unchanged": r.Summary.Unchanged,
		"Rejected": r.Summary.Rejected, "Conflicts": r.Summary.Conflicts}))
	if req.ErrorsTo != "" && r.Summary.Rejected+r.Summary.Warnings > 0 {
		p.printf("%s\n", a.lang.T("cli.import.errors_to", map[string]any{"File": req.ErrorsTo}))
	}
	return p.err
}

// maxPrinted is how many problems of a sheet the text form lists.
const maxPrinted = 100

func (a *app) printSheet(p *printer, s *importers.SheetReport) {
	p.printf("%s: %s", s.Sheet, a.lang.T("kind."+string(s.Kind), nil))
	if s.HeaderRow != nil {
		p.printf(", %s", a.lang.T("cli.import.header_row", map[string]any{"Row": *s.HeaderRow}))
	}
	p.printf("\n")
	for _, c := range s.RefusedColumns {
		p.printf("  %s %q: %s\n", c.Column, c.Header, a.lang.T("column."+c.Reason, nil))
	}
	for _, c := range s.IgnoredColumns {
		p.printf("  %s %q: %s\n", c.Column, c.Header, a.lang.T("column."+c.Reason, nil))
	}
	for i, problem := range s.Problems {
		if i == maxPrinted {
			p.printf("  … %s\n", a.lang.T("cli.import.more", map[string]any{"N": len(s.Problems) - maxPrinted}))
			break
		}
		where := ""
		if problem.Row > 0 {
			where = fmt.Sprintf("%d", problem.Row)
			if problem.Column != nil {
				where = *problem.Column + where
			}
			where += " "
		}
		p.printf("  %s%s: %s\n", where, a.lang.T("cli.severity."+string(problem.Severity), nil), problem.Message)
	}
	a.printDiff(p, s)
	if len(s.Gone) > 0 {
		p.printf("  %s\n", a.lang.T("cli.import.gone", map[string]any{"N": len(s.Gone), "Keys": strings.Join(first(s.Gone, 20), ", ")}))
	}
}

// printDiff lists what a dry run would create and change.
func (a *app) printDiff(p *printer, s *importers.SheetReport) {
	var created []string
	changed := 0
	for _, row := range s.Rows {
		if row.Action == importers.Create {
			created = append(created, row.Key)
		}
		for _, c := range row.Changes {
			if changed++; changed <= maxPrinted {
				p.printf("  %d %s: %s: %s → %s\n", row.Row, row.Key, importers.FieldName(a.lang, s.Kind, c.Field),
					importers.Words(a.lang, s.Kind, c.Field, c.Stored), importers.Words(a.lang, s.Kind, c.Field, c.File))
			}
		}
	}
	if changed > maxPrinted {
		p.printf("  … %s\n", a.lang.T("cli.import.more", map[string]any{"N": changed - maxPrinted}))
	}
	if len(created) > 0 {
		p.printf("  %s\n", a.lang.T("cli.import.new", map[string]any{"N": len(created), "Keys": strings.Join(first(created, 20), ", ")}))
	}
}

func first(list []string, n int) []string {
	if len(list) > n {
		return append(list[:n:n], "…")
	}
	return list
}

// printer writes text and remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
