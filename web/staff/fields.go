package staff

import (
	"net/url"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/web/page"
)

// widget is a field of a record in a form: which partial shows it, and what it
// shows.
type widget struct {
	Kind  string // field, select or checkboxes
	Field page.Field
}

// section is a group of fields under a heading.
type section struct {
	Title   string // an i18n key
	Names   []string
	Widgets []widget
}

// recordForm is a form for a record of a kind, made from the columns that import
// and export use: what staff see in the spreadsheet is what they see here.
type recordForm[R any] struct {
	schema   *importers.Schema[R]
	sections []section
	hints    map[string]string // i18n keys by field
}

// values returns what the form shows of a record.
func (r *recordForm[R]) values(record *R) url.Values {
	out := url.Values{}
	texts := importers.Texts(r.schema, record)
	for _, name := range r.names() {
		switch {
		case texts[name] == "":
		case isSet(r.schema.Field(name).Field):
			out[name] = strings.Split(texts[name], ", ")
		default:
			out.Set(name, texts[name])
		}
	}
	return out
}

func (r *recordForm[R]) names() (out []string) {
	for _, s := range r.sections {
		out = append(out, s.Names...)
	}
	return out
}

func isSet(f *importers.Field) bool {
	return f.Type == importers.TypeSecuritySet || f.Type == importers.TypeRuleSet
}

// read returns base as the form changes it, and puts what is wrong beside the
// fields.
func (r *recordForm[R]) read(c *page.Context, form *page.Form, base R) R {
	texts := map[string]string{}
	for _, name := range r.names() {
		texts[name] = strings.Join(form.Set(name), ", ")
	}
	record, problems := importers.FromTexts(r.schema, base, texts)
	fail(c, form, problems)
	return record
}

// fail puts errors beside their fields.
func fail(c *page.Context, form *page.Form, problems []apperr.Problem) {
	for _, p := range apperr.Errors(problems) {
		if form.ErrorOf(p.Field) == "" {
			form.Errors = append(form.Errors, page.FieldError{Field: p.Field, Text: problemText(c, p)})
		}
	}
}

// problemText says what is wrong with a field, to whoever is filling it in.
func problemText(c *page.Context, p apperr.Problem) string {
	code := p.Code
	for _, general := range []string{"_missing", "_not_a_number"} {
		if strings.HasSuffix(code, general) {
			code = general[1:]
		}
	}
	key := "edit.problem." + code
	if !c.Lang.Has(key) {
		key = "edit.problem.value_unreadable"
	}
	return c.T(key, p.Params)
}

// label returns what people call a field.
func (r *recordForm[R]) label(c *page.Context) func(string) string {
	return func(name string) string {
		if f := r.schema.Field(name); f != nil {
			return f.Header(c.Lang)
		}
		return name
	}
}

// show returns the form's sections with their fields.
func (r *recordForm[R]) show(c *page.Context, form *page.Form) ([]section, error) {
	out := slices.Clone(r.sections)
	for i := range out {
		out[i].Widgets = nil
		for _, name := range out[i].Names {
			w, err := r.widget(c, form, name)
			if err != nil {
				return nil, err
			}
			out[i].Widgets = append(out[i].Widgets, w)
		}
	}
	return out, nil
}

func (r *recordForm[R]) widget(c *page.Context, form *page.Form, name string) (w widget, err error) {
	f := r.schema.Field(name)
	label := f.Header(c.Lang)
	var options []string
	if f.Required {
		options = append(options, "required")
	}
	if hint := r.hints[name]; hint != "" {
		options = append(options, "hint:"+hint)
	}
	var choices []page.Choice
	if !isSet(f.Field) {
		choices = append(choices, page.Choice{Label: c.T("form.unknown", nil)})
	}
	for i := range f.Choices {
		choices = append(choices, page.Choice{Value: f.Choices[i].Value, Label: f.Choices[i].Word(c.Lang)})
	}
	switch f.Type {
	case importers.TypeYesNo:
		choices = append(choices, page.Choice{Value: "true", Label: c.T("form.yes", nil)}, page.Choice{Value: "false", Label: c.T("form.no", nil)})
		w.Kind = "select"
	case importers.TypeChoice:
		w.Kind = "select"
	case importers.TypeSecuritySet, importers.TypeRuleSet:
		w.Kind = "checkboxes"
	default:
		w.Kind = "field"
		w.Field, err = form.Field(name, label, append(options, fieldType(f.Field)...)...)
		return w, err
	}
	w.Field, err = form.Choose(name, label, choices, options...)
	return w, err
}

func fieldType(f *importers.Field) []string {
	switch f.Type {
	case importers.TypeMoney, importers.TypeDeposit:
		return []string{"suffix:kr"}
	case importers.TypeArea:
		return []string{"suffix:m²"}
	case importers.TypeDate:
		return []string{"date"}
	case importers.TypeEmail:
		return []string{"email"}
	case importers.TypePhone:
		return []string{"tel"}
	}
	if f.Name == "notes" {
		return []string{"textarea", "maxlength:2000"}
	}
	return nil
}

// fact is a field of a record as people read it.
type fact struct {
	Name, Label, Value string
	Path               string // of what the value names; "" for none
}

// facts returns what is known of the named fields.
func facts[R any](c *page.Context, schema *importers.Schema[R], record *R, names ...string) (out []fact) {
	texts := importers.Texts(schema, record)
	for _, name := range names {
		if texts[name] == "" {
			continue
		}
		f := schema.Field(name)
		value := importers.Words(c.Lang, schema.Kind, name, texts[name])
		if f.Type == importers.TypeMoney || f.Type == importers.TypeDeposit {
			if v, ok := f.Ref(record).(**int); ok && *v != nil {
				if money, err := c.Words().Money(*v); err == nil {
					value = money
				}
			}
		}
		out = append(out, fact{Name: name, Label: f.Header(c.Lang), Value: value})
	}
	return out
}
