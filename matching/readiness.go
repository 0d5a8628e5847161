package matching

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// Step is the code of a step that a household can take.
type Step string

// The steps.
const (
	StepSecurity   Step = "obtain_security"  // Form
	StepEmployment Step = "reach_employment" // Level
	StepRent       Step = "raise_rent"       // Amount: NOK a month more
	StepArea       Step = "accept_area"      // Place
	StepWait       Step = "wait"             // Until
)

// Steps lists every step.
var Steps = []Step{StepSecurity, StepEmployment, StepRent, StepArea, StepWait}

// RentSteps are the raises of the budget that are looked at, NOK a month.
var RentSteps = []int{500, 1000, 2000}

// guarantees are the forms that a household can obtain from others.
var guarantees = []landlords.SecurityForm{landlords.MunicipalGuarantee, landlords.NAVGuarantee, landlords.InsuranceGuarantee}

// ReadinessStep is what one step opens for a household. Which of the values is
// set follows from Step.
type ReadinessStep struct {
	Step   Step
	Who    Actor // who takes it
	Form   string
	Level  landlords.EmploymentRequirement
	Amount int
	Place  string // as a listing there states it
	Until  civil.Date

	Gained    int     // listings that become eligible
	Best      int     // the listing with the best score among the gained; -1 where none is
	BestRef   string  // its reference
	BestScore float64 // 0 to 100, once the step is taken
}

// Readiness is the value of a household's possible steps.
type Readiness struct {
	Household string          // its reference
	Eligible  int             // listings that are eligible now
	Steps     []ReadinessStep // the one that gains most first, equal ones by best score, then as Steps lists them
	WhenReady *Readiness      // of a household that is not ready, for which nothing opens: the same once it is; else nil
}

// ReadinessValue tells for each step that a household could take how many more
// listings would be eligible, and the best score among them: obtaining a
// guarantee that it lacks, reaching each higher employment level, raising the
// rent by each of RentSteps, accepting one more place where the wished places
// are a must, and waiting a month. Waiting is the query a month later, landlords'
// confirmations being as old as they are now. No step loses a listing. Time: one scan of the listings for
// each step. Errors: NotFound for an id that no household has, and that of the
// context.
func (s *Snapshot) ReadinessValue(ctx context.Context, householdID string, q Query) (Readiness, error) {
	i, ok := s.FindCandidate(householdID)
	if !ok {
		return Readiness{}, apperr.New(apperr.NotFound, "There is no household %q.", householdID)
	}
	return s.ReadinessOf(ctx, s.Candidate(i), q)
}

// ReadinessOf is ReadinessValue for a household as it could be: it need not be in
// the snapshot.
func (s *Snapshot) ReadinessOf(ctx context.Context, c *Candidate, q Query) (Readiness, error) {
	r, err := s.readinessOf(ctx, c, q)
	if ready, changed := c.ReadyOn(q.On); changed && err == nil {
		var then Readiness
		then, err = s.readinessOf(ctx, &ready, q)
		r.WhenReady = &then
	}
	return r, err
}

// ReadyOn returns the household as it would be were it ready on a day, and whether
// that is otherwise than it is.
func (c *Candidate) ReadyOn(on civil.Date) (ready Candidate, changed bool) {
	ready = *c
	if d := c.Household.ReadyDate; !d.IsZero() && d <= on {
		return ready, false
	}
	h := *c.Household
	h.ReadyDate, ready.Household = on, &h
	return ready, true
}

func (s *Snapshot) readinessOf(ctx context.Context, c *Candidate, q Query) (Readiness, error) {
	q.Options = Options{EligibleOnly: true}
	sc := s.listingScan()
	defer s.scans.listings.Put(sc)
	now := newPositions(s.Offers())
	if sc.start(s, c, &q) {
		if err := sc.collectAll(ctx, now); err != nil {
			return Readiness{}, err
		}
	}
	r := Readiness{Household: c.Ref(), Eligible: now.len()}
	for _, p := range s.possibleSteps(c, q) {
		if err := sc.gain(ctx, s, &p, now); err != nil {
			return Readiness{}, err
		}
		r.Steps = append(r.Steps, p.step)
	}
	slices.SortStableFunc(r.Steps, func(a, b ReadinessStep) int {
		return cmp.Or(cmp.Compare(b.Gained, a.Gained), cmp.Compare(b.BestScore, a.BestScore))
	})
	return r, nil
}

// possibleStep is a step with the household and the query after it.
type possibleStep struct {
	step  ReadinessStep
	after Candidate
	query Query
}

func (s *Snapshot) possibleSteps(c *Candidate, q Query) (out []possibleStep) {
	add := func(step ReadinessStep, change func(h *households.Household)) {
		h, after := *c.Household, *c
		change(&h)
		after.Household = &h
		out = append(out, possibleStep{step, after, q})
	}
	h := c.Household
	for _, f := range formsAtHand {
		if slices.Contains(guarantees, f.form) && !h.Security.Has(f.form) {
			add(ReadinessStep{Step: StepSecurity, Who: f.who, Form: f.form.String()},
				func(h *households.Household) { h.Security |= landlords.Securities(f.form) })
		}
	}
	for level := max(employmentLevel(h.Employment), 0) + 1; level < len(landlords.EmploymentRequirements); level++ {
		asked := landlords.EmploymentRequirements[level]
		add(ReadinessStep{Step: StepEmployment, Who: TheHousehold, Level: asked},
			func(h *households.Household) { h.Employment = employmentAt(asked) })
	}
	if h.MaxRent != nil {
		for _, more := range RentSteps {
			raised := *h.MaxRent + more
			add(ReadinessStep{Step: StepRent, Who: TheHousehold, Amount: more},
				func(h *households.Household) { h.MaxRent = &raised })
		}
	}
	for _, place := range s.placesBeyond(c) {
		add(ReadinessStep{Step: StepArea, Who: TheHousehold, Place: place},
			func(h *households.Household) { h.Areas = append(slices.Clone(h.Areas), place) })
	}
	until := q.On.AddMonths(1)
	add(ReadinessStep{Step: StepWait, Who: TheHousehold, Until: until}, func(*households.Household) {})
	later := *q.Policy
	later.FreshDays += int(until - q.On)
	out[len(out)-1].query.Policy, out[len(out)-1].query.On = &later, until
	return out
}

// placesBeyond returns the places that listings are in and a household with
// places that are a must has not named, in the order of their names. Time:
// proportional to the listings.
func (s *Snapshot) placesBeyond(c *Candidate) (out []string) {
	a := newApplicant(c)
	if !is(c.Household.AreasMust) || len(a.areas) == 0 {
		return nil
	}
	known := map[string]bool{"": true}
	for _, area := range a.areas {
		known[area] = true
	}
	add := func(h *home) {
		if !known[h.place] {
			known[h.place] = true
			out = append(out, h.l.PostalPlace)
		}
	}
	var seen [1 << 16]bool // codes
	for _, ch := range s.listings.chunks {
		for i, code := range ch.codes[aspectArea] {
			switch {
			case has(ch.slow, i):
				h := newHome(&ch.records[i])
				add(&h)
			case !seen[code]:
				seen[code] = true
				add(&s.listings.dicts[aspectArea].halves[code])
			}
		}
	}
	slices.Sort(out)
	return out
}

// gain fills in what a step gains over the listings that are eligible now.
func (sc *listingScan) gain(ctx context.Context, s *Snapshot, p *possibleStep, now positions) error {
	p.step.Best = -1
	if sc.start(s, &p.after, &p.query) {
		for ci := range s.listings.chunks {
			if err := ctx.Err(); err != nil {
				return err
			}
			first := s.listings.starts[ci]
			selection := sc.filter(ci)
			selection = slices.DeleteFunc(selection, func(i uint16) bool { return now.has(first + int(i)) })
			p.step.Gained += len(selection)
			for j, score := range sc.score(ci, selection) {
				at := first + int(selection[j])
				if p.step.Best < 0 || score > p.step.BestScore || score == p.step.BestScore && at < p.step.Best {
					p.step.Best, p.step.BestScore = at, score
				}
			}
		}
	}
	if p.step.Best >= 0 {
		p.step.BestRef = s.Offer(p.step.Best).Ref()
	}
	return nil
}

// MarshalJSON returns {"household","eligible","steps"}, and for a household that
// is not ready "when_ready", which is the same again.
func (r Readiness) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Household string          `json:"household"`
		Eligible  int             `json:"eligible"`
		Steps     []ReadinessStep `json:"steps"`
		WhenReady *Readiness      `json:"when_ready,omitempty"`
	}{r.Household, r.Eligible, orEmpty(r.Steps), r.WhenReady})
}

// MarshalJSON returns {"step","who","form","level","amount","place","until",
// "gained","best_listing","best_score"}, without those that a step does
// not have; best_listing and best_score are null where nothing is gained.
func (r ReadinessStep) MarshalJSON() ([]byte, error) {
	v := struct {
		Step        Step                            `json:"step"`
		Who         Actor                           `json:"who"`
		Form        string                          `json:"form,omitzero"`
		Level       landlords.EmploymentRequirement `json:"level,omitzero"`
		Amount      int                             `json:"amount,omitzero"`
		Place       string                          `json:"place,omitzero"`
		Until       civil.Date                      `json:"until,omitzero"`
		Gained      int                             `json:"gained"`
		BestListing *string                         `json:"best_listing"`
		BestScore   *decimals4                      `json:"best_score"`
	}{Step: r.Step, Who: r.Who, Form: r.Form, Level: r.Level, Amount: r.Amount, Place: r.Place, Until: r.Until, Gained: r.Gained}
	if r.Best >= 0 {
		score := decimals4(r.BestScore)
		v.BestListing, v.BestScore = &r.BestRef, &score
	}
	return json.Marshal(v)
}

// orEmpty returns a list that JSON shows as [] where there is nothing in it.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
