package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Unknown is the value of a field that a listing does not state.
const Unknown = "unknown"

// Kind is how the values of a field compare.
type Kind uint8

// The kinds of fields.
const (
	KindChoice Kind = iota // one of a few values, or a set of them
	KindNumber             // a whole number; KindDate's too, counted in days
	KindDate
)

// Field is what a listing can be filtered by.
type Field struct {
	Name    string
	Aliases []string
	Kind    Kind
	Facet   bool
	// Values are the possible values of a choice in the order people see; nil
	// where they are names of places, compared folded.
	Values []string
	choice func(*Document, Day) []string
	number func(*Document) (int, bool)
}

// Day is the day that a search is made for.
type Day struct {
	On        civil.Date
	FreshDays int // how long a landlord's confirmation holds
}

// Fields lists every field, those with facets first.
var Fields = []*Field{
	{Name: "postal_place", Aliases: []string{"area", "place", "sted", "område", "omrade", "stad"}, Facet: true, choice: text(func(d *Document) string { return d.Listing.PostalPlace })},
	{Name: "dwelling_type", Aliases: []string{"type", "boligtype", "bustadtype"}, Facet: true, Values: names(landlords.DwellingTypes), choice: text(func(d *Document) string { return string(d.Listing.DwellingType) })},
	{Name: "bedrooms", Aliases: []string{"soverom", "beds"}, Kind: KindNumber, Facet: true, number: number(func(d *Document) *int { return d.Listing.Bedrooms })},
	{Name: "rent", Aliases: []string{"rent_band", "husleie", "leie", "pris", "price", "husleige"}, Kind: KindNumber, Facet: true, number: number(func(d *Document) *int { return d.Listing.Rent })},
	{Name: "accepted_security", Aliases: []string{"security", "sikkerhet", "tryggleik"}, Facet: true, Values: forms(), choice: func(d *Document, _ Day) []string {
		return orUnknown(d.Listing.AcceptedSecurity.Names())
	}},
	{Name: "employment_requirement", Aliases: []string{"employment", "jobb", "job"}, Facet: true, Values: names(landlords.EmploymentRequirements), choice: text(func(d *Document) string { return string(d.Listing.EmploymentRequirement) })},
	{Name: "step_free", Aliases: []string{"trinnfri"}, Facet: true, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.StepFree })},
	{Name: "pets", Aliases: []string{"husdyr", "dyr"}, Facet: true, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.Pets })},
	{Name: "furnished", Aliases: []string{"møblert", "moblert"}, Facet: true, Values: names(landlords.Furnishings), choice: text(func(d *Document) string { return string(d.Listing.Furnished) })},
	{Name: "status", Facet: true, Values: names(landlords.Statuses), choice: text(func(d *Document) string { return string(d.Listing.Status) })},
	{Name: "availability", Aliases: []string{"ledig", "ledighet"}, Facet: true, Values: []string{"open", "now", "later", "undated", "unconfirmed", "closed"}, choice: availability},
	{Name: "smoking", Aliases: []string{"røyking", "royking"}, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.Smoking })},
	{Name: "electricity_included", Aliases: []string{"electricity", "strøm", "strom", "straum"}, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.ElectricityIncluded })},
	{Name: "references_required", Aliases: []string{"references", "referanser"}, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.ReferencesRequired })},
	{Name: "follow_up_required", Aliases: []string{"follow_up"}, Values: yesNo, choice: boolean(func(d *Document) *bool { return d.Listing.FollowUpRequired })},
	{Name: "lease_kind", Values: names(landlords.LeaseKinds), choice: text(func(d *Document) string { return string(d.Listing.LeaseKind) })},
	{Name: "contract_form", Values: names(landlords.ContractForms), choice: text(func(d *Document) string { return string(d.Listing.ContractForm) })},
	{Name: "postal_code", Aliases: []string{"postnr", "postnummer"}, choice: text(func(d *Document) string { return d.Listing.PostalCode })},
	{Name: "municipality", Aliases: []string{"kommune"}, choice: text(func(d *Document) string { return d.Place.Municipality })},
	{Name: "landlord_name", Aliases: []string{"landlord", "utleier", "utleigar"}, choice: text(func(d *Document) string { return d.Listing.LandlordName })},
	{Name: "area_m2", Aliases: []string{"size", "areal", "kvm", "m2"}, Kind: KindNumber, number: number(func(d *Document) *int { return d.Listing.AreaM2 })},
	{Name: "deposit", Aliases: []string{"depositum"}, Kind: KindNumber, number: number(func(d *Document) *int { return d.Listing.Deposit })},
	{Name: "max_occupants", Aliases: []string{"occupants", "personer"}, Kind: KindNumber, number: number(func(d *Document) *int { return d.Listing.MaxOccupants })},
	{Name: "lease_months", Aliases: []string{"leietid"}, Kind: KindNumber, number: leaseMonths},
	{Name: "available_from", Aliases: []string{"ledig_fra", "date"}, Kind: KindDate, number: date(func(d *Document) civil.Date { return d.Listing.AvailableFrom })},
	{Name: "confirmed_on", Aliases: []string{"bekreftet"}, Kind: KindDate, number: date(func(d *Document) civil.Date { return d.Listing.ConfirmedOn })},
}

// RentBands are the values of the rent's facet.
var RentBands = []Range{{0, 4999}, {5000, 6999}, {7000, 8999}, {9000, 11999}, {12000, 14999}, {15000, maxNumber}}

const maxNumber = 1 << 30

// indefiniteMonths is how long a lease without an end counts as.
const indefiniteMonths = 999

var yesNo = []string{"true", "false"}

// fieldsByName has every name and alias, folded.
var fieldsByName = func() map[string]*Field {
	out := map[string]*Field{}
	for _, f := range Fields {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			out[Fold(name)] = f
		}
	}
	return out
}()

// FieldOf returns the field of a name or alias, nil where there is none.
func FieldOf(name string) *Field { return fieldsByName[Fold(name)] }

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func forms() []string {
	var out []string
	for _, f := range landlords.SecurityForms {
		out = append(out, f.String())
	}
	return out
}

func text(get func(*Document) string) func(*Document, Day) []string {
	return func(d *Document, _ Day) []string { return orUnknown(nonEmpty(get(d))) }
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func orUnknown(values []string) []string {
	if len(values) == 0 {
		return []string{Unknown}
	}
	return values
}

func boolean(get func(*Document) *bool) func(*Document, Day) []string {
	return func(d *Document, _ Day) []string {
		b := get(d)
		if b == nil {
			return []string{Unknown}
		}
		return []string{strconv.FormatBool(*b)}
	}
}

func number(get func(*Document) *int) func(*Document) (int, bool) {
	return func(d *Document) (int, bool) {
		n := get(d)
		if n == nil {
			return 0, false
		}
		return *n, true
	}
}

func date(get func(*Document) civil.Date) func(*Document) (int, bool) {
	return func(d *Document) (int, bool) { day := get(d); return int(day), day != 0 }
}

func leaseMonths(d *Document) (int, bool) {
	if d.Listing.LeaseKind == landlords.Indefinite {
		return indefiniteMonths, true
	}
	if d.Listing.LeaseMonths == nil {
		return 0, false
	}
	return *d.Listing.LeaseMonths, true
}

// availability is a set: whether the home is on offer, and when it is free.
func availability(d *Document, day Day) []string {
	out := []string{string(d.Availability(day.On, day.FreshDays))}
	if free := d.Listing.Free(day.On); free != "" {
		out = append(out, string(free))
	}
	return out
}

// Range is the numbers from Min to Max, both included.
type Range struct{ Min, Max int }

// Filter keeps the documents with one of the values, or in one of the ranges.
type Filter struct {
	Field  string   `json:"field"`
	Values []string `json:"values,omitempty"`
	Ranges []Range  `json:"ranges,omitempty"`
}

// Match reports whether a document passes the filter.
func (f *Filter) Match(d *Document, day Day) bool {
	field := FieldOf(f.Field)
	if field.Kind == KindChoice {
		for _, v := range field.choice(d, day) {
			if f.hasValue(field, v) {
				return true
			}
		}
		return false
	}
	n, known := field.number(d)
	if !known {
		return slices.Contains(f.Values, Unknown)
	}
	return f.InRange(n)
}

// InRange reports whether a number lies in one of the ranges.
func (f *Filter) InRange(n int) bool {
	for _, r := range f.Ranges {
		if r.Min <= n && n <= r.Max {
			return true
		}
	}
	return false
}

func (f *Filter) hasValue(field *Field, v string) bool {
	if field.Values != nil {
		return slices.Contains(f.Values, v)
	}
	for _, w := range f.Values {
		if w == v || FoldText(w) == FoldText(v) {
			return true
		}
	}
	return false
}

// FoldText folds a text word by word.
func FoldText(s string) string { return strings.Join(foldAll(s), " ") }

// CutFilter cuts FIELD=VALUE, FIELD<=VALUE, FIELD>VALUE and the like into what
// ParseFilter reads.
func CutFilter(text string) (name, value string, ok bool) {
	at := strings.IndexAny(text, "=<>")
	if at < 0 {
		return "", "", false
	}
	return text[:at], strings.TrimPrefix(text[at:], "="), true
}

// ParseFilter reads FIELD and VALUE of a form, an address or the command line.
// A choice takes values separated by commas; a number or date takes 3, 5000-7000,
// 5000..7000, ..7000, <=7000, <7000, >=3 and 3+. Errors: apperr.Invalid.
func ParseFilter(name, value string) (Filter, error) {
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	field := FieldOf(name)
	if field == nil {
		return Filter{}, apperr.New(apperr.Invalid, "There is no filter %q. The filters are: %s.", name, strings.Join(fieldNames(), ", ")).
			In("search.no_filter", map[string]any{"Name": name, "Names": strings.Join(fieldNames(), ", ")})
	}
	f := Filter{Field: field.Name}
	for part := range strings.SplitSeq(value, ",") {
		part = strings.TrimSpace(part)
		if !f.add(field, part) {
			return Filter{}, field.refuse(part)
		}
	}
	return f, nil
}

// refuse says which values a field takes.
func (f *Field) refuse(value string) error {
	params := map[string]any{"Name": f.Name, "Value": value}
	switch {
	case f.Values != nil:
		params["Values"] = strings.Join(append(slices.Clone(f.Values), Unknown), ", ")
		return apperr.New(apperr.Invalid, "The filter %s cannot be %q, only: %s.", f.Name, value, params["Values"]).In("search.bad_choice", params)
	case f.Kind == KindNumber:
		return apperr.New(apperr.Invalid, "The filter %s cannot be %q. Write a number, 5000-7000, <=7000, >=3, or unknown.", f.Name, value).In("search.bad_number", params)
	case f.Kind == KindDate:
		return apperr.New(apperr.Invalid, "The filter %s cannot be %q. Write a day as 2026-12-01, <=2026-12-01, 2026-12-01..2026-12-31, or unknown.", f.Name, value).In("search.bad_day", params)
	}
	return apperr.New(apperr.Invalid, "The filter %s has no value.", f.Name).In("search.no_value", params)
}

// Join makes one filter of those on one field: their values are alternatives, but a
// least and a most narrow each other.
func Join(filters []Filter) []Filter {
	var out []Filter
	for _, f := range filters {
		i := slices.IndexFunc(out, func(g Filter) bool { return g.Field == f.Field })
		if i < 0 {
			out = append(out, f)
			continue
		}
		g := &out[i]
		g.Values = append(slices.Clone(g.Values), f.Values...)
		if len(g.Ranges) == 1 && len(f.Ranges) == 1 && g.Ranges[0].isHalf() && f.Ranges[0].isHalf() && g.Ranges[0].Min != f.Ranges[0].Min && g.Ranges[0].Max != f.Ranges[0].Max {
			g.Ranges = []Range{{max(g.Ranges[0].Min, f.Ranges[0].Min), min(g.Ranges[0].Max, f.Ranges[0].Max)}}
			continue
		}
		g.Ranges = append(slices.Clone(g.Ranges), f.Ranges...)
	}
	return out
}

// isHalf reports whether a range has one end only.
func (r Range) isHalf() bool { return (r.Min == 0) != (r.Max == maxNumber) }

func fieldNames() []string {
	var out []string
	for _, f := range Fields {
		out = append(out, f.Name)
	}
	return out
}

var valueAliases = map[string]string{"ja": "true", "yes": "true", "nei": "false", "no": "false", "ukjent": Unknown, "ukjend": Unknown}

func (f *Filter) add(field *Field, part string) bool {
	if part == "" {
		return false
	}
	if alias, ok := valueAliases[strings.ToLower(part)]; ok && (alias == Unknown || slices.Equal(field.Values, yesNo)) {
		part = alias
	}
	if part == Unknown {
		f.Values = append(f.Values, part)
		return true
	}
	if field.Kind == KindChoice {
		if field.Values != nil {
			if part = strings.ToLower(part); !slices.Contains(field.Values, part) {
				return false
			}
		}
		f.Values = append(f.Values, part)
		return true
	}
	r, ok := parseRange(field.Kind, part)
	f.Ranges = append(f.Ranges, r)
	return ok
}

func parseRange(kind Kind, s string) (Range, bool) {
	read := func(s string, open int) (int, bool) {
		s = strings.TrimSpace(s)
		if s == "" {
			return open, true
		}
		if kind == KindDate {
			d, err := civil.Parse(s)
			return int(d), err == nil
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= 0 && n <= maxNumber
	}
	low, high := s, s
	switch {
	case strings.HasPrefix(s, "<="):
		low, high = "", s[2:]
	case strings.HasPrefix(s, ">="):
		low, high = s[2:], ""
	case strings.HasPrefix(s, "<"):
		n, ok := read(s[1:], 0)
		return Range{0, n - 1}, ok && n > 0
	case strings.HasPrefix(s, ">"):
		n, ok := read(s[1:], maxNumber)
		return Range{n + 1, maxNumber}, ok && n < maxNumber
	case strings.HasSuffix(s, "+"):
		low, high = s[:len(s)-1], ""
	case strings.Contains(s, ".."):
		low, high, _ = strings.Cut(s, "..")
	case kind == KindNumber && strings.Contains(s, "-"):
		low, high, _ = strings.Cut(s, "-")
	}
	if low == "" && high == "" {
		return Range{}, false
	}
	from, ok1 := read(low, 0)
	to, ok2 := read(high, maxNumber)
	return Range{from, to}, ok1 && ok2 && from <= to
}

// String returns the filter's value in the form that ParseFilter reads.
func (f *Filter) String() string {
	parts := slices.Clone(f.Values)
	isDate := FieldOf(f.Field).Kind == KindDate
	show := func(n int) string {
		switch {
		case n == 0 || n == maxNumber:
			return ""
		case isDate:
			return civil.Date(n).String()
		}
		return strconv.Itoa(n)
	}
	for _, r := range f.Ranges {
		switch {
		case r.Min == r.Max && isDate:
			parts = append(parts, show(r.Min))
		case r.Min == r.Max:
			parts = append(parts, strconv.Itoa(r.Min))
		case r == Range{0, maxNumber}: // any that is known
			parts = append(parts, "0..")
		default:
			parts = append(parts, show(r.Min)+".."+show(r.Max))
		}
	}
	return strings.Join(parts, ",")
}
