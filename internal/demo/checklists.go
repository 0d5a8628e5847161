package demo

import (
	"math/rand/v2"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// makeChecklists notes item by item what the profiles say of readiness. It draws
// from a source of its own, so that the rest of the town does not depend on it.
func (t *town) makeChecklists(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1<<32))
	moved := map[string]civil.Date{}
	for i := range t.data.Placements {
		if p := &t.data.Placements[i]; !p.MovedIn.IsZero() {
			moved[p.Personal.HouseholdRef] = p.MovedIn
		}
	}
	came := map[string]civil.Date{}
	for i := range t.data.Occupancies {
		if o := &t.data.Occupancies[i]; came[o.HouseholdRef] == 0 || o.From < came[o.HouseholdRef] {
			came[o.HouseholdRef] = o.From
		}
	}
	t.data.Checklists = map[string]households.Checklist{}
	for i := range t.data.Households {
		h := &t.data.Households[i]
		if h.ModulesCompleted == nil || *h.ModulesCompleted == 0 {
			continue
		}
		until := t.on
		switch {
		case moved[h.Ref] != 0:
			until = moved[h.Ref]
		case !h.ReadyDate.IsZero() && h.ReadyDate < t.on:
			until = h.ReadyDate
		}
		began := workday(max(until.AddDays(-120-r.IntN(600)), came[h.Ref].AddDays(30)))
		t.data.Checklists[h.Ref] = checklistOf(h, began, until, r)
	}
}

// checklistOf spreads what a household has come to over the days from its
// beginning.
func checklistOf(h *households.Household, began, until civil.Date, r *rand.Rand) households.Checklist {
	list, n := households.Checklist{}, *h.ModulesCompleted
	day := func(i int) civil.Date {
		return workday(began.AddDays(int(until-began) * i / len(households.Modules)))
	}
	for i, item := range households.Modules {
		switch {
		case i < n:
			list[item] = households.Mark{Progress: households.Done, On: max(began, day(i))}
		case item == households.ModuleFollowing:
			list[item] = households.Mark{Progress: households.Started, On: began}
		}
	}
	follow := list[households.ModuleFollowing]
	follow.Began = began
	list[households.ModuleFollowing] = follow
	done := func(item households.Item, evidence string) {
		list[item] = households.Mark{Progress: households.Done, On: max(began, day(r.IntN(len(households.Modules)))), Evidence: evidence}
	}
	if h.MonthlyIncome != nil {
		done(households.IncomeDocumented, "")
	}
	for item, form := range map[households.Item]landlords.SecurityForm{households.DepositSaved: landlords.DepositAccount, households.NAVGuarantee: landlords.NAVGuarantee,
		households.MunicipalGuarantee: landlords.MunicipalGuarantee, households.InsuranceGuarantee: landlords.InsuranceGuarantee} {
		if h.Security.Has(form) {
			list[item] = households.Mark{Progress: households.Done, On: max(began, day(6))}
		}
	}
	if h.References != nil && *h.References {
		done(households.ReferenceObtained, "Tidligere utleier")
	}
	if h.FollowUpPlan != nil && *h.FollowUpPlan {
		done(households.FollowUpPlanned, "")
	}
	return list
}
