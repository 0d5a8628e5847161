// Package intake has the pages for landlords: what the municipality offers, the
// form that registers a home in two steps, and what a private link opens. They
// need no account and no script.
package intake

import (
	"net/http"
	"time"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

// Config is whom the pages ask.
type Config struct {
	Office *office.Office
	Now    func() time.Time // nil: time.Now
	Secret []byte           // of the office, for the time stamps in forms; the same in every process
	Limits Limits           // zero: DefaultLimits
}

// Intake is the pages. Its state is the rates of those who write, no more.
type Intake struct {
	Config
	stamps  stamps
	limiter *limiter
	album   album.Desk
}

// New returns the pages.
func New(cfg Config) *Intake {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits
	}
	return &Intake{Config: cfg, stamps: stamps{cfg.Secret, cfg.Now}, limiter: newLimiter(cfg.Limits, cfg.Now), album: album.Desk{Office: cfg.Office}}
}

// maxForm is how large a form without pictures may be, in bytes.
const maxForm = 64 << 10

// Area lists the addresses. A change is never made by GET: mail scanners and
// link previews fetch links.
func (in *Intake) Area() page.Area {
	get := func(path string, h page.Handler) page.Route {
		return page.Route{Method: http.MethodGet, Path: path, Public: true, Handle: h}
	}
	// Raw, because the key of a form is the office's own here: a result that the
	// framework remembers would keep the private link in the store.
	post := func(path string, h page.Handler) page.Route {
		return page.Route{Method: http.MethodPost, Path: path, Public: true, Raw: true, MaxBody: maxForm, Handle: h}
	}
	return page.Area{Open: true, Routes: []page.Route{
		get("/utleier", in.showOffer),
		post("/utleier", in.register),
		get("/utleier/call", in.showCallMe),
		post("/utleier/call", in.callMe),
		get("/utleier/link", in.showRenewal),
		post("/utleier/link", in.renew),
		get("/utleier/mine/:token", in.showMine),
		post("/utleier/mine/:token/say", in.say),
		get("/utleier/mine/:token/homes/:id", in.showDetails),
		post("/utleier/mine/:token/homes/:id", in.saveDetails),
		get(photosPath, in.ofHome(in.album.Show)),
		{Method: http.MethodPost, Path: photosPath, Public: true, Raw: true, Long: true, MaxBody: album.MaxUpload, Handle: in.addPhotos},
		post(photosPath+"/arrange", in.ofHome(in.album.Arrange)),
		get(photosPath+"/:photo/:file", in.servePhoto),
	}}
}

// section is a text of the public page.
type section struct{ Title, Text string }

// sections returns the texts in a language: staff's own, else ours.
func (in *Intake) sections(c *page.Context) ([]section, error) {
	own, err := in.Office.IntakeTexts(c.Ctx(), c.Lang)
	if err != nil {
		return nil, err
	}
	out := make([]section, 0, len(office.IntakeSections))
	for _, name := range office.IntakeSections {
		text := own[name]
		if text == "" {
			text = c.T("intake.text."+name, map[string]any{"Municipality": in.Office.Name()})
		}
		out = append(out, section{c.T("intake.title."+name, nil), text})
	}
	return out, nil
}
