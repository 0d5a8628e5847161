package staff

import (
	"net/http"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// links are the landlords' private links, as far as staff may touch them: nobody
// but the landlord ever sees one.
func (s *Staff) links() page.Area {
	post := func(path string, h page.Handler) page.Route {
		return page.Route{Method: http.MethodPost, Path: path, May: auth.Staff, Handle: h}
	}
	return page.Area{Routes: []page.Route{
		post(listingsPath+"/:id/links/renew", s.renewLinks),
		post(listingsPath+"/:id/links/revoke", s.revokeLinks),
		post(landlordsPath+"/:id/links/revoke", s.revokeLandlord),
	}}
}

// linksView is a listing's private links in its page.
type linksView struct {
	office.LinkState
	Path        string // of the listing
	Last, Until time.Time
}

func (s *Staff) linksOf(c *page.Context, id string) (linksView, error) {
	state, err := s.Office.ListingLinks(c.Ctx(), id)
	return linksView{state, listingsPath + "/" + id, state.Last.Local(), state.Until.Local()}, err
}

func (s *Staff) renewLinks(c *page.Context) error {
	back := listingsPath + "/" + c.Param("id")
	switch err := s.Office.RenewLinks(c.Ctx(), c.Param("id"), c.Who()); apperr.CodeOf(err) {
	case "":
		return c.Redirect(back, "links.renewed", nil)
	case apperr.Invalid:
		return c.Warn(back, "links.no_address", nil)
	default:
		return err
	}
}

func (s *Staff) revokeLinks(c *page.Context) error {
	if err := s.Office.RevokeLinks(c.Ctx(), c.Param("id"), c.Who()); err != nil {
		return err
	}
	return c.Redirect(listingsPath+"/"+c.Param("id"), "links.revoked", nil)
}

func (s *Staff) revokeLandlord(c *page.Context) error {
	if err := s.Office.RevokeLandlord(c.Ctx(), c.Param("id"), c.Who()); err != nil {
		return err
	}
	return c.Redirect(landlordsPath+"/"+c.Param("id"), "links.revoked", nil)
}
