package staff

import (
	"cmp"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// erasurePage asks for the name of what is erased to be written: it cannot be taken
// back. Its sentences begin with Says.
type erasurePage struct {
	page.Frame
	Says string // erase, erase.landlord
	Path string // of what is erased
	Form *page.Form
	Also []office.LandlordLine // other landlords that may be the same person
}

func (s *Staff) showErasure(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	return s.renderErasure(c, c.NewForm(nil, rec.Version), &rec)
}

func (s *Staff) renderErasure(c *page.Context, form *page.Form, rec *office.HouseholdRecord) error {
	path := householdsPath + "/" + rec.ID
	return c.RenderStatus(form.Status(), "staff/erase", &erasurePage{Says: "erase", Path: path, Form: form,
		Frame: page.Frame{Title: "erase.title", Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}, {Label: rec.Value.Key, Path: path}}}})
}

func (s *Staff) eraseHousehold(c *page.Context) error {
	form, rec, err := s.sentAbout(c)
	if err != nil {
		return err
	}
	if form.Text("ref") != rec.Value.Key {
		form.Fail("ref", "erase.other_ref", map[string]any{"Ref": rec.Value.Key})
		return s.renderErasure(c, form, &rec)
	}
	err = s.Office.EraseHousehold(c.Ctx(), rec.ID, form.Version, c.Who())
	switch apperr.CodeOf(err) {
	case "":
		return c.Redirect(householdsPath, "erase.done", nil)
	case apperr.Conflict:
		return c.Warn(householdsPath+"/"+rec.ID, "erase.changed", nil)
	case apperr.Invalid:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
		return s.renderErasure(c, form, &rec)
	}
	return err
}

func (s *Staff) showLandlordErasure(c *page.Context) error {
	h, err := s.Office.LandlordHistory(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderLandlordErasure(c, c.NewForm(nil, 0), &h)
}

func (s *Staff) renderLandlordErasure(c *page.Context, form *page.Form, h *office.History) error {
	s.saw(c, "landlords", h.ID)
	path := landlordsPath + "/" + h.ID
	p := &erasurePage{Says: "erase.landlord", Path: path, Form: form,
		Frame: page.Frame{Title: "erase.landlord.title", Crumbs: []page.Crumb{{Label: "landlord.title", Path: landlordsPath}, {Label: landlordName(h), Path: path}}}}
	all, err := s.Office.LandlordList(c.Ctx(), "")
	if err != nil {
		return err
	}
	for _, other := range all {
		if a, b := other.Landlord, h.Landlord; other.ID != h.ID && (same(a.Name, b.Name) || same(a.Email, b.Email)) {
			p.Also = append(p.Also, other)
		}
	}
	return c.RenderStatus(form.Status(), "staff/erase", p)
}

func (s *Staff) eraseLandlord(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	h, err := s.Office.LandlordHistory(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	if !same(form.Text("ref"), landlordName(&h)) {
		form.Fail("ref", "erase.other_ref", map[string]any{"Ref": landlordName(&h)})
		return s.renderLandlordErasure(c, form, &h)
	}
	switch err := s.Office.EraseLandlord(c.Ctx(), h.ID, c.Who()); apperr.CodeOf(err) {
	case "":
		return c.Redirect(landlordsPath, "erase.landlord.done", nil)
	case apperr.Invalid:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
		return s.renderLandlordErasure(c, form, &h)
	default:
		return err
	}
}

// landlordName is what a landlord is called: somebody without a name by how they are
// reached.
func landlordName(h *office.History) string {
	return cmp.Or(h.Landlord.Name, h.Landlord.Phone, h.Landlord.Email)
}

// same reports whether two texts are one but for case and spaces, and not empty.
func same(a, b string) bool {
	fold := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return fold(a) != "" && strings.EqualFold(fold(a), fold(b))
}
