package reports

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// Waiting is a household that was ready at the month's close and had no home of its own yet.
type Waiting struct {
	Bedrooms int  // that it needs
	Persons  int  //
	Days     int  // since it was ready
	InUnit   bool // it lives in a transitional unit meanwhile
}

// outcomes writes how the month's placements and moves ended: rented, bought,
// declined with reasons.
func (r *turnoverReport) outcomes() {
	p := r.page(sheetPlan{name: r.sheet("outcomes"), widths: []float64{52, 16, 16, 16}, portrait: true, tab: sea})
	p.title(r.say("outcomes.title"), r.under("outcomes.under"))
	r.sectionLine(p, "outcomes.own_home")
	r.headers(p, "outcome", "in_households", "in_persons")
	a := &r.spans[0].account
	placed := r.stepsTo(placements.FollowUp)
	for _, row := range []struct {
		key  string
		h, n int
	}{
		{"outcomes.rented", a.ByReason[vacancy.PrivateRental].Households, a.ByReason[vacancy.PrivateRental].Persons},
		{"outcomes.bought", a.ByReason[vacancy.Purchase].Households, a.ByReason[vacancy.Purchase].Persons},
		{"outcomes.placed", len(placed), personsOf(placed)},
	} {
		r.countRow(p, r.say(row.key), row.h, row.n)
	}
	p.skip(0)
	r.sectionLine(p, "outcomes.steps")
	r.headers(p, "stage", "placements", "in_persons")
	for _, state := range placements.States {
		steps := r.stepsTo(state)
		r.countRow(p, r.sayAny("placements.state."+string(state)), len(steps), personsOf(steps))
	}
	p.skip(0)
	r.sectionLine(p, "outcomes.declines")
	r.declineTable(p)
	p.end()
}

func (r *turnoverReport) countRow(p *page, label string, values ...any) {
	cells := []cell{{value: label, look: bodyLook}}
	for _, v := range values {
		cells = append(cells, cell{value: v, look: bodyLook.as(whole)})
	}
	p.add(rowHeight, cells...)
}

// stepsTo returns the month's steps by which placements came to a state, and not
// those that left them there: a yes, another viewing, a talk.
func (r *turnoverReport) stepsTo(state placements.State) []Placement {
	var out []Placement
	for _, p := range r.in.Placements {
		if p.State == state && p.Came {
			out = append(out, p)
		}
	}
	return out
}

func personsOf(steps []Placement) int {
	n := 0
	for _, p := range steps {
		n += p.Persons
	}
	return n
}

// declineText says who declined, and why; "" of a step that is no decline.
func (r *turnoverReport) declineText(p *Placement) string {
	if p.Decline == nil {
		return ""
	}
	return r.sayAny("placements.decliner."+string(p.Decline.By)) + ": " + r.sayAny("placements.reason."+string(p.Decline.Reason))
}

// declineTable counts the declines by who declined and why, the most frequent first.
func (r *turnoverReport) declineTable(p *page) {
	counts, persons := map[string]int{}, map[string]int{}
	for _, s := range r.stepsTo(placements.Declined) {
		counts[r.declineText(&s)]++
		persons[r.declineText(&s)] += s.Persons
	}
	if len(counts) == 0 {
		p.add(18, cell{value: r.say("outcomes.no_declines"), look: look{italic: true, color: faint, middle: true}})
		return
	}
	var reasons []string
	for k := range counts {
		reasons = append(reasons, k)
	}
	slices.SortFunc(reasons, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	r.headers(p, "decliner_reason", "placements", "in_persons")
	for _, k := range reasons {
		r.countRow(p, k, counts[k], persons[k])
	}
}

// waiting writes the ready households by the bedrooms that they need, beside the
// units of that size that stand vacant.
func (r *turnoverReport) waiting() {
	p := r.page(sheetPlan{name: r.sheet("waiting"), widths: []float64{30, 18, 18, 24, 24, 24, 30}, tab: amber})
	p.title(r.say("waiting.title"), r.under("waiting.under"))
	r.headers(p, "bedrooms_needed", "in_households", "in_persons", "in_units_now", "waiting_median", "waiting_longest", "vacant_of_size")
	sizes := map[int][]Waiting{}
	for _, w := range r.in.Waiting {
		sizes[w.Bedrooms] = append(sizes[w.Bedrooms], w)
	}
	vacant := map[int]int{}
	for i := range r.close {
		if s := &r.close[i]; s.Status == vacancy.Vacant && s.Bedrooms != nil {
			vacant[*s.Bedrooms]++
			if sizes[*s.Bedrooms] == nil {
				sizes[*s.Bedrooms] = []Waiting{}
			}
		}
	}
	var order []int
	for n := range sizes {
		order = append(order, n)
	}
	slices.Sort(order)
	first := p.row + 1
	persons, inUnits, free := 0, 0, 0
	for _, n := range order {
		row := waitingRow(sizes[n])
		persons, inUnits, free = persons+row.persons, inUnits+row.inUnits, free+vacant[n]
		p.add(rowHeight, cell{value: r.tell("splits.bedrooms", map[string]any{"N": n}), look: bodyLook}, cell{value: len(sizes[n]), look: bodyLook.as(whole)},
			cell{value: row.persons, look: bodyLook.as(whole)}, cell{value: row.inUnits, look: bodyLook.as(whole)},
			cell{value: row.median, look: bodyLook.as(decimal)}, cell{value: row.longest, look: bodyLook.as(whole)}, cell{value: vacant[n], look: bodyLook.as(whole)})
	}
	if len(order) == 0 {
		p.add(18, cell{value: r.say("waiting.none"), look: look{italic: true, color: faint, middle: true}})
	} else {
		sum := func(col, v int) cell {
			return cell{formula: "SUM(" + cellName(col, first) + ":" + cellName(col, first+len(order)-1) + ")", value: v, look: totalLook.as(whole)}
		}
		p.add(18, cell{value: r.say("total"), look: totalLook}, sum(2, len(r.in.Waiting)), sum(3, persons), sum(4, inUnits), cell{look: totalLook}, cell{look: totalLook}, sum(7, free))
	}
	p.skip(0)
	p.add(rowHeight, cell{value: r.say("waiting.note"), look: noteLook})
	p.end()
}

type waitingLine struct {
	persons, inUnits int
	median           *float64
	longest          *int
}

func waitingRow(ws []Waiting) (out waitingLine) {
	var days []int
	for _, w := range ws {
		out.persons += w.Persons
		if w.InUnit {
			out.inUnits++
		}
		days = append(days, w.Days)
	}
	if len(days) == 0 {
		return out
	}
	slices.Sort(days)
	n := len(days)
	m := float64(days[n/2]+days[(n-1)/2]) / 2
	out.median, out.longest = &m, &days[n-1]
	return out
}

// supply writes the listings and landlords won and lost, and which they are.
func (r *turnoverReport) supply() {
	p := r.page(sheetPlan{name: r.sheet("supply"), widths: []float64{52, 16, 30}, portrait: true, tab: sea})
	p.title(r.say("supply.title"), r.under("supply.under"))
	s := &r.in.Supply
	r.sectionLine(p, "supply.listings")
	r.headers(p, "listings", "number")
	first := p.row + 1
	r.countRow(p, r.say("supply.opening"), s.Opening)
	left := s.Opening
	for _, k := range landlords.SupplyKinds {
		n := s.By[k]
		if !k.Comes() {
			n = -n
		}
		left += n
		p.add(rowHeight, cell{value: r.say("supply.kind." + string(k)), look: bodyLook}, cell{value: n, look: bodyLook.as(signed)})
	}
	total := totalLook.as(whole)
	p.add(18, cell{value: r.say("supply.closing"), look: totalLook}, cell{formula: "SUM(" + cellName(2, first) + ":" + cellName(2, p.row) + ")", value: left, look: total})
	p.skip(0)
	r.sectionLine(p, "supply.landlords")
	r.headers(p, "landlords", "number")
	first = p.row + 1
	r.countRow(p, r.say("supply.landlords_opening"), s.LandlordsOpening)
	p.add(rowHeight, cell{value: r.say("supply.landlords_won"), look: bodyLook}, cell{value: s.LandlordsWon, look: bodyLook.as(signed)})
	p.add(rowHeight, cell{value: r.say("supply.landlords_lost"), look: bodyLook}, cell{value: -s.LandlordsLost, look: bodyLook.as(signed)})
	p.add(18, cell{value: r.say("supply.landlords_closing"), look: totalLook}, cell{formula: "SUM(" + cellName(2, first) + ":" + cellName(2, p.row) + ")", value: s.LandlordsOpening + s.LandlordsWon - s.LandlordsLost, look: total})
	p.skip(0)
	r.sectionLine(p, "supply.moves")
	if len(s.Moves) == 0 {
		p.add(18, cell{value: r.say("supply.none"), look: look{italic: true, color: faint, middle: true}})
	} else {
		p.add(20, cell{value: r.say("column.listing"), look: headLook}, cell{value: r.say("column.date"), look: headLook}, cell{value: r.say("column.what"), look: headLook})
	}
	for _, m := range s.Moves {
		p.add(rowHeight, cell{value: m.Listing, look: bodyLook}, cell{value: m.On, look: bodyLook.as(date)}, cell{value: r.say("supply.kind." + string(m.Kind)), look: bodyLook})
	}
	p.end()
}
