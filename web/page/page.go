// Package page is what every page is made with: templates that are parsed at
// boot, one set a language; the frame around a page; forms, tables, pages of
// lists, dates and money as people write them; fragments for htmx and streams of
// events. It knows what a request and its user are, and nothing of the office.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Kit has the templates and static files of a site. It is read-only once made.
type Kit struct {
	assets *Assets
	menu   []MenuItem
	pages  map[i18n.Lang]map[string]*template.Template // by name: staff/today
}

// Page is the data of a page: a struct that embeds Frame.
type Page interface{ frame() *Frame }

// Frame is what surrounds a page. A handler sets the fields at the top; the rest
// is filled when the page is rendered.
type Frame struct {
	Title  string  // an i18n key, or plain text such as a household's reference
	Crumbs []Crumb // the way here, without the page itself
	Wide   bool    // the page uses the whole width: boards, timelines

	Lang   i18n.Lang
	User   auth.Account // zero: nobody is signed in
	Menu   []MenuItem   // what the user may open
	Langs  []LangLink
	Flash  *Flash // what the change before has done
	Home   string // where the program's name leads
	Key    string // of the page's forms, see the partial "key"
	Status int
}

func (f *Frame) frame() *Frame { return f }

// SignedIn reports whether the page is shown to a user.
func (f *Frame) SignedIn() bool { return f.User.ID != "" }

// Crumb is a step of the way to a page.
type Crumb struct {
	Label string // an i18n key, or plain text
	Path  string
}

// MenuItem is an entry of the menu.
type MenuItem struct {
	Label   string // an i18n key
	Path    string
	Inside  []string   // what else of the addresses is its, beside its own: /reports
	May     auth.Roles // who sees it
	Place   int        // ascending from left to right: Today is 10, the next 20
	Current bool       // filled when a page is rendered
}

// LangLink leads to the same page in another language.
type LangLink struct {
	Lang    i18n.Lang
	Href    string
	Current bool
}

// Flash is a sentence that the next page shows once.
type Flash struct {
	Key    string         `json:"k"` // an i18n key
	Params map[string]any `json:"p,omitempty"`
	Color  string         `json:"c,omitempty"` // success, info, warning or danger; "" is success
}

// New parses every template below templates/ for every language. layout/ holds
// the frame and the partials that all pages share; any other file is a page,
// called by its path without templates/ and .html. Errors: a template that does
// not parse or that calls one that is not there.
func New(templates fs.FS, assets *Assets, menu []MenuItem) (*Kit, error) {
	k := &Kit{assets: assets, menu: menu, pages: map[i18n.Lang]map[string]*template.Template{}}
	slices.SortStableFunc(k.menu, func(a, b MenuItem) int { return a.Place - b.Place })
	var files []string
	err := fs.WalkDir(templates, "templates", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".html" && path.Dir(name) != "templates/layout" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, lang := range i18n.Langs {
		base, err := template.New("").Option("missingkey=error").Funcs(funcs(lang, assets)).ParseFS(templates, "templates/layout/*.html")
		if err != nil {
			return nil, err
		}
		k.pages[lang] = map[string]*template.Template{}
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
			t, err := template.Must(base.Clone()).ParseFS(templates, file)
			if err == nil {
				err = complete(t)
			}
			if err != nil {
				return nil, fmt.Errorf("page %s: %w", name, err)
			}
			fold(t, lang)
			k.pages[lang][name] = t
		}
	}
	return k, nil
}

// complete returns an error where a template calls one that is not there.
func complete(t *template.Template) error {
	for _, one := range t.Templates() {
		if one.Tree == nil {
			continue
		}
		for _, called := range calls(one.Tree.Root) {
			if t.Lookup(called) == nil {
				return fmt.Errorf("%s calls %q, which is not there", one.Name(), called)
			}
		}
	}
	return nil
}

func calls(node parse.Node) []string {
	var out []string
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, n := range l.Nodes {
				out = append(out, calls(n)...)
			}
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		list(n)
	case *parse.IfNode:
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		list(n.List)
		list(n.ElseList)
	case *parse.TemplateNode:
		out = append(out, n.Name)
	}
	return out
}

// Names lists the pages.
func (k *Kit) Names() []string {
	var out []string
	for name := range k.pages[i18n.Bokmal] {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// render makes a whole page, or one part of it where part is not "", before a
// byte of it is sent: a failure half-way is an error page and not half a page.
func (k *Kit) render(name, part string, lang i18n.Lang, data Page) ([]byte, error) {
	t := k.pages[lang][name]
	if t == nil {
		return nil, fmt.Errorf("page: there is no template %s", name)
	}
	if part == "" || t.Lookup(part) == nil {
		part = "frame"
	}
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := t.ExecuteTemplate(&b, part, data); err != nil {
		return nil, fmt.Errorf("page %s (%s): %w", name, lang, err)
	}
	return b.Bytes(), nil
}

// menuOf returns what a user's menu has, with the place of the path marked.
func (k *Kit) menuOf(roles auth.Roles, at string) []MenuItem {
	var out []MenuItem
	current, longest := -1, 0
	for _, item := range k.menu {
		if !item.May.Any(roles) {
			continue
		}
		out = append(out, item)
		for _, of := range append([]string{item.Path}, item.Inside...) {
			inside := at == of || of != "/" && strings.HasPrefix(at, of+"/")
			if inside && len(of) > longest {
				current, longest = len(out)-1, len(of)
			}
		}
	}
	if current >= 0 {
		out[current].Current = true
	}
	return out
}
