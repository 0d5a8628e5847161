package staff

import (
	"net/http"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

// photos are the photos of a listing, for staff.
func (s *Staff) photos() page.Area {
	const path = listingsPath + "/:id/photos"
	desk := album.Desk{Office: s.Office}
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: path, May: auth.Staff, Handle: s.ofListing(desk.Show)},
		{Method: http.MethodPost, Path: path, May: auth.Staff, Raw: true, Long: true, MaxBody: album.MaxUpload, Handle: s.ofListing(desk.Add)},
		{Method: http.MethodPost, Path: path + "/arrange", May: auth.Staff, Handle: s.ofListing(desk.Arrange)},
		{Method: http.MethodGet, Path: path + "/:photo/:file", May: auth.Staff, Handle: func(c *page.Context) error { return desk.Serve(c, c.Param("id")) }},
	}}
}

func photosPath(listing string) string { return listingsPath + "/" + listing + "/photos" }

// ofListing does something with the photos of the listing in the address.
func (s *Staff) ofListing(do func(*page.Context, album.Home) error) page.Handler {
	return func(c *page.Context) error {
		rec, err := s.Office.Listing(c.Ctx(), c.Param("id"))
		if err != nil {
			return err
		}
		back := listingsPath + "/" + rec.ID
		return do(c, album.Home{Listing: rec.ID, Path: photosPath(rec.ID), Back: back, Who: c.Who(),
			Frame: page.Frame{Crumbs: []page.Crumb{{Label: "listing.all", Path: listingsPath}, {Label: listingTitle(&rec.Value.Record), Path: back}}}})
	}
}

// pictures returns the photos of a listing for a page of staff.
func (s *Staff) pictures(c *page.Context, listing string) ([]album.Picture, error) {
	return album.Desk{Office: s.Office}.Pictures(c, listing, photosPath(listing))
}
