package households

import (
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Item is one thing on the way to being housing-ready.
type Item string

// The modules of the housing school.
const (
	ModuleLoans     Item = "module_loans"     // Husbanken's loan calculator and rules
	ModuleEconomy   Item = "module_economy"   // the household's own economy and situation
	ModuleMarket    Item = "module_market"    // the local market
	ModuleViewings  Item = "module_viewings"  // viewings and bids
	ModuleBudget    Item = "module_budget"    // budgeting, renting and owning
	ModuleTenancy   Item = "module_tenancy"   // tenancy law: rights and duties
	ModuleHome      Item = "module_home"      // looking after a home
	ModuleFollowing Item = "module_follow_up" // individual follow-up
)

// What else makes a household ready.
const (
	EconomyReviewed    Item = "economy_reviewed"
	IncomeDocumented   Item = "income_documented"
	DepositSaved       Item = "deposit_account"
	NAVGuarantee       Item = "nav_guarantee"
	MunicipalGuarantee Item = "municipal_guarantee"
	InsuranceGuarantee Item = "insurance_guarantee"
	ReferenceObtained  Item = "reference"
	FollowUpPlanned    Item = "follow_up_plan"
)

// Modules lists the modules of the housing school in their order.
var Modules = []Item{ModuleLoans, ModuleEconomy, ModuleMarket, ModuleViewings, ModuleBudget, ModuleTenancy, ModuleHome, ModuleFollowing}

// Items lists everything on the checklist in the order people see.
var Items = slices.Concat(Modules, []Item{EconomyReviewed, IncomeDocumented, DepositSaved, NAVGuarantee, MunicipalGuarantee, InsuranceGuarantee, ReferenceObtained, FollowUpPlanned})

// Progress is how far an item has come.
type Progress string

// The steps. "" is not begun.
const (
	Started Progress = "started" // under way: applied for, booked
	Done    Progress = "done"    // completed, granted, obtained
)

// Mark is what is noted of one item.
type Mark struct {
	Progress   Progress   `json:"progress,omitzero"`
	On         civil.Date `json:"on,omitzero"`          // the day it came so far
	Began      civil.Date `json:"began,omitzero"`       // of individual follow-up: the first day of it, which the programme's cohorts are by
	ValidUntil civil.Date `json:"valid_until,omitzero"` // the last day that it holds, of a guarantee
	Evidence   string     `json:"evidence,omitzero"`    // where it can be seen: a document, who said it
}

// Holds reports whether the item is done and still valid on a day.
func (m Mark) Holds(on civil.Date) bool {
	return m.Progress == Done && (m.ValidUntil.IsZero() || on <= m.ValidUntil)
}

// Checklist is a household's readiness profile, item by item.
type Checklist map[Item]Mark

// Validate returns what is wrong: item_unknown, progress_unknown, dates_reversed,
// all errors, with the item as the field.
func (c Checklist) Validate() []apperr.Problem {
	var out []apperr.Problem
	refuse := func(item Item, code string) {
		out = append(out, apperr.Problem{Field: string(item), Code: code, Severity: apperr.SeverityError})
	}
	for item, m := range c {
		switch {
		case !slices.Contains(Items, item):
			refuse(item, "item_unknown")
		case m.Progress != "" && m.Progress != Started && m.Progress != Done:
			refuse(item, "progress_unknown")
		case !m.ValidUntil.IsZero() && m.ValidUntil < m.On,
			m.Progress == Done && !m.On.IsZero() && m.On < m.Began:
			refuse(item, "dates_reversed")
		}
	}
	return out
}

// KeepBegan notes when individual follow-up began, where nobody says so: the day
// noted before, else the day it came so far, else the day that it is noted on.
func (c Checklist) KeepBegan(before Checklist, today civil.Date) {
	m, ok := c[ModuleFollowing]
	if !ok {
		return
	}
	was := before[ModuleFollowing]
	switch {
	case m.Progress == "":
		m.Began = 0
	case !m.Began.IsZero():
	case was.Progress != "" && !was.began().IsZero() && (m.On.IsZero() || was.began() <= m.On):
		m.Began = was.began()
	case !m.On.IsZero():
		m.Began = m.On
	default:
		m.Began = today
	}
	c[ModuleFollowing] = m
}

// Began returns the first day of individual follow-up; zero where nobody has
// noted it.
func (c Checklist) Began() civil.Date { return c[ModuleFollowing].began() }

// began is On of a mark from before Began was noted.
func (m Mark) began() civil.Date {
	if m.Progress != "" && m.Began.IsZero() {
		return m.On
	}
	return m.Began
}

// DoneOf returns how many of the items hold on a day.
func (c Checklist) DoneOf(items []Item, on civil.Date) int {
	n := 0
	for _, item := range items {
		if c[item].Holds(on) {
			n++
		}
	}
	return n
}

var securityItems = map[Item]landlords.SecurityForm{
	DepositSaved: landlords.DepositAccount, NAVGuarantee: landlords.NAVGuarantee,
	MunicipalGuarantee: landlords.MunicipalGuarantee, InsuranceGuarantee: landlords.InsuranceGuarantee,
}

// Follow lets the profile that matching reads follow a change of the checklist:
// modules completed, security forms, references and the plan, but only those
// whose items changed, so that what was stated otherwise stays.
func (h *Household) Follow(before, after Checklist, on civil.Date) {
	changed := func(item Item) (now, is bool) {
		now = after[item].Holds(on)
		return now, now != before[item].Holds(on)
	}
	for _, item := range Modules {
		if _, is := changed(item); is {
			n := after.DoneOf(Modules, on)
			h.ModulesCompleted = &n
			break
		}
	}
	for item, form := range securityItems {
		switch now, is := changed(item); {
		case is && now:
			h.Security |= landlords.SecuritySet(form)
		case is:
			h.Security &^= landlords.SecuritySet(form)
		}
	}
	if now, is := changed(ReferenceObtained); is {
		h.References = &now
	}
	if now, is := changed(FollowUpPlanned); is {
		h.FollowUpPlan = &now
	}
}
