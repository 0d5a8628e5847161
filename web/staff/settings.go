package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/web/page"
)

// settings is what an administrator decides in the program itself.
func (s *Staff) settings() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/admin/settings", May: auth.Administrator, Handle: s.showSettings},
		{Method: http.MethodPost, Path: "/admin/settings", May: auth.Administrator, Handle: s.changeSettings},
	}}
}

type settingsPage struct {
	page.Frame
	Tabs []page.Tab
	Form *page.Form
}

func settingsValues(v settings.Settings) url.Values {
	return url.Values{"idle_minutes": {strconv.Itoa(v.IdleMinutes)}, "whole_hours": {strconv.Itoa(v.WholeHours)}, "audit_months": {strconv.Itoa(v.AuditMonths)},
		"contact_name": {v.ContactName}, "contact_phone": {v.ContactPhone}, "contact_email": {v.ContactEmail}, "notice": {v.Notice},
		"landlord_name": {v.LandlordName}, "landlord_phone": {v.LandlordPhone}, "landlord_email": {v.LandlordEmail}, "landlord_hours": {v.LandlordHours}, "claim_days": {strconv.Itoa(v.ClaimDays)}}
}

func (s *Staff) showSettings(c *page.Context) error {
	v, version, err := s.Settings.Get(c.Ctx())
	if err != nil {
		return err
	}
	return renderSettings(c, http.StatusOK, c.NewForm(settingsValues(v), version))
}

func renderSettings(c *page.Context, status int, form *page.Form) error {
	return c.RenderStatus(status, "admin/settings", &settingsPage{Frame: page.Frame{Title: "admin.settings"}, Tabs: adminTabs("admin.settings"), Form: form})
}

func (s *Staff) changeSettings(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	number := func(name string) int {
		n := form.Int(name)
		if n == nil {
			return 0
		}
		return *n
	}
	v := settings.Settings{IdleMinutes: number("idle_minutes"), WholeHours: number("whole_hours"), AuditMonths: number("audit_months"),
		ContactName: form.Text("contact_name"), ContactPhone: form.Text("contact_phone"), ContactEmail: form.Text("contact_email"), Notice: form.Text("notice"),
		LandlordName: form.Text("landlord_name"), LandlordPhone: form.Text("landlord_phone"), LandlordEmail: form.Text("landlord_email"), LandlordHours: form.Text("landlord_hours"), ClaimDays: number("claim_days")}
	if form.Valid() {
		form.FailAll(v.Validate(), "admin.settings.problem.")
	}
	if !form.Valid() {
		return renderSettings(c, http.StatusUnprocessableEntity, form)
	}
	err = s.Settings.Set(c.Ctx(), v, form.Version, c.Who())
	if apperr.CodeOf(err) == apperr.Conflict {
		theirs, version, err := s.Settings.Get(c.Ctx())
		if err != nil {
			return err
		}
		form.Merge(settingsValues(theirs), version, func(field string) string { return c.T("admin.settings."+field, nil) })
		return renderSettings(c, http.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/admin/settings", "admin.settings.saved", nil)
}
