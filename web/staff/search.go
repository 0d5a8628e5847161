package staff

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/web/page"
)

// listings is the list of listings: search as one types, filters with counts.
func (s *Staff) listings() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "listing.all", Path: listingsPath, May: auth.Staff, Place: 20}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: listingsPath, May: auth.Staff, Handle: s.searchListings},
			{Method: http.MethodPost, Path: "/listings/saved", May: auth.Staff, Handle: s.saveSearch},
			{Method: http.MethodPost, Path: "/listings/saved/delete", May: auth.Staff, Handle: s.deleteSearch},
		},
	}
}

type listingsPage struct {
	page.Frame
	Form    *page.Form
	Hidden  []hiddenField // the filters, which the form keeps
	Saved   []savedLink
	Query   string // of the address, to be saved
	Alerts  []string
	Total   int
	Order   string // of the rows, in words
	Chips   []chip
	Without []chip // what could be left out where no home answers to all, with what would be found
	Facets  []facet
	Rows    []listingRow
	Pages   page.Pagination
	AnyNear bool
	Files   listFiles

	MaySynonyms bool // the reader may say which words mean the same
}

type hiddenField struct{ Name, Value string }

type savedLink struct{ ID, Name, Path string }

// chip is something that narrows the list, with the way to be rid of it.
type chip struct{ Text, Without string }

type facet struct {
	Name   string
	Label  string
	Open   bool
	Values []facetValue
}

type facetValue struct {
	Label  string
	Count  int
	Path   string // puts the value on, or takes it off
	Chosen bool
}

type listingRow struct {
	Path                               string
	Title, Place, Type, Size, Landlord template.HTML
	Rent                               *int
	Available                          string
	Status                             []page.Tag
	Distance                           string
}

const listingsOnPage = 25

// searchListings shows the listings that answer to the address: q, near, sort
// and one parameter a filter.
func (s *Staff) searchListings(c *page.Context) error {
	query := c.Request.URL.Query()
	p := &listingsPage{Frame: page.Frame{Title: "listing.all"}, Form: c.NewForm(query, 0), MaySynonyms: c.Can(mayEditSynonyms)}
	req := listingsRequest(c)
	req.Limit, req.Offset = listingsOnPage, (c.PageNumber()-1)*listingsOnPage
	for i := range req.Filters {
		f := &req.Filters[i]
		p.Hidden = append(p.Hidden, hiddenField{f.Field, strings.Join(chosenValues(c, f.Field), ",")})
		p.Chips = append(p.Chips, chip{s.filterText(c, f), c.With(f.Field, "")})
	}
	answer, err := s.Finder.Search(c.Ctx(), req)
	if apperr.CodeOf(err) == apperr.Invalid && (req.Near != "" || req.Sort != "") { // a place without coordinates
		p.Alerts = append(p.Alerts, c.Lang.Error(err))
		req.Near, req.Sort = "", ""
		answer, err = s.Finder.Search(c.Ctx(), req)
	}
	if err != nil {
		return err
	}
	s.fillListings(c, p, answer)
	query.Del("page")
	query.Del("lang")
	p.Query = query.Encode()
	p.Files = filesOf(c, string(importers.Listings), true)
	if p.Saved, err = s.savedLinks(c); err != nil {
		return err
	}
	return c.Render("staff/listings", p)
}

// listingsRequest is what the address asks for, without the page.
func listingsRequest(c *page.Context) search.Request {
	req := search.Request{Query: c.Query("q"), Sort: c.Query("sort"), Near: strings.TrimSpace(c.Query("near"))}
	for _, field := range search.Fields {
		f, err := search.ParseFilter(field.Name, strings.Join(chosenValues(c, field.Name), ","))
		if err == nil { // else none, or an address that somebody has written by hand
			req.Filters = append(req.Filters, f)
		}
	}
	return req
}

func (s *Staff) fillListings(c *page.Context, p *listingsPage, answer *finder.Answer) {
	p.Total, p.AnyNear, p.Order = answer.Total, answer.Plan.Near.HasPoint, orderText(c, answer.Plan)
	if answer.Engine == "store" {
		p.Alerts = append(p.Alerts, c.T("listings.down", nil))
	}
	if answer.Relaxed {
		p.Alerts = append(p.Alerts, c.T("listings.relaxed", nil))
	}
	if answer.LeftOut != nil {
		p.Alerts = append(p.Alerts, c.T("listings.left_out", map[string]any{"Text": answer.LeftOut.Text}))
	}
	for i := range answer.Plan.Recognised {
		if r := &answer.Plan.Recognised[i]; r.Op != "~" { // else still words
			p.Chips = append(p.Chips, typedChip(c, r))
		}
	}
	for _, w := range answer.Without {
		p.Without = append(p.Without, s.withoutChip(c, answer.Plan, w))
	}
	for _, f := range search.Facets() {
		p.Facets = append(p.Facets, s.facetOf(c, f, answer.Facets[f.Name]))
	}
	for i := range answer.Hits {
		p.Rows = append(p.Rows, s.listingRow(c, &answer.Hits[i], answer.Plan.Day, p.AnyNear))
	}
	p.Pages = c.Paginate(c.PageNumber(), (answer.Total+listingsOnPage-1)/listingsOnPage)
}

// typedChip is a part of the query that is a filter, with the query without it.
func typedChip(c *page.Context, r *search.Recognised) chip {
	typed := c.Query("q")
	if r.End > len(typed) {
		return chip{r.Text, c.With("q", "")}
	}
	return chip{r.Text, c.With("q", strings.Join(strings.Fields(typed[:r.Start]+" "+typed[r.End:]), " "))}
}

// withoutChip says what would be found without a part of the search, and leads
// there.
func (s *Staff) withoutChip(c *page.Context, p *search.Plan, w search.Without) chip {
	var part chip
	switch said := p.SaidAs(w.Filter); {
	case w.Filter == search.TheWords:
		part = chip{c.T("listings.words", nil), c.With("q", p.FiltersOf(c.Query("q")))}
	case said != nil:
		part = typedChip(c, said)
	default:
		f := &p.Filters[w.Filter]
		part = chip{s.filterText(c, f), c.With(f.Field, "")}
	}
	part.Text = c.T("listings.without_finds", map[string]any{"Text": part.Text, "N": w.Total})
	return part
}

// facetOf lists a field's values: the known ones in their own order, else the
// most frequent first.
func (s *Staff) facetOf(c *page.Context, f *search.Field, counts map[string]int) facet {
	chosen := chosenValues(c, f.Name)
	out := facet{Name: f.Name, Label: fieldLabel(c, f.Name), Open: len(chosen) > 0}
	values := slices.Clone(f.Values)
	if values == nil {
		for v := range counts {
			values = append(values, v)
		}
		slices.SortFunc(values, func(a, b string) int {
			if f.Kind == search.KindNumber {
				if len(a) != len(b) && f.Name == "bedrooms" {
					return len(a) - len(b)
				}
				return bandOrder(a) - bandOrder(b)
			}
			if counts[a] != counts[b] {
				return counts[b] - counts[a]
			}
			return strings.Compare(a, b)
		})
	}
	if counts[search.Unknown] > 0 && !slices.Contains(values, search.Unknown) {
		values = append(values, search.Unknown)
	}
	for _, v := range values {
		on := slices.Contains(chosen, v)
		if counts[v] == 0 && !on {
			continue
		}
		next := append(slices.Clone(chosen), v)
		if on {
			next = slices.DeleteFunc(slices.Clone(chosen), func(w string) bool { return w == v })
		}
		out.Values = append(out.Values, facetValue{Label: valueLabel(c, f.Name, v), Count: counts[v], Path: c.With(f.Name, strings.Join(next, ",")), Chosen: on})
	}
	return out
}

// bandOrder sorts numbers and bands by where they begin, the unknown last.
func bandOrder(v string) int {
	n, digits := 0, 0
	for _, r := range v {
		if r < '0' || r > '9' {
			break
		}
		n, digits = n*10+int(r-'0'), digits+1
	}
	if digits == 0 {
		return 1 << 30
	}
	return n
}

func chosenValues(c *page.Context, name string) (out []string) {
	for _, list := range c.Request.URL.Query()[name] {
		for v := range strings.SplitSeq(list, ",") {
			if v = strings.TrimSpace(v); v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}

func fieldLabel(c *page.Context, name string) string {
	if f := importers.ListingSchema.Field(name); f != nil {
		return f.Header(c.Lang)
	}
	return c.T("listings.field."+name, nil)
}

// valueLabel is what a facet's value is called.
func valueLabel(c *page.Context, name, value string) string {
	switch {
	case value == search.Unknown:
		return c.T("listings.unknown", nil)
	case value == "true":
		return c.T("form.yes", nil)
	case value == "false":
		return c.T("form.no", nil)
	case name == "availability":
		return c.T("listings.availability."+value, nil)
	}
	if f := importers.ListingSchema.Field(name); f != nil {
		for i := range f.Choices {
			if f.Choices[i].Value == value {
				return f.Choices[i].Word(c.Lang)
			}
		}
	}
	return value
}

// filterText is a filter on a chip.
func (s *Staff) filterText(c *page.Context, f *search.Filter) string {
	var values []string
	for v := range strings.SplitSeq(f.String(), ",") {
		values = append(values, valueLabel(c, f.Field, v))
	}
	return fieldLabel(c, f.Field) + ": " + strings.Join(values, ", ")
}

func (s *Staff) listingRow(c *page.Context, h *search.Hit, day search.Day, near bool) listingRow {
	l := &h.Listing
	marked := func(field, text string) template.HTML {
		if m, ok := h.Highlights[field]; ok {
			return template.HTML(m) // escaped by the search, but for <mark>
		}
		return template.HTML(template.HTMLEscapeString(text))
	}
	row := listingRow{Path: listingsPath + "/" + h.ID, Title: marked("address", l.Address), Place: marked("postal_place", l.PostalPlace), Landlord: marked("landlord_name", l.LandlordName),
		Type: template.HTML(template.HTMLEscapeString(valueLabel(c, "dwelling_type", string(l.DwellingType)))), Rent: l.Rent, Status: offerTags(c, l, day)}
	for _, f := range facts(c, importers.ListingSchema, l, "bedrooms") {
		row.Size = template.HTML(template.HTMLEscapeString(f.Value))
	}
	if l.AvailableFrom != 0 {
		row.Available = c.Words().Date(l.AvailableFrom)
	}
	switch {
	case h.Distance != nil:
		row.Distance = c.T("listings.km", map[string]any{"Km": int(*h.Distance + 0.5)})
	case near:
		row.Distance = c.T("listings.no_point", nil)
	}
	return row
}

// orders are the choices of the list's order; without one the query decides, and
// the place to measure from.
var orders = []string{"", "relevance", "rent", "-rent", "available_from", "-confirmed_on", "distance"}

func orderLabel(lang i18n.Lang, order string) string {
	switch order {
	case "":
		order = "auto"
	case "-rent":
		order = "rent_desc"
	}
	return lang.T("listings.sort."+strings.TrimPrefix(order, "-"), nil)
}

// orderText says in what order the rows stand, where it is one of the choices and
// there is more than one order to speak of.
func orderText(c *page.Context, p *search.Plan) string {
	order := p.Sort
	if p.Desc {
		order = "-" + order
	}
	if !slices.Contains(orders, order) || order == "relevance" && len(p.Clauses) == 0 {
		return ""
	}
	return orderLabel(c.Lang, order)
}

// Sorts are the choices of the list's order.
func (p *listingsPage) Sorts() []page.Choice {
	var out []page.Choice
	for _, order := range orders {
		out = append(out, page.Choice{Value: order, Label: orderLabel(p.Lang, order)})
	}
	return out
}

func (s *Staff) savedLinks(c *page.Context) (out []savedLink, err error) {
	list, err := s.Finder.Saved(c.Ctx(), c.Who())
	for _, rec := range list {
		out = append(out, savedLink{rec.ID, rec.Value.Name, listingsPath + "?" + rec.Value.Query})
	}
	return out, err
}

func (s *Staff) saveSearch(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(form.Text("query"))
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "The search cannot be saved: its address makes no sense.")
	}
	back := listingsPath + "?" + query.Encode()
	err = s.Finder.Save(c.Ctx(), finder.SavedFilter{User: c.Who(), Name: form.Text("name"), Query: query.Encode()})
	if errors.Is(err, finder.ErrNoName) {
		return c.Warn(back, "listings.no_name", nil)
	}
	if err != nil {
		return err
	}
	return c.Redirect(back, "listings.saved", nil)
}

func (s *Staff) deleteSearch(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Finder.Forget(c.Ctx(), c.Who(), form.Text("id")); err != nil {
		return err
	}
	return c.Redirect(listingsPath, "listings.forgotten", nil)
}
