package demo

import (
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// Who records what happens.
const (
	caseworker  = "demo-caseworker"
	coordinator = "demo-coordinator"
)

// course is how one placement went, in days before today.
type course struct {
	proposed int
	steps    []step
	note     string
	status   landlords.Status // of the listing in the end
	// corrected is what a landlord turns out to have meant; the household must
	// then fall short of it.
	corrected landlords.EmploymentRequirement
}

type step struct {
	kind          placements.Kind
	recorded, day int
	decline       placements.Decline
}

const parkedFor = 40 // days from today

// courses are the placements of the last two months, one household each.
var courses = []course{
	{proposed: 24, status: landlords.StatusLet, steps: []step{
		{kind: placements.KindView, recorded: 22, day: 18}, {kind: placements.KindOffer, recorded: 14, day: 14},
		{kind: placements.KindLease, recorded: 7, day: -9}}},
	{proposed: 13, status: landlords.StatusReserved, note: "Utleier vil ha svar innen en uke.", steps: []step{
		{kind: placements.KindView, recorded: 10, day: 8}, {kind: placements.KindOffer, recorded: 4, day: 4}}},
	{proposed: 9, status: landlords.StatusOpen, steps: []step{{kind: placements.KindView, recorded: 7, day: 4}}},
	{proposed: 5, status: landlords.StatusOpen, note: "Visning etter arbeidstid.", steps: []step{
		{kind: placements.KindView, recorded: 3, day: -4}}},
	{proposed: 2, status: landlords.StatusOpen},

	{proposed: 58, status: landlords.StatusOpen, note: "Fukt på badet; utleier skal utbedre.", steps: []step{
		{kind: placements.KindView, recorded: 55, day: 51}, {kind: placements.KindDecline, recorded: 50, day: 50,
			decline: placements.Decline{By: placements.ByHousehold, Reason: placements.Condition, Consequence: placements.ExcludePair}}}},
	{proposed: 44, status: landlords.StatusLet, steps: []step{
		{kind: placements.KindView, recorded: 41, day: 38}, {kind: placements.KindDecline, recorded: 35, day: 35,
			decline: placements.Decline{By: placements.ByLandlord, Reason: placements.ChoseOtherTenant, Consequence: placements.NoConsequence}}}},
	{proposed: 31, status: landlords.StatusOpen, corrected: landlords.PermanentJob, steps: []step{
		{kind: placements.KindOffer, recorded: 27, day: 27}, {kind: placements.KindDecline, recorded: 24, day: 24,
			decline: placements.Decline{By: placements.ByLandlord, Reason: placements.EmploymentTooLittle,
				Consequence: placements.RequirementCorrected, Rule: matching.RuleEmployment}}}},
	{proposed: 17, status: landlords.StatusOpen, steps: []step{{kind: placements.KindDecline, recorded: 14, day: 14,
		decline: placements.Decline{By: placements.ByHousehold, Reason: placements.SituationChanged, Consequence: placements.ParkHousehold}}}},
}

// placeHouseholds lets each course happen to a pair that was eligible on the
// day of the proposal, and leaves the listing as the course left it.
func (t *town) placeHouseholds() {
	taken := map[string]bool{}
	for _, p := range t.data.Placements {
		taken[p.Personal.HouseholdRef] = true
	}
	for _, c := range courses {
		proposed := workday(t.on.AddDays(-c.proposed))
		for _, n := range t.r.Perm(len(t.data.Households) * len(t.data.Listings)) {
			h, l := &t.data.Households[n/len(t.data.Listings)], &t.data.Listings[n%len(t.data.Listings)]
			switch {
			case taken[h.Ref] || taken[l.Key()] || !t.offeredThen(l, proposed):
				continue
			case c.corrected != "" && h.Employment == households.Permanent:
				continue
			case t.judge(h, l, proposed).Eligibility != matching.Eligible:
				continue
			}
			taken[h.Ref], taken[l.Key()] = true, true
			t.run(c, h, l, proposed)
			break
		}
	}
	slices.SortStableFunc(t.data.Placements, func(a, b placements.Placement) int { return a.Steps[0].At.Compare(b.Steps[0].At) })
}

// offeredThen reports whether a listing was on offer, so far as the office
// knows, on a day up to two months ago.
func (t *town) offeredThen(l *landlords.Listing, day civil.Date) bool {
	return l.Status == landlords.StatusOpen && l.ConfirmedOn >= day.AddDays(-t.policy.FreshDays)
}

// judge asks the engine about a pair as it was on a day when the landlord had
// just confirmed that the home was free.
func (t *town) judge(h *households.Household, l *landlords.Listing, on civil.Date) matching.Result {
	then := *l
	then.Status, then.ConfirmedOn = landlords.StatusOpen, on
	return t.evaluate(h, &then, on)
}

// run records a course.
func (t *town) run(c course, h *households.Household, l *landlords.Listing, proposed civil.Date) {
	p := t.propose(h, l, proposed)
	if len(c.steps) > 0 && c.steps[0].kind != placements.KindDecline {
		t.accept(p, proposed)
	}
	for _, s := range c.steps {
		e := placements.Event{Kind: s.kind, By: caseworker, At: t.hour(workday(t.on.AddDays(-s.recorded)), len(p.Steps)), Date: workday(t.on.AddDays(-s.day))}
		switch s.kind {
		case placements.KindLease:
			e.By, e.Date = coordinator, max(e.Date, l.AvailableFrom)
		case placements.KindDecline:
			decline := s.decline
			if decline.Consequence == placements.ParkHousehold {
				decline.Until = t.on.AddDays(parkedFor)
			}
			e.Decline = &decline
		}
		must(p.Apply(e))
	}
	if c.note != "" {
		must(p.AddNote(placements.Note{By: caseworker, At: p.Steps[len(p.Steps)-1].At, Text: c.note}))
	}
	if l.Status = c.status; l.Status != landlords.StatusOpen {
		l.ConfirmedOn = min(l.ConfirmedOn, proposed) // since then it was spoken for
	}
	if c.corrected != "" {
		l.EmploymentRequirement, l.ContractForm = c.corrected, landlords.Direct
		l.Preferred &^= landlords.Rules(landlords.RuleEmployment)
	}
	t.data.Placements = append(t.data.Placements, *p)
}

func (t *town) propose(h *households.Household, l *landlords.Listing, on civil.Date) *placements.Placement {
	result := t.judge(h, l, on)
	p, err := placements.Propose(&result, h.CurrentUnit, caseworker, t.hour(on, 0))
	must(err)
	return p
}

// accept records the household's yes, on the day of the proposal.
func (t *town) accept(p *placements.Placement, on civil.Date) {
	must(p.Apply(placements.Event{Kind: placements.KindAccept, By: caseworker, At: t.hour(on, len(p.Steps)), Date: on}))
}

// houseSome finds households that left a unit for a private rental within the
// last year, and gives them the listing that they moved to.
func (t *town) houseSome(decks *profileDecks) {
	var left []*vacancy.Occupancy
	for _, o := range t.ended() {
		if o.Reason == vacancy.PrivateRental && o.Persons != nil && o.To >= t.on.AddDays(-400) && o.To <= t.on.AddDays(-40) && o.To-o.From > 150 {
			left = append(left, o)
		}
	}
	t.r.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
	for _, stay := range left {
		if len(t.data.Placements) == housedCount {
			return
		}
		h := t.leaver(stay, decks)
		proposed := workday(stay.To.AddDays(-t.between(32, 50)))
		for i := range t.data.Listings {
			l := t.data.Listings[i]
			l.AvailableFrom = stay.To
			if l.Status != landlords.StatusOpen || t.judge(h, &l, proposed).Eligibility != matching.Eligible {
				continue
			}
			l.Status, l.ConfirmedOn = landlords.StatusLet, proposed
			t.data.Placements = append(t.data.Placements, *t.house(h, &l, stay, proposed))
			h.CurrentUnit, h.ReadyDate, h.MoveFrom = "", 0, 0 // looks for nothing any more
			h.CurrentRent, h.CurrentElectricityIncluded = clone(l.Rent), clone(l.ElectricityIncluded)
			t.data.Listings[i], t.data.Households = l, append(t.data.Households, *h)
			break
		}
	}
}

// leaver returns the household of a stay that has ended, as it was before.
func (t *town) leaver(stay *vacancy.Occupancy, decks *profileDecks) *households.Household {
	sizes := slices.DeleteFunc(t.sizes(), func(s [2]int) bool { return s[0]+s[1] != *stay.Persons })
	size := sizes[t.r.IntN(len(sizes))]
	h := &households.Household{Ref: stay.HouseholdRef, Adults: size[0], Children: size[1], CurrentUnit: stay.UnitRef}
	t.profile(h, decks, stay.From, t.unit(stay.UnitRef))
	h.ReadyDate, h.MoveFrom = stay.From.AddDays(soonestReady), stay.To
	h.ModulesCompleted = new(modules)
	return h
}

// house records the way from proposal to follow-up. One talk that is due with
// the first of them has not been held.
func (t *town) house(h *households.Household, l *landlords.Listing, stay *vacancy.Occupancy, proposed civil.Date) *placements.Placement {
	p := t.propose(h, l, proposed)
	t.accept(p, proposed)
	for _, s := range []struct {
		kind          placements.Kind
		recorded, day int // days before moving in
	}{
		{placements.KindView, 29, 27}, {placements.KindOffer, 24, 24}, {placements.KindLease, 17, 0}, {placements.KindMoveIn, 0, 0},
	} {
		must(p.Apply(placements.Event{Kind: s.kind, By: coordinator, At: t.hour(workday(stay.To.AddDays(-s.recorded)), len(p.Steps)), Date: workday(stay.To.AddDays(-s.day))}))
	}
	due := p.Due(t.on)
	if len(t.data.Placements) == 0 {
		due = due[:len(due)-1]
	}
	for i, d := range due {
		day := min(workday(d.Date.AddDays(6)), t.on)
		result := placements.GoingWell
		if i == 0 && len(t.data.Placements) == 1 {
			result = placements.NeedsSupport
		}
		must(p.Apply(placements.Event{Kind: placements.KindFollowUp, By: caseworker, At: t.hour(day, len(p.Steps)), Date: day,
			Check: &placements.Check{Months: d.Months, Result: result}}))
	}
	return p
}

// hour returns the time at which the nth step of a placement is recorded: in
// office hours, and after the step before where that is on the same day.
func (t *town) hour(day civil.Date, n int) time.Time {
	return day.Time().Add(time.Duration(7*60+40*n+t.between(0, 39)) * time.Minute)
}

// must stops at a mistake in the courses above: they do not depend on anything
// from outside.
func must(err error) {
	if err != nil {
		panic("demo: " + err.Error())
	}
}
