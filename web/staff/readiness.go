package staff

import (
	"cmp"
	"errors"
	"net/url"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/web/page"
)

// checkView is an item of the readiness checklist.
type checkView struct {
	Item                households.Item
	Label               string
	State               page.Tag
	On, Until           civil.Date
	Evidence            string
	Progress            page.Field
	OnField, UntilField page.Field
	EvidenceField       page.Field
	BeganField          page.Field // of individual follow-up
	Module, Following   bool
}

func checkViews(c *page.Context, list households.Checklist, today civil.Date) (out []checkView) {
	for i, item := range households.Items {
		m := list[item]
		v := checkView{Item: item, Label: c.T("readiness.item."+string(item), nil), On: m.On, Until: m.ValidUntil, Evidence: m.Evidence, Module: i < len(households.Modules), Following: item == households.ModuleFollowing}
		switch {
		case m.Holds(today):
			v.State = page.Tag{Color: "success", Text: c.T("readiness.progress.done", nil)}
		case m.Progress == households.Done:
			v.State = page.Tag{Color: "danger", Text: c.T("readiness.expired", nil)}
		case m.Progress == households.Started:
			v.State = page.Tag{Color: "info", Text: c.T("readiness.progress.started", nil)}
		default:
			v.State = page.Tag{Color: "neutral", Text: c.T("readiness.progress.none", nil)}
		}
		out = append(out, v)
	}
	return out
}

type readinessPage struct {
	page.Frame
	ID    string
	Form  *page.Form
	Items []checkView
}

func (s *Staff) showReadiness(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	stored, err := s.Office.Readiness(c.Ctx(), rec.ID)
	if err != nil {
		return err
	}
	return s.renderReadiness(c, c.NewForm(readinessValues(stored.Value.Items), stored.Version), &rec)
}

func readinessValues(list households.Checklist) url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	for _, item := range households.Items {
		m, name := list[item], string(item)
		set(name, string(m.Progress))
		set(name+".on", m.On.String())
		set(name+".until", m.ValidUntil.String())
		if item == households.ModuleFollowing {
			set(name+".began", list.Began().String())
		}
		set(name+".evidence", m.Evidence)
	}
	return out
}

func (s *Staff) renderReadiness(c *page.Context, form *page.Form, rec *office.HouseholdRecord) (err error) {
	p := &readinessPage{ID: rec.ID, Form: form, Items: checkViews(c, nil, s.Office.Today()),
		Frame: page.Frame{Title: "readiness.title", Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}, {Label: rec.Value.Key, Path: householdsPath + "/" + rec.ID}}}}
	choices := []page.Choice{{Label: c.T("readiness.progress.none", nil)}}
	for _, progress := range []households.Progress{households.Started, households.Done} {
		choices = append(choices, page.Choice{Value: string(progress), Label: c.T("readiness.progress."+string(progress), nil)})
	}
	for i := range p.Items {
		v, name := &p.Items[i], string(p.Items[i].Item)
		var errs [5]error
		v.Progress, errs[0] = form.Choose(name, "readiness.progress", choices)
		v.OnField, errs[1] = form.Field(name+".on", "readiness.on", "date")
		v.EvidenceField, errs[2] = form.Field(name+".evidence", "readiness.evidence", "maxlength:300")
		if !v.Module {
			v.UntilField, errs[3] = form.Field(name+".until", "readiness.until", "date")
		}
		if v.Following {
			v.BeganField, errs[4] = form.Field(name+".began", "programme.began_on", "date", "hint:programme.began_hint")
		}
		if err = errors.Join(errs[:]...); err != nil {
			return err
		}
	}
	return c.RenderStatus(form.Status(), "staff/readiness", p)
}

func (s *Staff) saveReadiness(c *page.Context) error {
	form, rec, err := s.sentAbout(c)
	if err != nil {
		return err
	}
	list := households.Checklist{}
	for _, item := range households.Items {
		name := string(item)
		m := households.Mark{Progress: households.Progress(form.Text(name)), On: form.Date(name + ".on"), ValidUntil: form.Date(name + ".until"), Evidence: form.Text(name + ".evidence")}
		if item == households.ModuleFollowing && m.Progress != "" {
			m.Began = form.Date(name + ".began")
		}
		if m != (households.Mark{}) {
			list[item] = m
		}
	}
	if form.Valid() {
		err := s.Office.SetReadiness(c.Ctx(), office.Beside[office.Readiness]{Household: rec.ID, Version: form.Version, Value: office.Readiness{Items: list}}, c.Who())
		switch err = problemsOf(c, form, err); {
		case apperr.CodeOf(err) == apperr.Conflict:
			stored, err := s.Office.Readiness(c.Ctx(), rec.ID)
			if err != nil {
				return err
			}
			form.Merge(readinessValues(stored.Value.Items), stored.Version, func(name string) string {
				item, part, _ := strings.Cut(name, ".")
				if part == "began" {
					return c.T("programme.began_on", nil)
				}
				return c.T("readiness.item."+item, nil) + ": " + c.T("readiness."+cmp.Or(part, "progress"), nil)
			})
			return s.renderReadiness(c, form, &rec)
		case err != nil:
			return err
		case form.Valid():
			s.changed(c, "households", rec.Value.Key, "readiness")
			return c.Redirect(householdsPath+"/"+rec.ID, "readiness.saved", nil)
		}
	}
	return s.renderReadiness(c, form, &rec)
}

type contactsPage struct {
	page.Frame
	ID    string
	Form  *page.Form
	Users []page.Choice
}

func (s *Staff) showContacts(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	s.saw(c, "household_contacts", rec.Value.Key)
	stored, err := s.Office.Contacts(c.Ctx(), rec.ID)
	if err != nil {
		return err
	}
	return s.renderContacts(c, c.NewForm(contactsValues(stored.Value), stored.Version), &rec)
}

func contactsValues(k office.Contacts) url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"name": k.Name, "phone": k.Phone, "interpreter": k.Interpreter, "caseworker": k.Caseworker} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

func (s *Staff) renderContacts(c *page.Context, form *page.Form, rec *office.HouseholdRecord) error {
	users, err := s.caseworkers(c)
	if err != nil {
		return err
	}
	return c.RenderStatus(form.Status(), "staff/contacts", &contactsPage{ID: rec.ID, Form: form, Users: users,
		Frame: page.Frame{Title: "contacts.title", Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}, {Label: rec.Value.Key, Path: householdsPath + "/" + rec.ID}}}})
}

// caseworkers are the users who can be responsible for a household.
func (s *Staff) caseworkers(c *page.Context) ([]page.Choice, error) {
	users, err := s.Auth.Users(c.Ctx())
	if err != nil {
		return nil, err
	}
	out := []page.Choice{{Label: c.T("contacts.nobody", nil)}}
	for i := range users {
		if users[i].Roles.Any(auth.Staff) && !users[i].Disabled {
			out = append(out, page.Choice{Value: users[i].ID, Label: users[i].Name})
		}
	}
	return out, nil
}

func (s *Staff) saveContacts(c *page.Context) error {
	form, rec, err := s.sentAbout(c)
	if err != nil {
		return err
	}
	value := office.Contacts{Name: form.Text("name"), Phone: form.Text("phone"), Interpreter: form.Text("interpreter"), Caseworker: form.Text("caseworker")}
	err = s.Office.SetContacts(c.Ctx(), office.Beside[office.Contacts]{Household: rec.ID, Version: form.Version, Value: value}, c.Who())
	switch apperr.CodeOf(err) {
	case "":
		s.changed(c, "household_contacts", rec.Value.Key)
		return c.Redirect(householdsPath+"/"+rec.ID, "contacts.saved", nil)
	case apperr.Conflict:
		stored, err := s.Office.Contacts(c.Ctx(), rec.ID)
		if err != nil {
			return err
		}
		form.Merge(contactsValues(stored.Value), stored.Version, func(name string) string { return c.T("contacts."+name, nil) })
	case apperr.Invalid:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
	default:
		return err
	}
	return s.renderContacts(c, form, &rec)
}
