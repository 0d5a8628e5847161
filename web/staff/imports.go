package staff

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// imports is how files come in: upload, preview, apply, history. A file can
// change a whole register, so it is the coordinators' to do.
func (s *Staff) imports() page.Area {
	if s.Uploads == nil {
		return page.Area{}
	}
	may := auth.Coordinator
	return page.Area{
		Menu: []page.MenuItem{{Label: "imports.title", Path: "/imports", May: may, Place: 80}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/imports", May: may, Handle: s.showImports},
			{Method: http.MethodPost, Path: "/imports", May: may, Handle: s.doUpload, MaxBody: office.MaxUploadBytes + 1<<20, Long: true, Raw: true},
			{Method: http.MethodGet, Path: "/imports/:id", May: may, Handle: s.showImport},
			{Method: http.MethodGet, Path: "/imports/:id/progress", May: may, Handle: s.streamImport, Long: true},
			{Method: http.MethodGet, Path: "/imports/:id/errors.xlsx", May: may, Handle: s.downloadErrors, Long: true},
			{Method: http.MethodPost, Path: "/imports/:id/choose", May: may, Handle: s.doChoose},
			{Method: http.MethodPost, Path: "/imports/:id/apply", May: may, Handle: s.doApply},
			{Method: http.MethodPost, Path: "/imports/:id/discard", May: may, Handle: s.doDiscard},
		},
	}
}

const (
	importsShown  = 20 // on a page of the history
	uploadTimeout = 10 * time.Minute
	progressEvery = 300 * time.Millisecond
)

type importsPage struct {
	page.Frame
	Form    *page.Form
	Waiting []waitingUpload
	History []pastImport
	Pages   page.Pagination
	Exports []exportKind
	MaxMB   int
}

type waitingUpload struct {
	ID, File, Who string
	At            time.Time
	State         office.UploadState
}

type pastImport struct {
	office.ImportRecord
	Name string // of who did it
}

func (s *Staff) showImports(c *page.Context) error { return s.renderImports(c, c.NewForm(nil, 0)) }

func (s *Staff) renderImports(c *page.Context, form *page.Form) error {
	recent, err := s.Uploads.RecentUploads(c.Ctx(), 50)
	if err != nil {
		return err
	}
	past, next, err := s.Office.ImportHistory(c.Ctx(), c.Query("after"), importsShown)
	if err != nil {
		return err
	}
	names := s.namer(c)
	data := &importsPage{Frame: page.Frame{Title: "imports.title"}, Form: form, Pages: c.PaginateBy(next),
		Exports: exportKinds(c), MaxMB: office.MaxUploadBytes >> 20}
	for _, rec := range recent {
		if rec.State != office.UploadApplied {
			data.Waiting = append(data.Waiting, waitingUpload{rec.ID, rec.File, names(rec.Who), rec.At, rec.State})
		}
	}
	for _, rec := range past {
		data.History = append(data.History, pastImport{rec, names(rec.Who)})
	}
	if !form.Valid() {
		return c.RenderStatus(http.StatusUnprocessableEntity, "staff/imports", data)
	}
	return c.Render("staff/imports", data)
}

// namer returns what people call those who did something.
func (s *Staff) namer(c *page.Context) func(who string) string {
	known := map[string]string{}
	return func(who string) string {
		if _, ok := known[who]; !ok {
			known[who] = who // cli:NAME, or a user who was removed
			if a, err := s.Auth.User(c.Ctx(), who); err == nil {
				known[who] = a.Name
			}
		}
		return known[who]
	}
}

// doUpload reads the form itself, so that the file goes where it is to be and
// nowhere else: the key comes first, then the file.
func (s *Staff) doUpload(c *page.Context) error {
	if err := c.Patience(uploadTimeout); err != nil {
		return err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "The form cannot be read.")
	}
	key := ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return s.refuseUpload(c, apperr.New(apperr.Invalid, "Choose a file.").In("uploads.no_file", nil))
		}
		if err != nil {
			return uploadError(err)
		}
		switch part.FormName() {
		case "form_key":
			text, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return uploadError(err)
			}
			key = string(text)
		case "file":
			// A file that is chosen anew after the way back has another size, as a rule.
			err = c.Once(fmt.Sprintf("%s|%q %d", key, part.FileName(), c.Request.ContentLength), func() error {
				id, err := s.Uploads.Take(c.Ctx(), c.Who(), part.FileName(), part, c.Lang)
				if err != nil {
					return uploadError(err)
				}
				return c.Redirect("/imports/"+id, "", nil)
			})
			if code := apperr.CodeOf(err); code == apperr.Invalid || code == apperr.TooLarge {
				return s.refuseUpload(c, err)
			}
			return err
		}
	}
}

func (s *Staff) refuseUpload(c *page.Context, err error) error {
	form := c.NewForm(nil, 0)
	form.Errors = append(form.Errors, page.FieldError{Field: "file", Text: c.Lang.Error(err)})
	return s.renderImports(c, form)
}

// uploadError tells a body that is too large, or that broke off, from other faults.
func uploadError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return apperr.Wrap(err, apperr.TooLarge, "The file is larger than %d MB.", office.MaxUploadBytes>>20).
			In("uploads.too_large", map[string]any{"MB": office.MaxUploadBytes >> 20})
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return apperr.Wrap(err, apperr.Invalid, "The upload broke off. Try again.").In("uploads.broke_off", nil)
	}
	return err
}

type importPage struct {
	page.Frame
	ID     string
	Upload office.Upload
	Name   string // of who uploaded it
	Sheets []importSheet
	Error  string
	Done   int
	Total  int
	Others []string
	Changes,
	Nothing bool // an import would change something; or nothing at all
}

// importSheet is a sheet's preview in the reader's words.
type importSheet struct {
	office.PreviewSheet
	Number  int
	Kind    string // i18n key
	Columns []importColumn
	Rows    []importRow
	New     []string // keys of records that are new
	NewMore int      // and how many more
	Alone   bool     // its columns can be chosen: it is the only table
	More    int      // problems that are not shown
}

type importColumn struct {
	office.PreviewColumn
	Read    string // what it is read as
	Why     string // i18n key of why it is not
	Refused bool   // for its identity numbers: nobody can choose it
	Choice  []page.Choice
}

type importRow struct {
	Row       int
	Key       string
	Action    string
	Changes   []importDifference
	Conflicts []importDifference
}

type importDifference struct{ Field, Stored, File string }

func (s *Staff) showImport(c *page.Context) error {
	id := c.Param("id")
	up, err := s.Uploads.Upload(c.Ctx(), id)
	if err != nil {
		return err
	}
	data := &importPage{Frame: page.Frame{Title: c.T("imports.one", map[string]any{"File": up.File}), Crumbs: []page.Crumb{{Label: "imports.title", Path: "/imports"}}}, ID: id, Upload: up, Name: s.namer(c)(up.Who)}
	data.Done, data.Total = s.Uploads.Progress(id, &up)
	if up.Failure != nil {
		data.Error = c.Lang.Error(apperr.New(up.Failure.Code, "%s", up.Failure.Message).In(up.Failure.Key, up.Failure.Params))
		if up.Failure.Key == "" {
			data.Error = up.Failure.Message
		}
	}
	if up.Preview != nil {
		data.Others = up.Preview.Others
		tables := 0
		for _, sheet := range up.Preview.Sheets {
			if sheet.Kind != importers.Ignored {
				tables++
			}
		}
		for i, sheet := range up.Preview.Sheets {
			data.Sheets = append(data.Sheets, sheetOf(c, sheet, i, tables == 1))
		}
		data.Changes = up.Summary.Created+up.Summary.Updated > 0
		s.saw(c, "uploads", up.File)
	}
	return c.Render("staff/import", data)
}

func sheetOf(c *page.Context, p office.PreviewSheet, number int, alone bool) importSheet {
	s := importSheet{PreviewSheet: p, Number: number, Kind: "kind." + string(p.Kind), Alone: alone && p.Kind != importers.Ignored, More: p.AllOf - len(p.Problems)}
	for _, column := range p.Columns {
		out := importColumn{PreviewColumn: column}
		if column.Field != "" {
			out.Read = importers.FieldName(c.Lang, p.Kind, column.Field)
		} else {
			out.Why, out.Refused = "column."+column.Reason, strings.HasSuffix(column.Reason, "_number")
		}
		out.Choice = append(out.Choice, page.Choice{Value: "", Label: c.T("imports.as_found", nil)})
		for _, f := range importers.Fields(p.Kind) {
			out.Choice = append(out.Choice, page.Choice{Value: f.Name, Label: f.Header(c.Lang), Chosen: f.Name == column.Field})
		}
		s.Columns = append(s.Columns, out)
	}
	for _, row := range p.Rows {
		if row.Action == importers.Create {
			s.New = append(s.New, row.Key)
			continue
		}
		s.Rows = append(s.Rows, importRow{row.Row, row.Key, "imports.action." + string(row.Action), differences(c, p.Kind, row.Changes), differences(c, p.Kind, row.Conflicts)})
	}
	s.NewMore = p.Counts[string(importers.Create)] - len(s.New)
	return s
}

func differences(c *page.Context, kind importers.Kind, list []importers.ReportDifference) (out []importDifference) {
	for _, d := range list {
		out = append(out, importDifference{importers.FieldName(c.Lang, kind, d.Field),
			importers.Words(c.Lang, kind, d.Field, d.Stored), importers.Words(c.Lang, kind, d.Field, d.File)})
	}
	return out
}

// streamImport tells how far the work has come, and when it is done.
func (s *Staff) streamImport(c *page.Context) error {
	id := c.Param("id")
	if _, err := s.Uploads.Upload(c.Ctx(), id); err != nil {
		return err
	}
	return c.Stream(func(send func(event, data string) error) error {
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			up, err := s.Uploads.Upload(c.Ctx(), id)
			if err != nil {
				return nil // discarded, or the reader went away: the browser asks again
			}
			if up.State != office.UploadReading && up.State != office.UploadApplying {
				return send("done", string(up.State))
			}
			done, total := s.Uploads.Progress(id, &up)
			if err := send("progress", strconv.Itoa(done)+" "+strconv.Itoa(total)); err != nil {
				return nil
			}
			select {
			case <-tick.C:
			case <-c.Ctx().Done():
				return nil
			}
		}
	})
}

func (s *Staff) downloadErrors(c *page.Context) error {
	path, err := s.Uploads.ErrorWorkbook(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return sendFile(c, path, c.T("imports.errors_file", nil)+".xlsx")
}

// doChoose reads the file anew with the kind, sheet and columns that were chosen.
func (s *Staff) doChoose(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	kind, err := importers.ParseKind(form.Text("kind"))
	if err != nil {
		return err
	}
	choice := office.UploadChoice{Kind: kind, Sheet: form.Text("sheet"), Lang: c.Lang, Map: map[string]string{}}
	for name := range form.Values {
		letters, ok := columnOf(name)
		field := form.Text(name)
		if !ok || field == "" || field == form.Text("was-"+letters) || !importers.IsField(field) {
			continue
		}
		if _, twice := choice.Map[field]; twice {
			return c.Warn("/imports/"+id, "imports.twice", map[string]any{"Field": importers.FieldName(c.Lang, kind, field)})
		}
		choice.Map[field] = letters
	}
	if err := s.Uploads.Choose(c.Ctx(), id, choice); err != nil {
		return err
	}
	return c.Redirect("/imports/"+id, "", nil)
}

// columnOf returns the letters of the column that a form's field is for.
func columnOf(name string) (letters string, ok bool) {
	const prefix = "column-"
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return "", false
	}
	return name[len(prefix):], true
}

func (s *Staff) doApply(c *page.Context) error {
	id := c.Param("id")
	if err := s.Uploads.Apply(c.Ctx(), id, c.Who()); err != nil {
		return err
	}
	return c.Redirect("/imports/"+id, "", nil)
}

func (s *Staff) doDiscard(c *page.Context) error {
	if err := s.Uploads.Discard(c.Ctx(), c.Param("id")); err != nil {
		return err
	}
	return c.Redirect("/imports", "imports.discarded", nil)
}

// sendFile answers with a file to be saved.
func sendFile(c *page.Context, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	return c.Download(name, contentTypes[name[max(0, len(name)-4):]], func(w http.ResponseWriter) error {
		_, err := io.Copy(w, f)
		return err
	})
}

var contentTypes = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".csv": "text/csv; charset=utf-8",
}

// Kinds returns the kinds that an import can be told, for a select.
func (p *importPage) Kinds() []page.Choice {
	out := []page.Choice{{Value: "", Label: p.Lang.T("imports.find_out", nil), Chosen: p.Upload.Choice.Kind == ""}}
	for _, kind := range importers.Kinds {
		out = append(out, page.Choice{Value: string(kind), Label: p.Lang.T("kind."+string(kind), nil), Chosen: p.Upload.Choice.Kind == kind})
	}
	return out
}

// SheetNames returns the sheets that an import can be told, for a select; none
// where the file has only one.
func (p *importPage) SheetNames() []page.Choice {
	if len(p.Others)+len(p.Sheets) < 2 {
		return nil
	}
	out := []page.Choice{{Value: "", Label: p.Lang.T("imports.all_sheets", nil), Chosen: p.Upload.Choice.Sheet == ""}}
	names := slices.Clone(p.Others)
	for _, s := range p.Sheets {
		names = append(names, s.Sheet)
	}
	for _, name := range names {
		out = append(out, page.Choice{Value: name, Label: name, Chosen: p.Upload.Choice.Sheet == name})
	}
	return out
}
