package intake

import (
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

const photosPath = "/utleier/mine/:token/homes/:id/photos"

// ofHome does something with the photos of the home that the private link in the
// address opens.
func (in *Intake) ofHome(do func(*page.Context, album.Home) error) page.Handler {
	return func(c *page.Context) error {
		rec, err := in.find(c)
		if err != nil {
			return in.noLink(c, err)
		}
		mine := "/utleier/mine/" + c.Param("token")
		return do(c, album.Home{Listing: rec.ID, Path: mine + "/homes/" + rec.ID + "/photos", Back: mine, Who: office.WhoLandlord,
			Frame: page.Frame{Crumbs: []page.Crumb{{Label: "intake.mine.title", Path: mine}, {Label: rec.Value.Record.Address, Path: mine + "/homes/" + rec.ID}}}})
	}
}

// addPhotos takes files, no oftener than other forms.
func (in *Intake) addPhotos(c *page.Context) error {
	if !in.Limiter.Allow(c.Ctx(), c.Address) {
		return errTooOften
	}
	return in.ofHome(in.album.Add)(c)
}

func (in *Intake) servePhoto(c *page.Context) error {
	rec, err := in.find(c)
	if err != nil {
		return in.noLink(c, err)
	}
	return in.album.Serve(c, rec.ID)
}
