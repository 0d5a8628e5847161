// Package policyfile reads and writes a matching policy as YAML, the form in
// which an office exports, edits and imports it. What is wrong in a file is said
// with its line.
package policyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/matching"
)

// MaxBytes is the most that a policy file may have; a real one has some 2,000.
const MaxBytes = 64 << 10

// Mistake is something wrong in a policy file.
type Mistake struct {
	Line    int    `json:"line"`  // 1-based; 0 for the file as a whole
	Field   string `json:"field"` // weights.space; "" for the file as a whole
	Message string `json:"message"`
}

// Read returns the policy of a YAML file. A field that the file leaves out has
// the default; one that no policy has is a mistake, and so is a value that
// Policy.Validate refuses. With mistakes the policy is nil.
func Read(data []byte, lang i18n.Lang) (*matching.Policy, []Mistake) {
	if len(data) > MaxBytes {
		return nil, []Mistake{{Message: lang.T("policy.too_large", map[string]any{"KB": MaxBytes >> 10})}}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, []Mistake{syntax(err, lang)}
	}
	fields := fieldLines(file)
	var mistakes []Mistake
	known := knownFields(reflect.TypeFor[matching.Policy](), "")
	for _, f := range fields {
		if !slices.Contains(known, f.path) {
			mistakes = append(mistakes, Mistake{f.line, f.path, lang.T("policy.unknown_field", map[string]any{"Field": f.path})})
		}
	}
	if mistakes != nil {
		return nil, mistakes
	}
	policy := matching.DefaultPolicy()
	if mistake := decode(data, policy, fields, lang); mistake != nil {
		return nil, []Mistake{*mistake}
	}
	for _, p := range policy.Validate() {
		mistakes = append(mistakes, Mistake{lineOf(fields, p.Field), p.Field, lang.T("matching.problem."+p.Code, p.Params)})
	}
	if mistakes != nil {
		return nil, mistakes
	}
	return policy, nil
}

// decode fills the policy, whose JSON names are those of the YAML.
func decode(data []byte, policy *matching.Policy, fields []fieldLine, lang i18n.Lang) *Mistake {
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		m := syntax(err, lang)
		return &m
	}
	if len(bytes.TrimSpace(asJSON)) == 0 || string(bytes.TrimSpace(asJSON)) == "null" {
		return nil // an empty file is the default policy
	}
	// A list replaces the default's; decoding into it would keep its tail.
	for _, f := range fields {
		switch f.path {
		case "space_steps":
			policy.SpaceSteps = nil
		case "demand_steps":
			policy.DemandSteps = nil
		case "security_steps":
			policy.SecuritySteps = nil
		case "stability_steps":
			policy.StabilitySteps = nil
		}
	}
	err = json.Unmarshal(asJSON, policy)
	var typed *json.UnmarshalTypeError
	switch e := err.(type) {
	case nil:
		return nil
	case *json.UnmarshalTypeError:
		typed = e
		return &Mistake{lineOf(fields, typed.Field), typed.Field, lang.T("policy.wrong_type", map[string]any{"Field": typed.Field, "Value": typed.Value})}
	}
	return &Mistake{Message: lang.T("policy.syntax", map[string]any{"What": "YAML"})}
}

// syntax makes a mistake of an error of the YAML parser.
func syntax(err error, lang i18n.Lang) Mistake {
	m := Mistake{Message: lang.T("policy.syntax", map[string]any{"What": firstLine(err.Error())})}
	if e, ok := err.(yaml.Error); ok {
		if t := e.GetToken(); t != nil && t.Position != nil {
			m.Line = t.Position.Line
		}
		m.Message = lang.T("policy.syntax", map[string]any{"What": e.GetMessage()})
	}
	return m
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// fieldLine is where a field stands in a file.
type fieldLine struct {
	path string
	line int
}

// fieldLines lists the mapping keys of a file, as paths.
func fieldLines(file *ast.File) []fieldLine {
	var out []fieldLine
	var walk func(node ast.Node, prefix string)
	walk = func(node ast.Node, prefix string) {
		switch n := node.(type) {
		case *ast.MappingNode:
			for _, v := range n.Values {
				walk(v, prefix)
			}
		case *ast.MappingValueNode:
			path := prefix + strings.Trim(n.Key.String(), `"'`)
			out = append(out, fieldLine{path, n.Key.GetToken().Position.Line})
			walk(n.Value, path+".")
		case *ast.SequenceNode:
			for _, v := range n.Values {
				walk(v, prefix)
			}
		}
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			walk(doc.Body, "")
		}
	}
	return out
}

func lineOf(fields []fieldLine, path string) int {
	for _, f := range fields {
		if f.path == path {
			return f.line
		}
	}
	return 0
}

// knownFields lists the paths of a policy's fields by their JSON names.
func knownFields(t reflect.Type, prefix string) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := prefix + f.Tag.Get("json")
		out = append(out, name)
		switch {
		case f.Type.Kind() == reflect.Struct:
			out = append(out, knownFields(f.Type, name+".")...)
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			out = append(out, knownFields(f.Type.Elem(), name+".")...)
		}
	}
	return out
}

// Write returns the policy as YAML, each field with what it means in the
// language. Read of it gives the same policy.
func Write(p *matching.Policy, lang i18n.Lang) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", lang.T("policy.heading", map[string]any{"Engine": matching.EngineVersion, "Hash": p.Hash()}))
	if err := writeFields(&b, reflect.ValueOf(*p), "", "", lang); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeFields(b *bytes.Buffer, v reflect.Value, prefix, indent string, lang i18n.Lang) error {
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("json")
		key := "policy.field." + prefix + name
		if text := lang.T(key, nil); text != key {
			fmt.Fprintf(b, "%s# %s\n", indent, text)
		}
		if v.Field(i).Kind() == reflect.Struct {
			fmt.Fprintf(b, "%s%s:\n", indent, name)
			if err := writeFields(b, v.Field(i), prefix+name+".", indent+"  ", lang); err != nil {
				return err
			}
			continue
		}
		value, err := json.Marshal(v.Field(i).Interface()) // JSON is YAML's flow form
		if err != nil {
			return apperr.Wrap(err, apperr.Invalid, "The policy holds a number that cannot be written.")
		}
		fmt.Fprintf(b, "%s%s: %s\n", indent, name, bytes.ReplaceAll(bytes.ReplaceAll(value, []byte(`,`), []byte(`, `)), []byte(`":`), []byte(`": `)))
	}
	return nil
}

// Schema returns a JSON Schema (2020-12) of the file, for editors.
func Schema(lang i18n.Lang) ([]byte, error) {
	schema := objectSchema(reflect.ValueOf(*matching.DefaultPolicy()), "", lang)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "Boligklar matching policy"
	return json.MarshalIndent(schema, "", "  ")
}

func objectSchema(v reflect.Value, prefix string, lang i18n.Lang) map[string]any {
	properties := map[string]any{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("json")
		var s map[string]any
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			s = objectSchema(f, prefix+name+".", lang)
		case reflect.Slice:
			items := map[string]any{"type": "number", "minimum": 0, "maximum": 1}
			if f.Type().Elem().Kind() == reflect.Struct {
				items = objectSchema(reflect.New(f.Type().Elem()).Elem(), prefix+name+".", lang)
			}
			s = map[string]any{"type": "array", "items": items, "default": f.Interface()}
		case reflect.Int:
			s = map[string]any{"type": "integer", "minimum": 0, "default": f.Interface()}
		default:
			s = map[string]any{"type": "number", "minimum": 0, "default": f.Interface()}
		}
		key := "policy.field." + prefix + name
		if text := lang.T(key, nil); text != key {
			s["description"] = text
		}
		properties[name] = s
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}
