package staff

import (
	"net/http"
	"net/url"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/page"
)

// trail is who saw and changed what.
func (s *Staff) trail() page.Area {
	return page.Area{Routes: []page.Route{{Method: http.MethodGet, Path: "/admin/audit", May: auth.Administrator, Handle: s.showTrail}}}
}

type trailPage struct {
	page.Frame
	Tabs  []page.Tab
	Form  *page.Form
	Users []page.Choice
	Lines []trailLine
	Pages page.Pagination
}

type trailLine struct {
	audit.Line
	Name     string // of the user, where there is one
	Happened string
	Register string
}

func (s *Staff) showTrail(c *page.Context) error {
	query := c.Request.URL.Query()
	form := c.NewForm(url.Values{"household": query["household"], "user": query["user"], "from": query["from"], "to": query["to"]}, 0)
	f := audit.Filter{Who: form.Text("user"), After: query.Get("after")}
	if ref := form.Text("household"); ref != "" {
		f.Register, f.Key = "households", ref
	}
	zone := s.Now().Location()
	if from := form.Date("from"); from != 0 {
		f.From = time.Date(from.Time().Year(), from.Time().Month(), from.Time().Day(), 0, 0, 0, 0, zone)
	}
	if to := form.Date("to"); to != 0 { // the whole of that day
		f.To = time.Date(to.Time().Year(), to.Time().Month(), to.Time().Day()+1, 0, 0, 0, 0, zone)
	}
	users, err := s.Auth.Users(c.Ctx())
	if err != nil {
		return err
	}
	names := map[string]string{}
	data := &trailPage{Frame: page.Frame{Title: "admin.audit"}, Tabs: adminTabs("admin.audit"), Form: form, Users: []page.Choice{{Label: c.T("admin.audit.everyone", nil)}}}
	for _, u := range users {
		names[u.ID] = u.Name
		data.Users = append(data.Users, page.Choice{Value: u.ID, Label: u.Name})
	}
	if form.Valid() {
		found, err := s.Audit.Find(c.Ctx(), f)
		if err != nil {
			return err
		}
		data.Pages = c.PaginateBy(found.Next)
		for _, l := range found.Lines {
			l.At = l.At.In(zone)
			data.Lines = append(data.Lines, trailLine{l, names[l.Who], wordFor(c, "admin.audit.what.", l.What), wordFor(c, "admin.audit.register.", l.Register)})
			if l.Register == "landlords" { // known by a hash, of which the beginning is enough to tell them apart
				last := &data.Lines[len(data.Lines)-1]
				last.Key = last.Key[:min(8, len(last.Key))]
			}
		}
	}
	return c.Render("admin/audit", data)
}

// wordFor returns the word for a code, and the code where there is none.
func wordFor(c *page.Context, prefix, code string) string {
	if c.Lang.Has(prefix + code) {
		return c.T(prefix+code, nil)
	}
	return code
}
