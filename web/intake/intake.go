// Package intake has the pages for landlords: what the municipality offers, the
// form that registers a home in two steps, and what a private link opens. They
// need no account and no script.
package intake

import (
	"net/http"
	"time"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/throttle"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

// Config is whom the pages ask.
type Config struct {
	Office *office.Office
	Now    func() time.Time // nil: time.Now
	Secret []byte           // of the office, for the time stamps in forms; the same in every process
	// Limiter says who may send a form now; nil is DefaultLimits in this process.
	Limiter *throttle.Limiter
	// Settings say whom landlords may call; nil says nobody.
	Settings *settings.Store
}

// Intake is the pages.
type Intake struct {
	Config
	stamps stamps
	album  album.Desk
}

// New returns the pages.
func New(cfg Config) *Intake {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limiter == nil {
		cfg.Limiter = throttle.New(throttle.Config{Limits: DefaultLimits, Now: cfg.Now})
	}
	return &Intake{Config: cfg, stamps: stamps{cfg.Secret, cfg.Now}, album: album.Desk{Office: cfg.Office}}
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
	return page.Area{Open: true, Home: "/utleier", Routes: []page.Route{
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
type section struct {
	Title, Text string
	Contact     *settings.Settings // beside whom to call, where that is said
}

// publicTexts are the texts of the public page in a language: staff's own, else ours.
type publicTexts struct {
	Lead, Data string
	Sections   []section
}

// texts returns the texts of the public page in the reader's language.
func (in *Intake) texts(c *page.Context) (out publicTexts, err error) {
	own, err := in.Office.IntakeTexts(c.Ctx())
	if err != nil {
		return out, err
	}
	var said settings.Settings
	if in.Settings != nil {
		said = in.Settings.Current(c.Ctx())
	}
	for _, name := range office.IntakeSections {
		text := own[name].Value.Texts[c.Lang]
		if text == "" {
			text = c.T("intake.text."+name, map[string]any{"Municipality": in.Office.Name()})
		}
		s := section{Title: c.T("intake.title."+name, nil), Text: text}
		switch name {
		case "lead":
			out.Lead = text
			continue
		case "data":
			out.Data = text
			continue
		case "guarantee":
			if said.ClaimDays > 0 {
				s.Text += "\n\n" + c.T("intake.claim_days", map[string]any{"Days": said.ClaimDays})
			}
		case "contact":
			if said.LandlordName+said.LandlordPhone+said.LandlordEmail != "" {
				s.Contact = &said
			}
		}
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}
