package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// unitForms are the forms that correct what is known of a unit: the unit itself with
// its details, its stays and its periods out of order.
func (s *Staff) unitForms() []page.Route {
	return []page.Route{
		{Method: http.MethodGet, Path: "/units/new", May: auth.Staff, Handle: s.newUnit},
		{Method: http.MethodPost, Path: "/units/new", May: auth.Staff, Handle: s.createUnit},
		{Method: http.MethodGet, Path: "/units/:id/edit", May: auth.Staff, Handle: s.showUnitForm},
		{Method: http.MethodPost, Path: "/units/:id/edit", May: auth.Staff, Handle: s.editUnit},
		{Method: http.MethodGet, Path: "/units/:id/stays/:stay", May: auth.Staff, Handle: s.showStayForm},
		{Method: http.MethodPost, Path: "/units/:id/stays/:stay", May: auth.Staff, Handle: s.editStay},
		{Method: http.MethodPost, Path: "/units/:id/stays/:stay/remove", May: auth.Staff, Handle: s.removeStay},
		{Method: http.MethodGet, Path: "/units/:id/outages/:outage", May: auth.Staff, Handle: s.showOutageForm},
		{Method: http.MethodPost, Path: "/units/:id/outages/:outage", May: auth.Staff, Handle: s.editOutage},
		{Method: http.MethodPost, Path: "/units/:id/outages/:outage/remove", May: auth.Staff, Handle: s.removeOutage},
	}
}

const unitsPath = "/units"

var unitForm = recordForm[vacancy.Unit]{
	schema: importers.UnitSchema,
	sections: []section{
		{Title: "units.section.home", Names: []string{"unit_ref", "address", "postal_code", "bedrooms", "kobo_id"}},
		{Title: "units.section.terms", Names: []string{"ownership", "rent", "in_service_from", "in_service_to", "lease_in_ends"}},
	},
	hints: map[string]string{"in_service_to": "units.hint.in_service_to", "rent": "units.hint.rent"},
}

var stayForm = recordForm[vacancy.Occupancy]{
	schema:   importers.OccupancySchema,
	sections: []section{{Title: "units.section.stay", Names: []string{"unit_ref", "household_ref", "persons", "from", "to", "reason"}}},
	hints:    map[string]string{"to": "units.hint.to"},
}

// detailsVersion carries the version of the details through the form.
const detailsVersion = "details_version"

// unitValues is what the form shows of a unit and its details.
func unitValues(u *office.UnitAndDetails) url.Values {
	out := unitForm.values(&u.Unit)
	for name, text := range office.DetailTexts(&u.Details) {
		if text != "" {
			out.Set(name, text)
		}
	}
	return out
}

// readDetails returns the details of the form.
func readDetails(form *page.Form) vacancy.Details {
	return vacancy.Details{
		Purpose: vacancy.Purpose(form.Text("purpose")), District: form.Text("district"), AreaM2: form.Int("area_m2"), SharedFlat: form.Text("shared_flat"),
		Lessor: form.Text("lessor"), LeaseRent: form.Int("lease_rent"), NoticeMonths: form.Int("notice_months"),
	}
}

// detailSection returns the details as fields of a form.
func detailSection(c *page.Context, form *page.Form) (section, error) {
	out := section{Title: "units.section.details"}
	purposes := []page.Choice{{Label: c.T("form.unknown", nil)}}
	for _, p := range vacancy.Purposes {
		purposes = append(purposes, page.Choice{Value: string(p), Label: c.T("vacancy.purpose."+string(p), nil)})
	}
	for _, name := range office.DetailFields {
		w := widget{Kind: "field"}
		var options []string
		switch name {
		case "lease_rent":
			options = []string{"number", "suffix:kr", "hint:units.hint.lease_rent"}
		case "area_m2":
			options = []string{"number", "suffix:m²"}
		case "notice_months":
			options = []string{"number"}
		case "shared_flat", "district":
			options = []string{"hint:units.hint." + name}
		}
		var err error
		if name == "purpose" {
			w.Kind = "select"
			w.Field, err = form.Choose(name, "reports.column.purpose", purposes)
		} else {
			w.Field, err = form.Field(name, "reports.column."+name, options...)
		}
		if err != nil {
			return out, err
		}
		out.Widgets = append(out.Widgets, w)
	}
	return out, nil
}

func unitLabel(c *page.Context) func(string) string {
	label := unitForm.label(c)
	return func(name string) string {
		if unitForm.schema.Field(name) == nil {
			return c.T("reports.column."+name, nil)
		}
		return label(name)
	}
}

func (s *Staff) newUnit(c *page.Context) error { return s.renderUnitForm(c, c.NewForm(nil, 0), "") }

func (s *Staff) renderUnitForm(c *page.Context, form *page.Form, id string) error {
	p := &recordPage{Frame: page.Frame{Title: "units.new", Crumbs: []page.Crumb{{Label: "units.menu", Path: unitsPath}}}, Action: unitsPath + "/new", Cancel: unitsPath}
	if id != "" {
		p.Title, p.Action, p.Cancel = "units.edit", unitsPath+"/"+id+"/edit", unitsPath+"/"+id
		p.Hidden = map[string]string{detailsVersion: form.Text(detailsVersion)}
	}
	details, err := detailSection(c, form)
	if err != nil {
		return err
	}
	p.More = []section{details}
	return renderForm(c, &unitForm, form, p)
}

func (s *Staff) createUnit(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	u, d := unitForm.read(c, form, vacancy.Unit{}), readDetails(form)
	if form.Valid() {
		saved, err := s.Office.CreateUnitAndDetails(c.Ctx(), u, d, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(unitsPath+"/"+saved.ID, "units.done", nil)
		}
	}
	return s.renderUnitForm(c, form, "")
}

func (s *Staff) showUnitForm(c *page.Context) error {
	u, err := s.Office.UnitAndDetails(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	form := c.NewForm(unitValues(&u), u.Version)
	form.Values.Set(detailsVersion, strconv.FormatInt(u.DetailsVersion, 10))
	return s.renderUnitForm(c, form, u.ID)
}

func (s *Staff) editUnit(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	u, err := s.Office.UnitAndDetails(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	read, _ := strconv.ParseInt(form.Text(detailsVersion), 10, 64) // a forged one is a conflict
	form.Values.Del(detailsVersion)
	record, details := unitForm.read(c, form, u.Unit), readDetails(form)
	if form.Version != u.Version || read != u.DetailsVersion {
		form.Merge(unitValues(&u), u.Version, unitLabel(c))
	}
	if form.Valid() && len(form.Conflicts) == 0 {
		u.Unit, u.Details = record, details
		err := s.Office.EditUnitAndDetails(c.Ctx(), u, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(unitsPath+"/"+u.ID, "units.done", nil)
		}
	}
	form.Values.Set(detailsVersion, strconv.FormatInt(u.DetailsVersion, 10))
	return s.renderUnitForm(c, form, u.ID)
}

func (s *Staff) showStayForm(c *page.Context) error {
	rec, err := s.Office.Occupancy(c.Ctx(), c.Param("stay"))
	if err != nil {
		return err
	}
	return s.renderStayForm(c, c.NewForm(stayForm.values(&rec.Value.Record), rec.Version), rec.ID)
}

func (s *Staff) renderStayForm(c *page.Context, form *page.Form, id string) (err error) {
	back := unitsPath + "/" + c.Param("id")
	p := &recordPage{Frame: page.Frame{Title: "units.edit_stay", Crumbs: []page.Crumb{{Label: "units.menu", Path: unitsPath}, {Label: form.Text("unit_ref"), Path: back}}},
		Action: back + "/stays/" + id, Cancel: back, Remove: "units.remove_stay"}
	if p.Events, p.Pages, err = s.timeline(c, "occupancies", id); err != nil {
		return err
	}
	p.History = true
	s.sawHouseholds(c, form.Text("household_ref"))
	return renderForm(c, &stayForm, form, p)
}

func (s *Staff) editStay(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := s.Office.Occupancy(c.Ctx(), c.Param("stay"))
	if err != nil {
		return err
	}
	stay := stayForm.read(c, form, rec.Value.Record)
	if form.Version != rec.Version {
		form.Merge(stayForm.values(&rec.Value.Record), rec.Version, stayForm.label(c))
	}
	if form.Valid() && len(form.Conflicts) == 0 {
		_, err := s.Office.EditOccupancy(c.Ctx(), office.Edit[vacancy.Occupancy]{ID: rec.ID, Version: rec.Version, Record: stay}, c.Who())
		if apperr.CodeOf(err) == apperr.Duplicate { // the unit's second open stay
			form.Fail("to", "units.second_open", nil)
			err = nil
		}
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(unitsPath+"/"+c.Param("id"), "units.corrected", nil)
		}
	}
	return s.renderStayForm(c, form, rec.ID)
}

func (s *Staff) removeStay(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	return s.removed(c, s.Office.RemoveOccupancy(c.Ctx(), c.Param("stay"), form.Version, c.Who()))
}

// removed goes back to the unit, with a word where somebody else was faster.
func (s *Staff) removed(c *page.Context, err error) error {
	back := unitsPath + "/" + c.Param("id")
	switch apperr.CodeOf(err) {
	case "":
		return c.Redirect(back, "units.removed", nil)
	case apperr.Conflict, apperr.NotFound:
		return c.Warn(back, "units.changed_meanwhile", nil)
	}
	return err
}

func outageValues(o *vacancy.Outage) url.Values {
	return url.Values{"from": {o.From.String()}, "to": {o.To.String()}, "outage": {string(o.Reason)}}
}

// outageOf returns the unit and the period out of order that the address names.
func (s *Staff) outageOf(c *page.Context) (ref string, rec office.OutageRecord, err error) {
	unit, err := s.Office.Unit(c.Ctx(), c.Param("id"))
	if err != nil {
		return "", rec, err
	}
	ref = unit.Value.Record.UnitRef
	all, err := s.Office.UnitOutages(c.Ctx(), ref)
	for _, o := range all {
		if o.ID == c.Param("outage") {
			return ref, o, err
		}
	}
	if err == nil {
		err = errNoPage
	}
	return ref, rec, err
}

func (s *Staff) showOutageForm(c *page.Context) error {
	ref, rec, err := s.outageOf(c)
	if err != nil {
		return err
	}
	return s.renderOutageForm(c, ref, c.NewForm(outageValues(&rec.Value.Fact), rec.Version))
}

func (s *Staff) renderOutageForm(c *page.Context, ref string, form *page.Form) error {
	back := unitsPath + "/" + c.Param("id")
	var fields section
	fields.Title = "units.section.outage"
	from, err1 := form.Field("from", "units.from", "date", "required")
	to, err2 := form.Field("to", "units.back_on", "date", "hint:units.hint.outage_to")
	why, err3 := form.Choose("outage", "units.outage", outageChoices(c), "required")
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return err
		}
	}
	fields.Widgets = []widget{{"field", from}, {"field", to}, {"select", why}}
	p := &recordPage{Frame: page.Frame{Title: "units.edit_outage", Crumbs: []page.Crumb{{Label: "units.menu", Path: unitsPath}, {Label: ref, Path: back}}},
		Action: back + "/outages/" + c.Param("outage"), Cancel: back, Remove: "units.remove_outage", More: []section{fields}}
	return renderForm(c, &recordForm[vacancy.Unit]{schema: importers.UnitSchema}, form, p)
}

func outageChoices(c *page.Context) (out []page.Choice) {
	for _, r := range vacancy.OutageReasons {
		out = append(out, page.Choice{Value: string(r), Label: c.T("vacancy.outage."+string(r), nil)})
	}
	return out
}

func (s *Staff) editOutage(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	ref, rec, err := s.outageOf(c)
	if err != nil {
		return err
	}
	out := vacancy.Outage{UnitRef: ref, From: form.Date("from"), To: form.Date("to"), Reason: vacancy.OutageReason(form.Text("outage"))}
	if form.Version != rec.Version {
		labels := map[string]string{"from": "units.from", "to": "units.back_on", "outage": "units.outage"}
		form.Merge(outageValues(&rec.Value.Fact), rec.Version, func(name string) string { return c.T(labels[name], nil) })
	}
	if form.Valid() && len(form.Conflicts) == 0 {
		err := s.Office.EditOutage(c.Ctx(), rec.ID, rec.Version, out, c.Who())
		if p, refused := asProblems(err); refused {
			form.FailAll(p.Problems, "units.problem.")
		} else if apperr.CodeOf(err) == apperr.Conflict {
			form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
		} else if err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(unitsPath+"/"+c.Param("id"), "units.corrected", nil)
		}
	}
	return s.renderOutageForm(c, ref, form)
}

func (s *Staff) removeOutage(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	ref, rec, err := s.outageOf(c)
	if err == nil {
		err = s.Office.RemoveOutage(c.Ctx(), ref, rec.ID, form.Version, c.Who())
	}
	return s.removed(c, err)
}
