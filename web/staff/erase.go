package staff

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

type erasurePage struct {
	page.Frame
	ID   string
	Form *page.Form
}

func (s *Staff) showErasure(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	return s.renderErasure(c, c.NewForm(nil, rec.Version), &rec)
}

func (s *Staff) renderErasure(c *page.Context, form *page.Form, rec *office.HouseholdRecord) error {
	return c.RenderStatus(form.Status(), "staff/household-erase", &erasurePage{ID: rec.ID, Form: form,
		Frame: page.Frame{Title: "erase.title", Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}, {Label: rec.Value.Key, Path: householdsPath + "/" + rec.ID}}}})
}

// eraseHousehold asks for the reference to be written: this cannot be taken back.
func (s *Staff) eraseHousehold(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := s.household(c)
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
