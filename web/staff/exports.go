package staff

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/page"
)

// exports is how lists and empty tables go out as files.
func (s *Staff) exports() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/exports", May: auth.Staff, Handle: s.showExports},
		{Method: http.MethodGet, Path: "/exports/:file", May: auth.Staff, Handle: s.downloadExport, Long: true},
		{Method: http.MethodGet, Path: "/templates/:file", May: auth.Staff, Handle: s.downloadTemplate},
	}}
}

// exportKind is a register that can be exported.
type exportKind struct {
	Kind  importers.Kind
	Label string // i18n key
	May   bool   // the user may export it; templates are for all
}

// mayExport: a list of all households leaves the program's protection, so it is
// for those who answer for the whole programme.
func mayExport(kind importers.Kind) auth.Roles {
	if kind == importers.Households || kind == importers.Occupancies {
		return auth.Coordinator
	}
	return auth.Staff
}

func exportKinds(c *page.Context) (out []exportKind) {
	for _, kind := range importers.Kinds {
		out = append(out, exportKind{kind, "kind." + string(kind), c.Can(mayExport(kind))})
	}
	return out
}

type exportsPage struct {
	page.Frame
	Kinds []exportKind
}

func (s *Staff) showExports(c *page.Context) error {
	return c.Render("staff/exports", &exportsPage{Frame: page.Frame{Title: "exports.title"}, Kinds: exportKinds(c)})
}

// fileKind reads listings.xlsx.
func fileKind(name string) (importers.Kind, string, error) {
	ext := filepath.Ext(name)
	kind := importers.Kind(strings.TrimSuffix(name, ext))
	if ext != ".xlsx" && ext != ".csv" || !slices.Contains(importers.Kinds, kind) {
		return "", "", apperr.New(apperr.NotFound, "There is no such list.")
	}
	return kind, ext, nil
}

// downloadExport sends a register, or what the parameters leave of it: key,
// status, place and availability, each as often as wanted.
func (s *Staff) downloadExport(c *page.Context) error {
	ext := filepath.Ext(c.Param("file"))
	if name := strings.TrimSuffix(c.Param("file"), ext); (ext == ".xlsx" || ext == ".csv") && (name == placementsFile || name == landlordsFile) {
		switch {
		case !c.Can(mayExportList(name)):
			return apperr.New(apperr.Forbidden, "Your role does not let you export this list.").In("exports.not_yours", nil)
		case name == landlordsFile:
			return s.exportLandlords(c, ext)
		}
		return s.exportPlacements(c, ext)
	}
	kind, ext, err := fileKind(c.Param("file"))
	if err != nil {
		return err
	}
	if !c.Can(mayExport(kind)) {
		return apperr.New(apperr.Forbidden, "Your role does not let you export this list.").In("exports.not_yours", nil)
	}
	query := c.Request.URL.Query()
	filter := office.ExportFilter{Keys: query["key"], Statuses: query["status"], Places: query["place"]}
	for _, a := range query["availability"] {
		filter.Availability = append(filter.Availability, landlords.Availability(a))
	}
	if query.Has("list") { // what the list shows, whatever it is narrowed by
		keys, err := s.shownKeys(c, kind)
		if err != nil {
			return err
		}
		filter = office.ExportFilter{Listed: true, Keys: keys}
	}
	n := 0
	return s.sendMade(c, kind, ext, func(path string) (err error) {
		n, err = s.Office.ExportSome(c.Ctx(), kind, path, importers.Style{Lang: c.Lang}, filter, nil)
		if err == nil {
			s.Audit.Looked(audit.Entry{Who: c.Who(), What: audit.Exported, Register: string(kind), Key: filter.Trail(n)})
			err = s.Audit.Flush(c.Ctx()) // nothing leaves without its line in the trail
		}
		return err
	})
}

func (s *Staff) downloadTemplate(c *page.Context) error {
	kind, ext, err := fileKind(c.Param("file"))
	if err != nil {
		return err
	}
	return s.sendMade(c, kind, ext, func(path string) error { return office.Template(kind, path, importers.Style{Lang: c.Lang}) })
}

// sendMade makes a file in a folder of its own, sends it and removes it.
func (s *Staff) sendMade(c *page.Context, kind importers.Kind, ext string, write func(path string) error) error {
	return s.sendMadeAs(c, fileName(c.T("kind."+string(kind), nil)), ext, write)
}

func (s *Staff) sendMadeAs(c *page.Context, name, ext string, write func(path string) error) (err error) {
	dir, err := os.MkdirTemp("", "boligklar-export-")
	if err != nil {
		return err
	}
	defer func() {
		if removed := os.RemoveAll(dir); err == nil {
			err = removed
		}
	}()
	path := filepath.Join(dir, "export"+ext)
	if err := write(path); err != nil {
		return err
	}
	return sendFile(c, path, name+ext)
}

// fileName is a word as a file's name, in letters that every system takes.
func fileName(word string) string {
	return strings.NewReplacer("å", "a", "ø", "o", "æ", "ae", " ", "-").Replace(strings.ToLower(word))
}
