package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Form is a form as it is shown and as it comes back: what was typed stays, and
// what is wrong stands beside it.
type Form struct {
	Values    url.Values
	Errors    []FieldError
	Conflicts []Conflict // what another person changed meanwhile; see Merge
	Version   int64      // of the record that is edited; 0: none
	base      url.Values // what the form showed at first
	aim       map[string]string
	others    url.Values
	labels    map[string]string // of the fields that were asked for
	lang      i18n.Lang
}

// FieldError is what is wrong with a field.
type FieldError struct {
	Field string // "" for the form as a whole
	Text  string
}

// NewForm returns a form to be shown, with the values of a record of a version.
func (c *Context) NewForm(values url.Values, version int64) *Form {
	if values == nil {
		values = url.Values{}
	}
	return &Form{Values: values, Version: version, base: values, lang: c.Lang}
}

// Form returns the form that was sent. Errors: TooLarge, Invalid.
func (c *Context) Form() (*Form, error) {
	if err := c.ParseForm(); err != nil {
		return nil, err
	}
	f := &Form{Values: url.Values{}, lang: c.Lang}
	for name, values := range c.Request.PostForm {
		switch name {
		case "form_key":
		case "form_version":
			f.Version, _ = strconv.ParseInt(values[0], 10, 64) // a forged one is a conflict
		case "form_base":
			_ = json.Unmarshal([]byte(values[0]), &f.base) // a forged one shows more conflicts
		default:
			f.Values[name] = values
		}
	}
	return f, nil
}

// Base returns what the form showed at first, for the partial "version".
func (f *Form) Base() (string, error) {
	data, err := json.Marshal(f.base)
	return string(data), err
}

// Text returns a field, trimmed.
func (f *Form) Text(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// Set returns the values of a field that may have several: checkboxes.
func (f *Form) Set(name string) []string { return f.Values[name] }

// Has reports whether a checkbox is ticked.
func (f *Form) Has(name string) bool { return f.Values.Get(name) != "" }

// Sent reports whether the form has a field at all, be it empty.
func (f *Form) Sent(name string) bool { return len(f.Values[name]) > 0 }

// Int returns a whole number, nil where the field is empty. Spaces group digits.
// Anything else is an error of the field.
func (f *Form) Int(name string) *int {
	text := strings.Join(strings.Fields(f.Text(name)), "")
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		f.Fail(name, "form.not_a_number", nil)
		return nil
	}
	return &n
}

// Date returns a day as browsers send it, or as people write it (01.12.2026); 0
// where the field is empty. Anything else is an error of the field.
func (f *Form) Date(name string) civil.Date {
	text := f.Text(name)
	if d, m, ok := strings.Cut(text, "."); ok {
		if m, y, ok := strings.Cut(m, "."); ok {
			text = fmt.Sprintf("%s-%02s-%02s", strings.TrimSpace(y), strings.TrimSpace(m), d)
		}
	}
	date, err := civil.Parse(text)
	if err != nil {
		f.Fail(name, "form.not_a_date", nil)
	}
	return date
}

// YesNo returns true for yes, false for no and nil for anything else.
func (f *Form) YesNo(name string) *bool {
	switch f.Text(name) {
	case "yes", "true":
		yes := true
		return &yes
	case "no", "false":
		no := false
		return &no
	}
	return nil
}

// Fail adds an error to a field, by the key of its sentence; "" is the form as a
// whole.
func (f *Form) Fail(name, key string, params map[string]any) {
	f.Errors = append(f.Errors, FieldError{name, f.lang.T(key, params)})
}

// FailWith adds an error to a field in words that are the reader's already.
func (f *Form) FailWith(name, text string) { f.Errors = append(f.Errors, FieldError{name, text}) }

// FailAll adds what is wrong with fields; the sentences are those of prefix and
// the problem's code.
func (f *Form) FailAll(problems []apperr.Problem, prefix string) {
	for _, p := range problems {
		if p.Severity == apperr.SeverityError {
			f.Fail(p.Field, prefix+p.Code, p.Params)
		}
	}
}

// Valid reports whether nothing is wrong so far.
func (f *Form) Valid() bool { return len(f.Errors) == 0 }

// ErrorOf returns what is wrong with a field, "" where nothing is.
func (f *Form) ErrorOf(name string) string {
	for _, e := range f.Errors {
		if e.Field == name {
			return e.Text
		}
	}
	return ""
}

// Status is that of the page that shows the form again: 409 where somebody else has
// changed the record meanwhile, 422 where something is wrong, else 200.
func (f *Form) Status() int {
	switch {
	case len(f.Conflicts) > 0:
		return http.StatusConflict
	case !f.Valid():
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// Aim tells which of a page's forms was sent, where several share a field's name:
// by the ID of its field. Its namesakes show no error, and the values of others.
func (f *Form) Aim(ids map[string]string, others url.Values) { f.aim, f.others = ids, others }

// IDOf returns the ID of a field, to lead to what is wrong.
func (f *Form) IDOf(name string) string {
	if id, ok := f.aim[name]; ok {
		return id
	}
	return "f-" + name
}

// LabelOf returns the label of a field, "" where the page has not asked for the
// field yet: a page with errors is rendered twice, so that the summary on its top
// can name the fields below.
func (f *Form) LabelOf(name string) string { return f.labels[name] }

// Field is a field as a partial shows it.
type Field struct {
	ID, Name, Type, Label, Hint, Error string
	Value                              string
	Required                           bool
	Prefix, Suffix                     string
	Autocomplete, InputMode            string
	Min, Max, Step, Pattern            string
	Rows, MaxLength                    int
	Choices                            []Choice
}

// DescribedBy returns the IDs of what explains the field.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Choice is one of the values that a field may have.
type Choice struct {
	Value, Label, Hint string
	Chosen             bool
}

// Field returns a field for the partial "field". The label is an i18n key.
// Options are words: required; a type (number, date, email, tel, password,
// textarea, search, file, month); or name:value: hint (an i18n key), prefix,
// suffix, autocomplete, min, max, step, rows, maxlength, id, pattern.
func (f *Form) Field(name, label string, options ...string) (Field, error) {
	out := Field{ID: "f-" + name, Name: name, Type: "text", Label: f.lang.T(label, nil), Value: f.Values.Get(name), Error: f.ErrorOf(name)}
	for _, option := range options {
		key, value, _ := strings.Cut(option, ":")
		switch key {
		case "required":
			out.Required = true
		case "number":
			out.Type, out.InputMode = "text", "numeric"
		case "date", "email", "tel", "password", "textarea", "search", "file", "month", "url":
			out.Type = key
		case "hint":
			out.Hint = f.lang.T(value, nil)
		case "prefix":
			out.Prefix = value
		case "suffix":
			out.Suffix = value
		case "autocomplete":
			out.Autocomplete = value
		case "min":
			out.Min = value
		case "max":
			out.Max = value
		case "step":
			out.Step = value
		case "pattern":
			out.Pattern = value
		case "id":
			out.ID = value
		case "rows", "maxlength":
			n, err := strconv.Atoi(value)
			if err != nil {
				return out, fmt.Errorf("field %s: %s is no number", name, option)
			}
			if key == "rows" {
				out.Rows = n
			} else {
				out.MaxLength = n
			}
		default:
			return out, fmt.Errorf("field %s: unknown option %q", name, option)
		}
	}
	if f.labels == nil {
		f.labels = map[string]string{}
	}
	f.labels[name] = out.Label
	if id, ok := f.aim[name]; ok && id != out.ID {
		out.Error, out.Value = "", f.others.Get(name)
	}
	if out.Type == "password" || out.Type == "file" {
		out.Value = "" // never sent back
	}
	return out, nil
}

// Choose returns a field with choices for the partials "select", "radios" and
// "checkboxes". Choices have their labels already.
func (f *Form) Choose(name, label string, choices []Choice, options ...string) (Field, error) {
	out, err := f.Field(name, label, options...)
	for _, c := range choices {
		c.Chosen = slices.Contains(f.Values[name], c.Value) || len(f.Values[name]) == 0 && c.Value == ""
		out.Choices = append(out.Choices, c)
	}
	return out, err
}

// Tick returns a single checkbox for the partial "checkbox"; its value is "yes".
func (f *Form) Tick(name, label string, options ...string) (Field, error) {
	out, err := f.Field(name, label, options...)
	out.Choices = []Choice{{Value: "yes", Label: out.Label, Chosen: f.Values.Get(name) != ""}}
	return out, err
}

// YesNoUnknown are the choices of a field that may be unknown.
func (c *Context) YesNoUnknown() []Choice {
	return []Choice{{Value: "", Label: c.T("form.unknown", nil)}, {Value: "yes", Label: c.T("form.yes", nil)}, {Value: "no", Label: c.T("form.no", nil)}}
}

// Conflict is a field that another person changed while this one was editing.
type Conflict struct {
	Field, Label string
	Theirs, Mine string
	Decide       bool // both changed it: mine stands in the form until someone decides; else theirs does
}

// Merge brings a form that was sent on an older version up to a newer one, whose
// values are theirs: a field that only they changed takes their value, one that
// only this person changed keeps it, and where both changed it this person's
// stays in the form beside theirs. The partial "conflict" shows all of it. label
// gives a field's label. Nothing is saved: the person looks and sends again.
func (f *Form) Merge(theirs url.Values, version int64, label func(field string) string) {
	names := map[string]bool{}
	for _, values := range []url.Values{f.Values, theirs} {
		for name := range values {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, mine, now := set(f.base[name]), set(f.Values[name]), set(theirs[name])
		if now == mine || now == was {
			continue
		}
		c := Conflict{Field: name, Label: label(name), Theirs: strings.Join(theirs[name], ", "), Mine: strings.Join(f.Values[name], ", "), Decide: mine != was}
		if !c.Decide {
			f.Values[name] = theirs[name]
		}
		f.Conflicts = append(f.Conflicts, c)
	}
	f.Version, f.base = version, theirs
}

// set is a form's field as a text that can be compared, whatever the order.
func set(values []string) string {
	sorted := slices.Sorted(slices.Values(values))
	return strings.TrimSpace(strings.Join(sorted, "\x00"))
}
