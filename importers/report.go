package importers

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Report is what an import did, or would do. Its JSON is the contract of
// `boligklar import --format json`.
type Report struct {
	File    string         `json:"file"`
	DryRun  bool           `json:"dry_run"`
	Sheets  []*SheetReport `json:"sheets"`
	Summary Summary        `json:"summary"`
}

// Summary counts the rows of all sheets, each once. A row in conflict counts as
// updated where other fields of it were taken, else as unchanged.
type Summary struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Rejected  int `json:"rejected"`
	Conflicts int `json:"conflicts"` // of the updated and unchanged
	Warnings  int `json:"warnings"`
}

// SheetReport is what became of one sheet.
type SheetReport struct {
	Sheet          string          `json:"sheet"`
	Kind           Kind            `json:"kind"`
	HeaderRow      *int            `json:"header_row"`
	Columns        []ReportColumn  `json:"columns"`
	IgnoredColumns []ReportSkipped `json:"ignored_columns"`
	RefusedColumns []ReportSkipped `json:"refused_columns"`
	Rows           []ReportRow     `json:"rows"`
	Problems       []ReportProblem `json:"problems"`
	Gone           []string        `json:"gone"` // keys that an earlier import of this file had and this one has not; they stay as they are
}

// ReportColumn is a column that was read.
type ReportColumn struct {
	Column string `json:"column"` // its letters
	Header string `json:"header"`
	Field  string `json:"field"`
}

// ReportSkipped is a column that was not read.
type ReportSkipped struct {
	Column string `json:"column"`
	Header string `json:"header"`
	Reason string `json:"reason"`
}

// ReportRow is an accepted row.
type ReportRow struct {
	Row       int                `json:"row"`
	Action    Action             `json:"action"`
	Key       string             `json:"key"`
	Record    json.RawMessage    `json:"record"` // canonical fields, as they stand after the import
	Changes   []ReportDifference `json:"changes,omitempty"`
	Conflicts []ReportDifference `json:"conflicts,omitempty"`
}

// ReportDifference is a field that the file and the store do not agree on.
type ReportDifference struct {
	Field  string `json:"field"`
	Stored string `json:"stored"`
	File   string `json:"file"`
}

// ReportProblem is a problem where it stands, in the user's language.
type ReportProblem struct {
	Row      int             `json:"row"`    // 0 for the sheet as a whole
	Column   *string         `json:"column"` // letters; null for the row as a whole
	Field    string          `json:"field,omitempty"`
	Severity apperr.Severity `json:"severity"`
	Code     string          `json:"code"`
	Message  string          `json:"message"`
}

// NewSheetReport returns the report of a sheet before its rows are read.
func NewSheetReport(name string, layout *Layout) *SheetReport {
	r := &SheetReport{Sheet: Scrub(name), Kind: layout.Kind, Columns: []ReportColumn{}, IgnoredColumns: skipped(layout.Ignored),
		RefusedColumns: skipped(layout.Refused), Rows: []ReportRow{}, Problems: []ReportProblem{}, Gone: []string{}}
	if layout.Kind == Ignored {
		return r
	}
	r.HeaderRow = &layout.HeaderRow
	for _, c := range layout.Columns {
		r.Columns = append(r.Columns, ReportColumn{sheet.ColumnName(c.Index), c.Header, c.Field.Name})
	}
	return r
}

func skipped(columns []SkippedColumn) []ReportSkipped {
	out := []ReportSkipped{}
	for _, c := range columns {
		out = append(out, ReportSkipped{sheet.ColumnName(c.Index), c.Header, c.Reason})
	}
	return out
}

// Add records a problem of a row in the language.
func (r *SheetReport) Add(lang i18n.Lang, row int, f Finding) {
	var column *string
	if f.Column >= 0 {
		letters := sheet.ColumnName(f.Column)
		column = &letters
	}
	r.Problems = append(r.Problems, ReportProblem{row, column, f.Field, f.Severity, f.Code, Message(lang, r.Kind, f.Problem)})
}

// Message returns the sentence for a problem of a record of the kind. Codes that
// begin with a field's name share the sentence of what follows it.
func Message(lang i18n.Lang, kind Kind, p apperr.Problem) string {
	params := map[string]any{"Field": FieldName(lang, kind, p.Field)}
	for k, v := range p.Params {
		params[k] = v
	}
	code := p.Code
	for _, suffix := range []string{"_missing", codeNotNumber} {
		if p.Field != "" && code == p.Field+suffix {
			code = suffix[1:]
		}
	}
	return Scrub(lang.T("problem."+code, params))
}

// FieldName returns what people call a canonical field.
func FieldName(lang i18n.Lang, kind Kind, name string) string {
	for _, f := range Fields(kind) {
		if f.Name == name {
			return f.Header(lang)
		}
	}
	return name
}

// RecordJSON returns the canonical fields of a record as a JSON object, in the
// order of the schema: null where not known, arrays for sets.
func RecordJSON[R any](s *Schema[R], record *R) (json.RawMessage, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range s.Columns {
		if i > 0 {
			b.WriteByte(',')
		}
		data, err := json.Marshal(canonical(s.Columns[i].Ref(record)))
		if err != nil {
			return nil, err
		}
		b.WriteString(`"` + s.Columns[i].Name + `":`)
		b.Write(data)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Differences turns merge differences into their form in the report.
func Differences(list []Difference) []ReportDifference {
	var out []ReportDifference
	for _, d := range list {
		out = append(out, ReportDifference(d))
	}
	return out
}

// ParseKind reads the name of a kind; "auto" and "" are no kind.
func ParseKind(s string) (Kind, error) {
	switch kind := Kind(strings.ToLower(s)); kind {
	case "", "auto":
		return "", nil
	case Listings, Households, Units, Occupancies:
		return kind, nil
	}
	return "", apperr.New(apperr.Invalid, "%q is not a kind: use listings, households, units or occupancies", s)
}

// IsField reports whether any kind has a field of that canonical name.
func IsField(name string) bool {
	for _, kind := range Kinds {
		for _, f := range Fields(kind) {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}
