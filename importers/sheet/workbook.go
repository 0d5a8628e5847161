package sheet

import (
	"archive/zip"
	"context"
	"io"
	"path"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
)

// workbook is an Excel workbook whose parts have been found (ECMA-376 part 2
// for the package, part 1 clause 12 for the parts in it).
type workbook struct {
	pack    *pack
	limits  Limits
	types   contentTypes
	sheets  []worksheet
	styles  []bool // by style index: shows a date
	styled  bool   // there is a part of styles
	strings stringTable
	is1904  bool
	scan    scanner // its buffers, kept between passes
	intern  interner
}

type worksheet struct {
	part *zip.File
	info Info
}

// relationship is one row of a part of relationships.
type relationship struct {
	kind     string // last element of its type: worksheet, styles
	target   string // part name
	external bool
}

// The content types of what is read.
const (
	typeSheet   = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeStrings = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
	typeStyles  = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeBinary  = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
)

var mainTypes = map[string]bool{
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml":    true,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": true,
	"application/vnd.ms-excel.sheet.macroenabled.main+xml":                          true,
	"application/vnd.ms-excel.template.macroenabled.main+xml":                       true,
}

// openWorkbook finds and checks every part of a workbook.
func openWorkbook(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*workbook, error) {
	p, err := openPack(r, size, limits)
	if err != nil {
		return nil, err
	}
	w := &workbook{pack: p, limits: limits}
	if p.parts["mimetype"] != nil {
		return nil, &fault{
			code: apperr.Unreadable, what: "it is an OpenDocument file, not an Excel workbook", key: "file.resave",
			advice: `Open it in LibreOffice or Excel, save it as .xlsx, and import the new file.`,
		}
	}
	if err := w.contentTypes(ctx); err != nil {
		return nil, err
	}
	main, err := w.mainPart(ctx)
	if err != nil {
		return nil, err
	}
	rels, err := w.relationships(ctx, main)
	if err != nil {
		return nil, err
	}
	if err := w.readWorkbook(ctx, main, rels); err != nil {
		return nil, err
	}
	if err := w.supporting(ctx, rels); err != nil {
		return nil, err
	}
	for i := range w.sheets {
		if err := w.readSheet(ctx, i, &w.sheets[i].info, nil); err != nil {
			return nil, err
		}
	}
	return w, p.verifyRest(ctx)
}

// document reads one part with each: it gives the root's start tag, and each
// reads on to the root's end tag.
func (w *workbook) document(ctx context.Context, f *zip.File, where string, space space, root string, each func(*scanner) error) error {
	r, err := w.pack.open(ctx, f)
	if err != nil {
		return placed(where, err)
	}
	defer func() { _ = r.Close() }() // a reader: all that can go wrong has been told
	s := &w.scan
	s.reset(r)
	tok, err := s.next()
	if err == nil && (tok != tokenStart || s.space != space || string(s.local) != root) {
		err = damaged("", "something else stands in its place")
	}
	if err == nil {
		err = each(s)
	}
	if err == nil {
		err = s.tail()
	}
	return placed(where, err)
}

// children calls each with the start tag of every child of the current element
// in the namespace space; each reads on to the child's end tag. Other children
// are passed over.
func (s *scanner) children(space space, each func() error) error {
	for {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEnd:
			return nil
		case tokenText:
			if !blank(s.text) {
				return damaged("", "there is text between its tags")
			}
		case tokenStart:
			if s.space == space {
				err = each()
			} else {
				err = s.skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

type contentTypes struct {
	byPart, byExtension map[string]string
}

func (t contentTypes) of(f *zip.File) string {
	name := partName(f.Name)
	if typ, ok := t.byPart[name]; ok {
		return typ
	}
	return t.byExtension[strings.TrimPrefix(path.Ext(name), ".")]
}

func (w *workbook) contentTypes(ctx context.Context) error {
	w.types = contentTypes{map[string]string{}, map[string]string{}}
	f := w.pack.parts["[content_types].xml"]
	if f == nil {
		return &fault{code: apperr.Unreadable, what: "it is a zip file, but not an Excel workbook", key: "file.not_spreadsheet", advice: "Unpack it, and import the workbook that is in it."}
	}
	return w.document(ctx, f, "its list of content types", spaceTypes, "Types", func(s *scanner) error {
		return s.children(spaceTypes, func() error {
			if len(w.types.byPart)+len(w.types.byExtension) > maxParts {
				return damaged("", "it is far too long")
			}
			typ, _ := s.attr("ContentType")
			if part, ok := s.attr("PartName"); ok && string(s.local) == "Override" {
				w.types.byPart[partName(string(part))] = string(typ)
			}
			if ext, ok := s.attr("Extension"); ok && string(s.local) == "Default" {
				w.types.byExtension[strings.ToLower(string(ext))] = string(typ)
			}
			return s.skip()
		})
	})
}

// relationships reads what the part f refers to, by id; nil is the package.
func (w *workbook) relationships(ctx context.Context, f *zip.File) (map[string]relationship, error) {
	dir, base := "", ""
	if f != nil {
		dir, base = path.Split(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
	}
	part := w.pack.parts[partName(path.Join(dir, "_rels", base+".rels"))]
	where := "the list of what its parts refer to"
	if part == nil {
		return nil, damaged(where, "it is missing")
	}
	rels := map[string]relationship{}
	err := w.document(ctx, part, where, spaceRelationships, "Relationships", func(s *scanner) error {
		return s.children(spaceRelationships, func() error {
			id, _ := s.attr("Id")
			typ, _ := s.attr("Type")
			target, _ := s.attr("Target")
			mode, _ := s.attr("TargetMode")
			if _, twice := rels[string(id)]; twice {
				return damaged("", "it has two entries with the same id")
			}
			if len(rels) > maxParts {
				return damaged("", "it is far too long")
			}
			name := strings.ReplaceAll(string(target), `\`, "/")
			if !strings.HasPrefix(name, "/") {
				name = path.Join("/", dir, name)
			}
			rels[string(id)] = relationship{path.Base(string(typ)), partName(path.Clean(name)), string(mode) == "External"}
			return s.skip()
		})
	})
	return rels, err
}

// mainPart finds the part that lists the sheets.
func (w *workbook) mainPart(ctx context.Context) (*zip.File, error) {
	rels, err := w.relationships(ctx, nil)
	if err != nil {
		return nil, err
	}
	target := ""
	for _, rel := range rels {
		if rel.kind == "officeDocument" && !rel.external {
			if target != "" {
				return nil, damaged("", "it has two lists of sheets")
			}
			target = rel.target
		}
	}
	f := w.pack.parts[target]
	switch {
	case target == "":
		return nil, &fault{code: apperr.Unreadable, what: "it is not an Excel workbook", key: "file.not_spreadsheet", advice: "Choose a workbook (.xlsx) or a text file (.csv) and try again."}
	case f == nil:
		return nil, damaged("", "the list of its sheets is missing")
	case strings.EqualFold(w.types.of(f), typeBinary):
		return nil, &fault{code: apperr.Unreadable, what: "it is a binary workbook (.xlsb)", key: "file.resave", advice: resaveWorkbook}
	case !mainTypes[strings.ToLower(w.types.of(f))]:
		return nil, &fault{code: apperr.Unreadable, what: "it is an Office document of another kind, not an Excel workbook", key: "file.not_spreadsheet", advice: "Choose the workbook (.xlsx) and try again."}
	}
	return f, nil
}

// readWorkbook reads the list of sheets.
func (w *workbook) readWorkbook(ctx context.Context, main *zip.File, rels map[string]relationship) error {
	where := "the list of its sheets"
	found := false
	err := w.document(ctx, main, where, spaceMain, "workbook", func(s *scanner) error {
		return s.children(spaceMain, func() error {
			switch string(s.local) {
			case "workbookPr":
				v, _ := s.attr("date1904")
				w.is1904 = string(v) == "1" || string(v) == "true"
			case "sheets":
				if found {
					return damaged("", "it is there twice")
				}
				found = true
				return s.children(spaceMain, func() error { return w.listSheet(s, rels) })
			}
			return s.skip()
		})
	})
	if err == nil && len(w.sheets) == 0 {
		err = damaged("", "it has no sheets")
	}
	return err
}

func (w *workbook) listSheet(s *scanner, rels map[string]relationship) error {
	var id string
	for i := range s.attrs {
		if a := &s.attrs[i]; a.space == spaceRel && string(a.local) == "id" {
			id = string(a.value)
		}
	}
	name, _ := s.attr("name")
	state, _ := s.attr("state")
	rel, ok := rels[id]
	switch {
	case string(s.local) != "sheet" || len(name) == 0 || len(name) > 1000:
		return damaged("", "a sheet has no proper name")
	case !ok:
		return damaged("", "the sheet %q refers to nothing", name)
	case rel.kind != "worksheet": // a chart, dialog or macro sheet
		return s.skip()
	}
	where := "the sheet " + quoted(string(name))
	f := w.pack.parts[rel.target]
	if f == nil || rel.external {
		return damaged(where, "it is missing from the file")
	}
	if !strings.EqualFold(w.types.of(f), typeSheet) {
		return damaged(where, "something else stands in its place")
	}
	for _, o := range w.sheets {
		if o.part == f || strings.EqualFold(o.info.Name, string(name)) {
			return damaged(where, "it is listed twice")
		}
	}
	if len(w.sheets) == w.limits.Sheets {
		return tooLarge("", "it has more than %d sheets", w.limits.Sheets)
	}
	hidden := string(state) == "hidden" || string(state) == "veryHidden"
	w.sheets = append(w.sheets, worksheet{f, Info{Name: string(name), Hidden: hidden}})
	return s.skip()
}

// supporting reads the styles and the shared strings.
func (w *workbook) supporting(ctx context.Context, rels map[string]relationship) error {
	for _, part := range []struct {
		kind, typ, where string
		read             func(context.Context, *zip.File, string) error
		seen             bool
	}{
		{kind: "styles", typ: typeStyles, where: "its styles", read: w.readStyles},
		{kind: "sharedStrings", typ: typeStrings, where: "its shared texts", read: w.readStrings},
	} {
		for _, rel := range rels {
			if rel.kind != part.kind {
				continue
			}
			f := w.pack.parts[rel.target]
			switch {
			case part.seen:
				return damaged(part.where, "they are there twice")
			case f == nil || rel.external:
				return damaged(part.where, "they are missing from the file")
			case !strings.EqualFold(w.types.of(f), part.typ):
				return damaged(part.where, "something else stands in their place")
			}
			part.seen = true
			if err := part.read(ctx, f, part.where); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *workbook) infos() []Info {
	out := make([]Info, len(w.sheets))
	for i, s := range w.sheets {
		out[i] = s.info
	}
	return out
}

func (w *workbook) rows(ctx context.Context, i int, emit func(Row) bool) error {
	return w.readSheet(ctx, i, nil, emit)
}
