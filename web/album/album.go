// Package album has the photos of a home: the page on which they are added,
// described, put in order and removed, and the handler that serves them. Who may
// come to a listing is for the rooms that call it: landlords through their
// private link, staff when they are signed in.
package album

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// MaxUpload is how large a form with photos may be, in bytes: as many as a home
// may have, each as large as it may be.
const MaxUpload = office.MaxPhotos*office.MaxPhotoBytes + 1<<20

// patience is how long an upload may take over a slow line.
const patience = 10 * time.Minute

// Home is whose photos a page is about, once it is clear that its reader may see
// them.
type Home struct {
	Listing string // id
	Path    string // of the page, to which files are posted; Path/arrange takes the rest
	Back    string // where to go afterwards
	Who     string // does it
	Frame   page.Frame
}

// Desk answers for every home.
type Desk struct{ Office *office.Office }

// Picture is a photo as a page shows it.
type Picture struct {
	office.Photo
	Large, Small string // addresses
	Number       int    // from 1
	Text         string // what it shows: the words of who sent it, else its number
}

// Pictures returns the photos of a listing with their addresses below a page's
// path.
func (d Desk) Pictures(c *page.Context, listing, path string) ([]Picture, error) {
	list, err := d.Office.Photos(c.Ctx(), listing)
	out := make([]Picture, len(list))
	for i, p := range list {
		base := path + "/" + p.ID + "/"
		out[i] = Picture{Photo: p, Large: base + string(office.PhotoLarge) + ".jpg", Small: base + string(office.PhotoSmall) + ".jpg", Number: i + 1, Text: p.Alt}
		if p.Alt == "" {
			out[i].Text = c.T("photo.number", map[string]any{"N": i + 1})
		}
	}
	return out, err
}

type albumPage struct {
	page.Frame
	Path     string
	Back     string
	Pictures []Picture
	Form     *page.Form
	Most, MB int
	Fit      int // more would be taken
	Shows    []string
}

// usual are what photos of homes mostly show, offered while one types.
var usual = []string{"living_room", "kitchen", "bedroom", "bathroom", "hall", "outside", "balcony", "view"}

// Show answers with the page.
func (d Desk) Show(c *page.Context, h Home) error {
	return d.render(c, h, http.StatusOK, c.NewForm(nil, 0))
}

func (d Desk) render(c *page.Context, h Home, status int, form *page.Form) error {
	p := &albumPage{Frame: h.Frame, Path: h.Path, Back: h.Back, Form: form, Most: office.MaxPhotos, MB: office.MaxPhotoBytes >> 20}
	p.Title = "photo.title"
	var err error
	if p.Pictures, err = d.Pictures(c, h.Listing, h.Path); err != nil {
		return err
	}
	for i := range p.Pictures {
		if name := "alt-" + p.Pictures[i].ID; !form.Sent(name) {
			form.Values.Set(name, p.Pictures[i].Alt)
		}
	}
	p.Fit = office.MaxPhotos - len(p.Pictures)
	for _, what := range usual {
		p.Shows = append(p.Shows, c.T("photo.shows."+what, nil))
	}
	return c.RenderStatus(status, "album/photos", p)
}

// Add takes files, one after another, so that one is in memory at a time. Those
// that are photos are kept; of the others the page says what is wrong.
func (d Desk) Add(c *page.Context, h Home) error {
	if err := c.Patience(patience); err != nil {
		return err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "The form cannot be read.")
	}
	added, form := 0, c.NewForm(url.Values{}, 0)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(err)
		}
		if part.FormName() != "photo" || part.FileName() == "" {
			continue // the form's key: the same photo twice is there once, without it
		}
		file, err := io.ReadAll(io.LimitReader(part, office.MaxPhotoBytes+1))
		if err != nil {
			return broken(err)
		}
		switch err := d.Office.AddPhoto(c.Ctx(), h.Listing, file, h.Who); apperr.CodeOf(err) {
		case "":
			added++
		case apperr.Invalid, apperr.Unreadable, apperr.TooLarge:
			form.FailWith("photo", c.T("photo.of_file", map[string]any{"File": short(part.FileName()), "What": c.Lang.Error(err)}))
		default:
			return err
		}
	}
	if form.Valid() && added == 0 {
		form.Fail("photo", "photo.none", nil)
	}
	if !form.Valid() {
		return d.render(c, h, http.StatusUnprocessableEntity, form)
	}
	if added == 1 {
		return c.Redirect(h.Path, "photo.added_one", nil)
	}
	return c.Redirect(h.Path, "photo.added", map[string]any{"N": added})
}

// broken tells a body that is too large, or that broke off, from other faults.
func broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return apperr.Wrap(err, apperr.TooLarge, "The photos are too large together.").In("photo.too_much", nil)
	}
	return apperr.Wrap(err, apperr.Invalid, "The upload broke off. Try again.").In("uploads.broke_off", nil)
}

// short is the end of a file's name, which a telephone may make very long.
func short(name string) string {
	runes := []rune(name[strings.LastIndexAny(name, `/\`)+1:])
	if len(runes) > 30 {
		return "…" + string(runes[len(runes)-29:])
	}
	return string(runes)
}

// Arrange writes what the photos show, and moves or removes one.
func (d Desk) Arrange(c *page.Context, h Home) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	alts := map[string]string{}
	for name := range form.Values {
		if id, ok := strings.CutPrefix(name, "alt-"); ok && len(alts) < office.MaxPhotos {
			alts[id] = form.Text(name)
		}
	}
	flash := "photo.saved"
	err = d.Office.DescribePhotos(c.Ctx(), h.Listing, alts, h.Who)
	if refused, ok := errors.AsType[*office.ProblemsError](err); ok {
		for _, p := range refused.Problems {
			params := p.Params
			if ground, ok := params["Ground"].(string); ok {
				params = map[string]any{"Ground": c.T("intake.ground."+ground, nil)}
			}
			form.Fail("alt-"+p.Field, "intake.error."+p.Code, params)
		}
		return d.render(c, h, http.StatusUnprocessableEntity, form)
	}
	if move := form.Text("move"); err == nil && move != "" {
		err, flash = d.Office.MovePhoto(c.Ctx(), h.Listing, move, h.Who), "photo.moved"
	}
	if remove := form.Text("remove"); err == nil && remove != "" {
		err, flash = d.Office.RemovePhoto(c.Ctx(), h.Listing, remove, h.Who), "photo.removed"
	}
	if err != nil {
		return err
	}
	return c.Redirect(h.Path, flash, nil)
}

// Serve answers with a photo's file. It is a JPEG that this program wrote, says
// so, and may do nothing in a browser but be looked at.
func (d Desk) Serve(c *page.Context, listing string) error {
	size, ok := strings.CutSuffix(c.Param("file"), ".jpg")
	if !ok || size != string(office.PhotoLarge) && size != string(office.PhotoSmall) {
		return apperr.New(apperr.NotFound, "There is no such photo.")
	}
	data, err := d.Office.PhotoFile(c.Ctx(), listing, c.Param("photo"), office.PhotoSize(size))
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", `inline; filename="`+size+`.jpg"`)
	h.Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(data))
	return nil
}
