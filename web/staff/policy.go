package staff

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/policyfile"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/web/page"
)

// policy is the rules of matching: looked at, changed, tried and saved.
func (s *Staff) policy() page.Area {
	admin := func(method, path string, h page.Handler) page.Route {
		return page.Route{Method: method, Path: path, May: auth.Administrator, Handle: h}
	}
	return page.Area{Routes: []page.Route{
		admin(http.MethodGet, "/admin/policy", s.showPolicy),
		admin(http.MethodPost, "/admin/policy", s.changePolicy),
		admin(http.MethodPost, "/admin/policy/file", s.readPolicyFile),
		admin(http.MethodGet, "/admin/policy/policy.yaml", s.downloadPolicy),
	}}
}

// shownPairs is how many gained and lost pairs a preview lists.
const shownPairs = 30

type policyPage struct {
	page.Frame
	Tabs     []page.Tab
	Form     *page.Form
	Groups   []policyGroup
	Versions []policyVersion // the newest first
	Mistakes []policyfile.Mistake
	Preview  *matching.Preview
	Hash     string // of what was tried; it can be saved as it is
	Today    string
}

type policyVersion struct {
	office.PolicyVersion
	Name string // of who saved it
	Now  bool   // it holds today
}

// policyGroup is fields that belong together.
type policyGroup struct {
	Title  string // "" for the first
	Fields []page.Field
}

func (s *Staff) showPolicy(c *page.Context) error {
	v, err := s.Office.Policy(c.Ctx(), s.Office.Today())
	if err != nil {
		return err
	}
	newest, err := s.newestPolicy(c)
	if err != nil {
		return err
	}
	return s.renderPolicy(c, http.StatusOK, &policyPage{Form: c.NewForm(policyValues(&v.Policy, c.Lang), int64(newest.Number))})
}

// newestPolicy returns the version that was saved last, the default where none
// was.
func (s *Staff) newestPolicy(c *page.Context) (office.PolicyVersion, error) {
	versions, err := s.Office.PolicyVersions(c.Ctx())
	if err != nil || len(versions) == 0 {
		return office.PolicyVersion{Policy: *matching.DefaultPolicy()}, err
	}
	return versions[0], nil
}

// renderPolicy completes the page around a form, whose errors are by field.
func (s *Staff) renderPolicy(c *page.Context, status int, data *policyPage) error {
	versions, err := s.Office.PolicyVersions(c.Ctx())
	if err != nil {
		return err
	}
	users, err := s.Auth.Users(c.Ctx())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	today := s.Office.Today()
	held := false
	for _, v := range versions {
		now := !held && v.ValidFrom <= today
		held = held || now
		name := names[v.Who]
		if name == "" {
			name = v.Who
		}
		data.Versions = append(data.Versions, policyVersion{v, name, now})
	}
	if data.Form.Values.Get("from") == "" {
		data.Form.Values.Set("from", today.String())
	}
	data.Frame, data.Tabs, data.Today = page.Frame{Title: "admin.policy"}, adminTabs("admin.policy"), today.String()
	if data.Groups, err = policyGroups(c, data.Form); err != nil {
		return err
	}
	return c.RenderStatus(status, "admin/policy", data)
}

// policyFields lists the fields of a policy by their paths.
func policyFields() []string {
	var out []string
	t := reflect.TypeFor[matching.Policy]()
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("json")
		if t.Field(i).Type.Kind() != reflect.Struct {
			out = append(out, name)
			continue
		}
		for j := range t.Field(i).Type.NumField() {
			out = append(out, name+"."+t.Field(i).Type.Field(j).Tag.Get("json"))
		}
	}
	return out
}

// policyValues returns a policy as the form has it, by path: a list has
// semicolons between its values, and Norwegian a comma before the decimals.
func policyValues(p *matching.Policy, lang i18n.Lang) url.Values {
	values := url.Values{}
	v := reflect.ValueOf(*p)
	for _, path := range policyFields() {
		group, name, nested := strings.Cut(path, ".")
		field := fieldNamed(v, group)
		if nested {
			field = fieldNamed(field, name)
		}
		text := policyText(field.Interface())
		if lang != i18n.English {
			text = strings.ReplaceAll(text, ".", ",")
		}
		values.Set(path, text)
	}
	return values
}

func policyText(value any) string {
	var parts []string
	switch v := value.(type) {
	case []float64:
		for _, one := range v {
			parts = append(parts, fmt.Sprint(one))
		}
	case []matching.StabilityStep:
		for _, step := range v {
			parts = append(parts, fmt.Sprintf("%d: %v", step.Months, step.Value))
		}
	default:
		return fmt.Sprint(v)
	}
	return strings.Join(parts, "; ")
}

// policyValue writes what was typed into a field as YAML has it.
func policyValue(path, text string) string {
	text = strings.ReplaceAll(oneLine(text), ",", ".")
	if !strings.HasSuffix(path, "_steps") {
		return text
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' })
	for i, part := range parts {
		if months, value, ok := strings.Cut(part, ":"); ok {
			parts[i] = fmt.Sprintf("{months: %s, value: %s}", strings.TrimSpace(months), strings.TrimSpace(value))
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func fieldNamed(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("json") == name {
			return v.Field(i)
		}
	}
	panic("there is no field " + name)
}

func policyGroups(c *page.Context, form *page.Form) ([]policyGroup, error) {
	standard := policyValues(matching.DefaultPolicy(), c.Lang)
	groups, label := []policyGroup{{}, {Title: capital(c.T("policy.field.weights", nil))}}, policyLabel(c)
	for _, path := range policyFields() {
		field, err := form.Field(path, "policy.field."+path)
		if err != nil {
			return nil, err
		}
		field.Hint = c.T("admin.policy.standard", map[string]any{"Value": standard.Get(path)})
		at := 0
		if strings.HasPrefix(path, "weights.") {
			at = 1
		}
		field.Label = label(path)
		groups[at].Fields = append(groups[at].Fields, field)
	}
	return groups, nil
}

// policyLabel gives the label of a policy's field by its path.
func policyLabel(c *page.Context) func(path string) string {
	return func(path string) string {
		if name, ok := strings.CutPrefix(path, "weights."); ok {
			return capital(c.T("matching.criterion."+name, nil))
		}
		return capital(c.T("policy.field."+path, nil))
	}
}

// capital begins a label as labels begin; in a file the same words stand in a
// comment.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// policyYAML writes a form as the file it stands for, so that one reader judges
// both.
func policyYAML(form *page.Form) []byte {
	var b strings.Builder
	open := ""
	for _, path := range policyFields() {
		if form.Text(path) == "" {
			continue // the standard value
		}
		value := policyValue(path, form.Text(path))
		group, name, nested := strings.Cut(path, ".")
		switch {
		case !nested:
			fmt.Fprintf(&b, "%s: %s\n", path, value)
		case open != group:
			fmt.Fprintf(&b, "%s:\n", group)
			open = group
			fallthrough
		default:
			fmt.Fprintf(&b, "  %s: %s\n", name, value)
		}
	}
	return []byte(b.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// changePolicy tries a policy, and saves it where just this one was tried.
func (s *Staff) changePolicy(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	newest, err := s.newestPolicy(c)
	if err != nil {
		return err
	}
	if form.Version != int64(newest.Number) { // somebody has saved another one
		form.Merge(policyValues(&newest.Policy, c.Lang), int64(newest.Number), policyLabel(c))
		if len(form.Conflicts) > 0 {
			return s.renderPolicy(c, http.StatusConflict, &policyPage{Form: form})
		}
	}
	policy, mistakes := policyfile.Read(policyYAML(form), c.Lang)
	for _, m := range mistakes {
		form.Errors = append(form.Errors, page.FieldError{Field: m.Field, Text: m.Message})
	}
	from := form.Date("from")
	if from == 0 && form.Valid() {
		form.Fail("from", "form.missing", nil)
	}
	if !form.Valid() {
		return s.renderPolicy(c, http.StatusUnprocessableEntity, &policyPage{Form: form})
	}
	if form.Text("tried") == policy.Hash() && form.Has("save") {
		return s.savePolicy(c, policy, from, newest.Number)
	}
	return s.tryPolicy(c, form, policy, from)
}

func (s *Staff) savePolicy(c *page.Context, policy *matching.Policy, from civil.Date, after int) error {
	v, err := s.Office.SetPolicyAfter(c.Ctx(), policy, from, after, c.Who())
	if err != nil {
		return err
	}
	return c.Redirect("/admin/policy", "admin.policy.saved", map[string]any{"Number": v.Number, "From": c.Words().Date(from)})
}

// tryPolicy shows what a policy would gain and lose, today.
func (s *Staff) tryPolicy(c *page.Context, form *page.Form, policy *matching.Policy, from civil.Date) error {
	analysis, err := s.Office.Analysis(c.Ctx(), s.Office.Today())
	if err != nil {
		return err
	}
	preview, err := analysis.PreviewPolicy(c.Ctx(), analysis.Query, policy, shownPairs)
	if err != nil {
		return err
	}
	for _, p := range preview.Pairs {
		s.saw(c, "households", p.Household)
	}
	for path, value := range policyValues(policy, c.Lang) { // as it was understood
		form.Values[path] = value
	}
	form.Values.Set("from", from.String())
	return s.renderPolicy(c, http.StatusOK, &policyPage{Form: form, Preview: &preview, Hash: policy.Hash()})
}

// readPolicyFile takes a YAML file into the form, or says what is wrong by line.
func (s *Staff) readPolicyFile(c *page.Context) error {
	file, _, err := c.Request.FormFile("file")
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "There is no file.").In("admin.policy.no_file", nil)
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, policyfile.MaxBytes+1))
	if err != nil {
		return err
	}
	policy, mistakes := policyfile.Read(data, c.Lang)
	if policy == nil {
		v, err := s.Office.Policy(c.Ctx(), s.Office.Today())
		if err != nil {
			return err
		}
		return s.renderPolicy(c, http.StatusUnprocessableEntity, &policyPage{Form: c.NewForm(policyValues(&v.Policy, c.Lang), 0), Mistakes: mistakes})
	}
	newest, err := s.newestPolicy(c)
	if err != nil {
		return err
	}
	return s.tryPolicy(c, c.NewForm(policyValues(policy, c.Lang), int64(newest.Number)), policy, s.Office.Today())
}

func (s *Staff) downloadPolicy(c *page.Context) error {
	v, err := s.Office.Policy(c.Ctx(), s.Office.Today())
	if err != nil {
		return err
	}
	data, err := policyfile.Write(&v.Policy, c.Lang)
	if err != nil {
		return err
	}
	return c.Download("policy.yaml", "application/yaml", func(w http.ResponseWriter) error {
		_, err := w.Write(data)
		return err
	})
}
