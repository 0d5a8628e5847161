package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Restated is a month that was sent and whose figures later corrections have changed.
type Restated struct {
	Month   civil.Month
	Sent    time.Time
	Figures []vacancy.Restated
	Causes  []Cause
}

// Cause is a correction behind restated figures, with who made it and when.
type Cause struct {
	vacancy.Correction
	By []Made
}

// Made says who changed something, and when.
type Made struct {
	Who string // a name as people read it
	At  time.Time
}

// restated writes what was reported of earlier months, what it is now, why, and by
// whom it was changed.
func (r *turnoverReport) restated() {
	p := r.page(sheetPlan{name: r.sheet("restated"), widths: []float64{16, 44, 14, 14, 14, 44, 30}, tab: warning})
	p.title(r.say("restated.title"), r.under("restated.under"))
	if len(r.in.Restated) == 0 {
		p.add(18, cell{value: r.say("restated.none"), look: look{italic: true, color: faint, middle: true}})
		p.end()
		return
	}
	r.sectionLine(p, "restated.figures")
	r.restatedHead(p, "month", "figure", "reported", "now", "change")
	for _, m := range r.in.Restated {
		for _, f := range m.Figures {
			r.restatedRow(p, m.Month, f)
		}
	}
	p.skip(0)
	r.sectionLine(p, "restated.causes")
	r.restatedHead(p, "month", "what_changed", "unit", "household", "", "was_is", "by_whom")
	for _, m := range r.in.Restated {
		for i := range m.Causes {
			r.causeRow(p, m.Month, &m.Causes[i])
		}
		if len(m.Causes) == 0 {
			p.add(rowHeight, cell{value: r.monthShort(m.Month), look: bodyLook}, cell{value: r.say("restated.no_cause"), look: bodyLook})
		}
	}
	p.end()
}

func (r *turnoverReport) restatedHead(p *page, keys ...string) {
	cells := make([]cell, len(keys))
	for i, key := range keys {
		cells[i].look = headLook
		if key == "reported" || key == "now" || key == "change" {
			cells[i].look.side = "right"
		}
		if key != "" {
			cells[i].value = r.say("column." + key)
		}
	}
	p.add(20, cells...)
}

func (r *turnoverReport) restatedRow(p *page, m civil.Month, f vacancy.Restated) {
	k := whole
	switch {
	case strings.HasSuffix(f.Figure, "_rate"):
		k = percent
	case strings.HasPrefix(f.Figure, "median_"):
		k = decimal
	}
	row := p.row + 1
	was, is := cell{value: f.Reported, look: bodyLook.as(k)}, cell{value: f.Now, look: bodyLook.as(k)}
	p.add(rowHeight, cell{value: r.monthShort(m), look: bodyLook}, cell{value: r.say("figure." + f.Figure), look: bodyLook}, was, is, change(k, is, was, row, 3, 4))
}

func (r *turnoverReport) causeRow(p *page, m civil.Month, c *Cause) {
	what, was, is := r.correction(&c.Correction)
	made := make([]string, len(c.By))
	for i, b := range c.By {
		made[i] = b.Who + ", " + dayText(civil.FromTime(b.At))
	}
	body := bodyLook
	body.wrap = true
	text, by := was+" → "+is, strings.Join(made, "\n")
	height := rowHeight + 13*float64(max(lines(text, 48), lines(by, 32))-1)
	p.add(height, cell{value: r.monthShort(m), look: bodyLook}, cell{value: what, look: bodyLook}, cell{value: c.UnitRef, look: bodyLook}, cell{value: c.HouseholdRef, look: bodyLook},
		cell{look: bodyLook}, cell{value: text, look: body}, cell{value: by, look: body})
}

// correction tells what was changed, what it was before and what it is now.
func (r *turnoverReport) correction(c *vacancy.Correction) (what, was, is string) {
	none := r.say("restated.nothing")
	stay := func(o *vacancy.Occupancy) string {
		if o == nil {
			return none
		}
		s := datesText(o.From, o.To)
		if !o.To.IsZero() {
			reason := o.Reason
			if reason == "" {
				reason = vacancy.OtherReason
			}
			s += ", " + r.say("figure."+reasonKey(reason))
		}
		if o.Persons != nil {
			s += ", " + r.tell("restated.persons", map[string]any{"N": *o.Persons})
		}
		return s
	}
	unit := func(u *vacancy.Unit) string {
		if u == nil {
			return none
		}
		s := datesText(u.InServiceFrom, u.InServiceTo)
		if w := r.ownership(u.Ownership); w != "" {
			s += ", " + w
		}
		if u.Bedrooms != nil {
			s += ", " + r.tell("splits.bedrooms", map[string]any{"N": strconv.Itoa(*u.Bedrooms)})
		}
		return s
	}
	outage := func(o *vacancy.Outage) string {
		if o == nil {
			return none
		}
		return datesText(o.From, o.To) + ", " + r.sayAny("vacancy.outage."+string(o.Reason))
	}
	switch {
	case c.WasStay != nil || c.IsStay != nil:
		return r.say("restated.stay"), stay(c.WasStay), stay(c.IsStay)
	case c.WasUnit != nil || c.IsUnit != nil:
		return r.say("restated.unit"), unit(c.WasUnit), unit(c.IsUnit)
	}
	return r.say("restated.outage"), outage(c.WasOutage), outage(c.IsOutage)
}
