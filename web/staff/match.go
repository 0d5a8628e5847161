package staff

import (
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/web/page"
)

// matchView is a pair as a list shows it, with the tree of reasons.
type matchView struct {
	Household, Listing string // ids
	Title, Path, Text  string // of the other side
	Verdict            page.Tag
	Score, Rank        string
	Bar                int // score, 0 to 100
	Outcomes           []outcomeView
	Criteria           []criterionView
	NeedsWhy           bool   // a rule stands against it
	Unavailable        string // why the household gets no proposals
	Placement          string // path of the placement that is open for the pair
}

// outcomeView is what one rule says.
type outcomeView struct {
	Rule, Why, Remedy string
	Answer            page.Tag
	Wish              bool
}

// criterionView is one part of a score.
type criterionView struct {
	Name, Points string
	Bar          int // s in hundredths
	Unknown      bool
}

func verdictTag(c *page.Context, e matching.Eligibility) page.Tag {
	color := map[matching.Eligibility]string{matching.Eligible: "success", matching.Clarify: "warning", matching.Blocked: "danger"}[e]
	return page.Tag{Color: color, Text: e.Message().Render(c.Lang.T)}
}

// points writes a number with one decimal as people of the language do.
func points(c *page.Context, v float64) string {
	return c.Words().Decimal(v)
}

// viewOf returns a result for people; rules that pass stand last.
func viewOf(c *page.Context, r *matching.Result) matchView {
	v := matchView{Household: r.Candidate.ID, Listing: r.Offer.ID, Verdict: verdictTag(c, r.Eligibility), Score: points(c, r.Score), Rank: points(c, r.RankValue),
		Bar: int(r.Score + 0.5), NeedsWhy: r.Eligibility == matching.Blocked}
	var passed []outcomeView
	for _, o := range r.Outcomes {
		color := map[matching.Answer]string{matching.Pass: "success", matching.Unknown: "warning", matching.Fail: "danger"}[o.Outcome]
		out := outcomeView{Rule: o.Rule.Message().Render(c.Lang.T), Answer: page.Tag{Color: color, Text: o.Outcome.Message().Render(c.Lang.T)}, Wish: o.Strength == landlords.Prefer}
		if o.Outcome == matching.Pass {
			passed = append(passed, out)
			continue
		}
		out.Why = r.Why(o).Render(c.Lang.T)
		if o.Remedy != nil {
			out.Remedy = o.Remedy.Message().Render(c.Lang.T)
		}
		v.Outcomes = append(v.Outcomes, out)
	}
	v.Outcomes = append(v.Outcomes, passed...)
	for _, k := range r.Criteria {
		v.Criteria = append(v.Criteria, criterionView{Name: k.Criterion.Message().Render(c.Lang.T), Points: points(c, k.Contribution), Bar: int(100*k.Value + 0.5), Unknown: k.Unknown})
	}
	return v
}

// listingTitle calls a listing as staff do.
func listingTitle(l *landlords.Listing) string {
	switch {
	case l.ExternalRef != "" && l.Address != "":
		return l.ExternalRef + " · " + l.Address
	case l.ExternalRef != "":
		return l.ExternalRef
	}
	return l.Address
}

// listingText tells the place, the rent and the size.
func listingText(c *page.Context, l *landlords.Listing) string {
	var parts []string
	if l.PostalPlace != "" {
		parts = append(parts, l.PostalPlace)
	}
	if l.Rent != nil {
		if money, err := c.Words().Money(*l.Rent); err == nil {
			parts = append(parts, money)
		}
	}
	if l.Bedrooms != nil {
		parts = append(parts, c.T("staff.bedrooms", map[string]any{"N": *l.Bedrooms}))
	}
	return strings.Join(parts, " · ")
}

// householdText tells the size of a household.
func householdText(c *page.Context, adults, children int) string {
	return c.T("staff.persons", map[string]any{"Adults": adults, "Children": children})
}

func statusTag(c *page.Context, s landlords.Status) page.Tag {
	if s == "" {
		s = landlords.StatusOpen
	}
	color := map[landlords.Status]string{landlords.StatusOpen: "success", landlords.StatusReserved: "info", landlords.StatusSubmitted: "warning", landlords.StatusPaused: "warning"}[s]
	if color == "" {
		color = "neutral"
	}
	return page.Tag{Color: color, Text: c.T("staff.status."+string(s), nil)}
}

// offerTags are what a listing's status is and, where it is on offer on the
// landlord's old word alone, that somebody must ask anew.
func offerTags(c *page.Context, l *landlords.Listing, day search.Day) []page.Tag {
	tags := []page.Tag{statusTag(c, l.Status)}
	if a := l.Availability(day.On, day.FreshDays); a == landlords.AvailabilityUnconfirmed {
		tags = append(tags, page.Tag{Color: "warning", Text: c.T("listings.availability."+string(a), nil)})
	}
	return tags
}

func availabilityText(c *page.Context, a office.Availability) string {
	if a.Code == office.Available {
		return ""
	}
	return c.T("staff.availability."+string(a.Code), map[string]any{"Until": c.Words().Date(a.Until)})
}

func concessionText(c *page.Context, s matching.NegotiationStep) string {
	amount := ""
	if s.Amount != nil {
		amount = strconv.Itoa(*s.Amount)
	}
	return c.T("cli.concession."+string(s.Concession), map[string]any{"Form": c.T("matching.form."+s.Form, nil), "Level": c.T("matching.level."+string(s.Level), nil), "Amount": amount})
}

func stepText(c *page.Context, s matching.ReadinessStep) string {
	return c.T("cli.step."+string(s.Step), map[string]any{"Form": c.T("matching.form."+s.Form, nil), "Level": c.T("matching.level."+string(s.Level), nil),
		"Amount": s.Amount, "Place": s.Place, "Until": c.Words().Date(s.Until)})
}

// proposal is what the partial "propose" shows.
type proposal struct {
	Key, From string
	Match     matchView
}

// Propose returns the form that proposes a household of the list.
func (p *listingPage) Propose(m matchView) proposal { return proposal{p.Key, "listing", m} }

// Propose returns the form that proposes a listing of the list.
func (p *householdPage) Propose(m matchView) proposal { return proposal{p.Key, "household", m} }
