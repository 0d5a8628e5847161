package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/page"
)

// particulars are what a landlord says of the house, which staff fill in on the
// telephone.
func (s *Staff) particulars() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodPost, Path: listingsPath + "/:id/particulars", May: auth.Staff, Handle: s.saveParticulars},
	}}
}

func (s *Staff) saveParticulars(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	p := landlords.Particulars{House: landlords.HouseKind(form.Text("house")), LivesThere: form.YesNo("lives_there")}
	for _, v := range form.Set("includes") {
		p.Includes = append(p.Includes, landlords.Inclusion(v))
	}
	if err := s.Office.SetParticulars(c.Ctx(), c.Param("id"), p, c.Who()); err != nil {
		return err
	}
	return c.Redirect(listingsPath+"/"+c.Param("id"), "listing.particulars_saved", nil)
}

// houseView is what is known of the house, as facts and as a form.
type houseView struct {
	Facts                   []fact
	Form                    *page.Form
	Houses, YesNo, Includes []page.Choice
}

func houseOf(c *page.Context, p landlords.Particulars) (v houseView) {
	values := url.Values{"house": {string(p.House)}}
	add := func(field, value string) {
		v.Facts = append(v.Facts, fact{Label: c.T("intake.field."+field, nil), Value: value})
	}
	if p.LivesThere != nil {
		answer := map[bool]string{true: "yes", false: "no"}[*p.LivesThere]
		values.Set("lives_there", answer)
		add("lives_there", c.T("form."+answer, nil))
	}
	if p.House != "" {
		add("house", c.T("intake.house."+string(p.House), nil))
	}
	var covered []string
	for _, i := range p.Includes {
		values.Add("includes", string(i))
		covered = append(covered, c.T("intake.includes."+string(i), nil))
	}
	if covered != nil {
		add("includes", strings.Join(covered, ", "))
	}
	v.Form, v.YesNo = c.NewForm(values, 0), c.YesNoUnknown()
	v.Houses = []page.Choice{{Value: "", Label: c.T("form.unknown", nil)}}
	for _, h := range landlords.HouseKinds {
		v.Houses = append(v.Houses, page.Choice{Value: string(h), Label: c.T("intake.house."+string(h), nil)})
	}
	for _, i := range landlords.Inclusions {
		v.Includes = append(v.Includes, page.Choice{Value: string(i), Label: c.T("intake.includes."+string(i), nil)})
	}
	return v
}
