package staff

import (
	"net/http"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/web/page"
)

const allocationPath = "/allocation"

// allocation is the round in which coordinators allocate all free homes at once.
func (s *Staff) allocation() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "allocation.title", Path: allocationPath, May: auth.Coordinator, Place: 45}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/allocation", May: auth.Coordinator, Handle: s.showRounds},
			{Method: http.MethodPost, Path: "/allocation", May: auth.Coordinator, Handle: s.startRound},
			{Method: http.MethodGet, Path: "/allocation/:id", May: auth.Coordinator, Handle: s.showRound},
			{Method: http.MethodPost, Path: "/allocation/:id/pair", May: auth.Coordinator, Handle: s.changeRound},
			{Method: http.MethodPost, Path: "/allocation/:id/propose", May: auth.Coordinator, Handle: s.proposeRound},
		},
	}
}

type roundsPage struct {
	page.Frame
	Form   *page.Form
	Rounds []roundRow
}

type roundRow struct {
	Path, Who string
	On        civil.Date
	Proposed  int
}

func (s *Staff) showRounds(c *page.Context) error {
	return s.renderRounds(c, http.StatusOK, c.NewForm(map[string][]string{"on": {s.Office.Today().String()}}, 0))
}

func (s *Staff) renderRounds(c *page.Context, status int, form *page.Form) error {
	recs, err := s.Office.LatestRounds(c.Ctx(), 20)
	if err != nil {
		return err
	}
	p := &roundsPage{Frame: page.Frame{Title: "allocation.title"}, Form: form}
	names := s.names(c)
	for _, r := range recs {
		p.Rounds = append(p.Rounds, roundRow{allocationPath + "/" + r.ID, names(r.Value.By), r.Value.On, len(r.Value.Proposed)})
	}
	return c.RenderStatus(status, "staff/rounds", p)
}

func (s *Staff) startRound(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	on := form.Date("on")
	if form.Text("on") == "" {
		form.Fail("on", "form.missing", nil)
	}
	if !form.Valid() {
		return s.renderRounds(c, http.StatusUnprocessableEntity, form)
	}
	id, err := s.Office.StartRound(c.Ctx(), on, c.Who())
	if err != nil {
		return err
	}
	return c.Redirect(allocationPath+"/"+id, "", nil)
}

type roundPage struct {
	page.Frame
	ID                 string
	Version            int64
	On                 civil.Date
	Proposed           []string // paths of the placements
	Total, Greedy      string
	Better             bool
	Pairs              []roundPairView
	Excluded           []roundPairView
	Differences        []string
	Unassigned         []unassignedView
	Released           []string
	ChangedBy, TotalOf string
}

type roundPairView struct {
	Pair                       string // household|listing, for forms
	Household, Listing         string
	HouseholdPath, ListingPath string
	Locked                     bool
	Match                      matchView
}

type unassignedView struct{ Household, Path, Why string }

func (s *Staff) showRound(c *page.Context) error {
	rec, err := s.Office.Round(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderRound(c, &rec, http.StatusOK)
}

func (s *Staff) renderRound(c *page.Context, rec *office.RoundRecord, status int) error {
	p := &roundPage{ID: rec.ID, Version: rec.Version, On: rec.Value.On, ChangedBy: s.names(c)(rec.Value.By),
		Frame: page.Frame{Title: c.T("allocation.round", map[string]any{"Date": c.Words().LongDate(rec.Value.On)}), Crumbs: []page.Crumb{{Label: "allocation.title", Path: allocationPath}}}}
	for _, id := range rec.Value.Proposed {
		p.Proposed = append(p.Proposed, placementsPath+"/"+id)
	}
	if len(p.Proposed) == 0 {
		r, err := s.Office.AllocateRound(c.Ctx(), &rec.Value)
		if err != nil {
			return err
		}
		s.fillRound(c, p, rec, r)
	}
	return c.RenderStatus(status, "staff/round", p)
}

func (s *Staff) fillRound(c *page.Context, p *roundPage, rec *office.RoundRecord, r *office.RoundResult) {
	p.Total, p.Greedy, p.Better = points(c, r.Total), points(c, r.GreedyTotal), r.Total > r.GreedyTotal
	household := func(i int) string {
		if i < 0 {
			return ""
		}
		return r.Candidate(i).Ref()
	}
	listing := func(i int) string {
		if i < 0 {
			return ""
		}
		return listingTitle(r.Offer(i).Listing)
	}
	for _, pair := range r.Pairs {
		cand, offer := r.Candidate(pair.Candidate), r.Offer(pair.Offer)
		result := matching.Evaluate(cand, offer, r.Policy, r.On)
		p.Pairs = append(p.Pairs, roundPairView{Pair: cand.Ref() + "|" + offer.Ref(), Household: cand.Ref(), Listing: listingTitle(offer.Listing), HouseholdPath: householdsPath + "/" + cand.ID,
			ListingPath: listingsPath + "/" + offer.ID, Locked: pair.Locked, Match: viewOf(c, &result)})
		s.saw(c, "households", cand.Ref())
	}
	for _, e := range rec.Value.Excluded {
		p.Excluded = append(p.Excluded, roundPairView{Pair: e.Household + "|" + e.Listing, Household: e.Household, Listing: e.Listing})
	}
	for _, d := range r.Differences {
		text := household(d.Candidate) + " " + c.T("allocation.difference."+string(d.Why), map[string]any{"Greedy": listing(d.Greedy), "Best": listing(d.Best), "Other": household(d.Other)}) + ". "
		if d.Gain > 0 {
			text += c.T("allocation.gain", map[string]any{"Gain": points(c, d.Gain)})
		} else {
			text += c.T("allocation.tie", nil)
		}
		p.Differences = append(p.Differences, text)
	}
	for _, u := range r.Unassigned {
		cand := r.Candidate(u.Candidate)
		if h := cand.Household; h.ReadyDate != 0 && h.ReadyDate <= r.On {
			p.Unassigned = append(p.Unassigned, unassignedView{h.Ref, householdsPath + "/" + cand.ID, c.T("allocation.unassigned."+string(u.Why), nil)})
		}
	}
	for _, l := range r.Released {
		ref := l.Candidate
		if i, ok := r.FindCandidate(l.Candidate); ok {
			ref = r.Candidate(i).Ref()
		}
		p.Released = append(p.Released, ref+": "+c.T("allocation.lock."+string(l.Why), nil))
	}
}

// roundChange is a button that changes a round.
type roundChange struct {
	ID, Key, Change, Pair, Label string
	Version                      int64
}

// Change returns the button for a pair: lock, exclude or free.
func (p *roundPage) Change(change, pair string) roundChange {
	return roundChange{p.ID, p.Key, change, pair, p.Lang.T("allocation."+change, nil), p.Version}
}

// pairOf reads household|listing; a listing's own key may hold the mark as well.
func pairOf(text string) office.Pair {
	household, listing, _ := strings.Cut(text, "|")
	return office.Pair{Household: household, Listing: listing}
}

func (s *Staff) changeRound(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	back := allocationPath + "/" + c.Param("id")
	err = s.Office.ChangeRound(c.Ctx(), c.Param("id"), form.Version, office.RoundChange(form.Text("change")), pairOf(form.Text("pair")), c.Who())
	if done, err := s.refused(c, back, err); done || err != nil {
		return err
	}
	return c.Redirect(back, "", nil)
}

func (s *Staff) proposeRound(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	var pairs []office.Pair
	for _, text := range form.Set("pair") {
		pairs = append(pairs, pairOf(text))
	}
	back := allocationPath + "/" + c.Param("id")
	ids, err := s.Office.ProposeRound(c.Ctx(), c.Param("id"), form.Version, pairs, c.Who())
	if done, err := s.refused(c, back, err); done || err != nil {
		return err
	}
	if apperr.CodeOf(err) != "" {
		return err
	}
	for _, p := range pairs {
		s.changed(c, "households", p.Household, "placement")
	}
	return c.Redirect(placementsPath, "allocation.proposed", map[string]any{"N": len(ids)})
}
