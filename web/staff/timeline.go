package staff

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// happening is an event as a timeline shows it.
type happening struct {
	At              time.Time
	Who, Text, Note string
	Changes         []change
}

type change struct{ Label, Before, After string }

// timeline returns a page of what happened to a record, and the link to earlier.
func (s *Staff) timeline(c *page.Context, register, id string) ([]happening, page.Pagination, error) {
	events, next, err := s.Office.Timeline(c.Ctx(), register, id, office.Cursor(c.Query("after")), office.TimelinePage)
	if err != nil {
		return nil, page.Pagination{}, err
	}
	names := s.names(c)
	out := make([]happening, len(events))
	for i := range events {
		out[i] = happeningOf(c, names, &events[i])
	}
	return out, c.PaginateBy(string(next)), nil
}

func happeningOf(c *page.Context, names func(string) string, e *office.Event) happening {
	h := happening{At: e.At.Local(), Who: names(e.Who), Note: e.Personal.Note}
	what := string(e.What)
	kind, placed := strings.CutPrefix(what, "placement.")
	switch {
	case placed && kind != "note":
		h.Text = c.T("timeline.placement", map[string]any{"What": c.T("placements.event."+kind, nil), "Other": e.Personal.Other})
		if kind == "decline" && e.Why != "" {
			h.Text += ": " + c.T("placements.reason."+e.Why, nil)
		}
	case e.What == office.WhatStatus:
		h.Text = c.T("timeline.status", map[string]any{"From": c.T("staff.status."+e.From, nil), "To": c.T("staff.status."+e.To, nil)})
	case e.What == office.WhatCreated && e.Import != "":
		h.Text, h.Note = c.T("timeline.imported", map[string]any{"File": e.Personal.Note}), ""
	case e.What == office.WhatUpdated && e.Import != "":
		h.Text = c.T("timeline.import_changed", nil)
	default:
		h.Text = c.T("timeline."+what, nil)
	}
	if strings.HasPrefix(what, "unit.") { // its note is the days it is about
		h.Note = datesIn(c, h.Note)
		h.Text += reasonOf(c, e)
	}
	if e.What == office.WhatCreated {
		return h // every field of a new record says nothing more
	}
	for _, d := range e.Personal.Changes {
		h.Changes = append(h.Changes, changeOf(c, e, d))
	}
	return h
}

var isoDate = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

// datesIn writes the dates in a text as the reader's language does.
func datesIn(c *page.Context, text string) string {
	w := c.Words()
	return isoDate.ReplaceAllStringFunc(text, func(iso string) string {
		d, err := civil.Parse(iso)
		if err != nil {
			return iso
		}
		return w.Date(d)
	})
}

// reasonOf tells why something happened to a unit, where that is known.
func reasonOf(c *page.Context, e *office.Event) string {
	switch {
	case e.Why == "":
		return ""
	case e.What == office.WhatOutOfOrder:
		return ": " + c.T("vacancy.outage."+e.Why, nil)
	}
	return ": " + c.T("reports.figure.out_"+e.Why, nil)
}

func changeOf(c *page.Context, e *office.Event, d importers.Difference) change {
	if e.What == office.WhatReadiness {
		progress := func(p string) string { return c.T("readiness.progress."+cmp.Or(p, "none"), nil) }
		return change{c.T("readiness.item."+d.Field, nil), progress(d.Stored), progress(d.File)}
	}
	if text, ok := unitChange(c, e, d); ok {
		return text
	}
	kind, label := importers.Kind(e.Register), d.Field
	for _, f := range importers.Fields(kind) {
		if f.Name == d.Field {
			label = f.Header(c.Lang)
		}
	}
	return change{label, importers.Words(c.Lang, kind, d.Field, d.Stored), importers.Words(c.Lang, kind, d.Field, d.File)}
}

// unitChange tells of a change in what no file carries: a unit's details and its
// periods out of order.
func unitChange(c *page.Context, e *office.Event, d importers.Difference) (change, bool) {
	words := func(v string) string {
		switch {
		case v == "":
			return ""
		case d.Field == "purpose":
			return c.T("vacancy.purpose."+v, nil)
		case d.Field == "outage":
			return c.T("vacancy.outage."+v, nil)
		}
		return datesIn(c, v)
	}
	switch e.What {
	case office.WhatUnitDetails:
		return change{c.T("reports.column."+d.Field, nil), words(d.Stored), words(d.File)}, true
	case office.WhatOutageChanged, office.WhatOutageRemoved:
		label := map[string]string{"from": "units.from", "to": "units.back_on", "outage": "units.outage"}[d.Field]
		return change{c.T(label, nil), words(d.Stored), words(d.File)}, true
	}
	return change{}, false
}

// names returns who a user id is; what is no user's stands as it is.
func (s *Staff) names(c *page.Context) func(string) string {
	known := map[string]string{}
	return func(id string) string {
		if name, ok := known[id]; ok {
			return name
		}
		name := id
		switch {
		case id == "landlord" || id == "system":
			name = c.T("staff.who."+id, nil)
		case id != "" && !strings.Contains(id, ":"):
			if a, err := s.Auth.User(c.Ctx(), id); err == nil { // else the id is all that there is to show
				name = a.Name
			}
		}
		known[id] = name
		return name
	}
}
