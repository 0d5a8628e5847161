package matching

import (
	"github.com/boligklar/boligklar/landlords"
)

// Each rule answers with a reason where it does not pass. Within a rule a fail
// beats an unknown, and of several reasons the first in order is named.

func (pr *pair) ready() (Answer, Reason, *Remedy) {
	if pr.h.ReadyDate.IsZero() || pr.h.ReadyDate > pr.on {
		return Fail, NotReady, nil
	}
	return Pass, "", nil
}

func (pr *pair) listingOpen() (Answer, Reason, *Remedy) {
	// A listing that came without status is open.
	if pr.l.Status != landlords.StatusOpen && pr.l.Status != "" {
		return Fail, ListingClosed, &Remedy{Action: CallLandlord, Who: Caseworker}
	}
	if pr.l.ConfirmedOn.IsZero() || int(pr.on-pr.l.ConfirmedOn) > pr.p.FreshDays {
		return Unknown, StaleListing, &Remedy{Action: CallLandlord, Who: Caseworker}
	}
	return Pass, "", nil
}

func (pr *pair) capacity() (Answer, Reason, *Remedy) {
	switch {
	case pr.l.DwellingType == landlords.SharedRoom && pr.h.Persons() > 1:
		return Fail, SharedRoomSingleOnly, nil
	case !pr.bedsKnown:
		return Unknown, BedroomsUnknown, ask(Landlord, "bedrooms")
	case pr.beds < pr.need:
		return Fail, TooSmall, nil
	}
	return Pass, "", nil
}

func (pr *pair) occupants() (Answer, Reason, *Remedy) {
	if pr.l.MaxOccupants != nil && pr.h.Persons() > *pr.l.MaxOccupants {
		return Fail, OverMaxOccupants, nil
	}
	return Pass, "", nil
}

func (pr *pair) rent() (Answer, Reason, *Remedy) {
	rent, budget := pr.l.Rent, pr.h.MaxRent
	switch {
	case rent == nil:
		r := ask(Landlord, "rent")
		if budget == nil {
			r.and(TheHousehold, "max_rent")
		}
		return Unknown, RentUnknown, r
	case budget == nil:
		return Unknown, BudgetUnknown, ask(TheHousehold, "max_rent")
	case *rent > *budget:
		return Fail, OverBudget, &Remedy{Action: AcceptRent, Who: TheHousehold, Amount: rent}
	}
	return Pass, "", nil
}

// costRange returns the least and the most that a home costs a month with
// power, given its rent and whether the rent covers the power.
func (p *Policy) costRange(rent int, powerIncluded *bool) (low, high int) {
	low, high = rent, rent
	if isNot(powerIncluded) {
		low += p.PowerEstimate
	}
	if !is(powerIncluded) {
		high += p.PowerEstimate
	}
	return low, high
}

// noIncrease holds that a household on social assistance may not move to a
// home that costs more than the one it has, unless NAV has approved the rent.
func (pr *pair) noIncrease() (Answer, Reason, *Remedy) {
	h, l := pr.h, pr.l
	if isNot(h.SocialAssistance) {
		return Pass, "", nil
	}
	if l.Rent == nil {
		return Unknown, RentUnknown, ask(Landlord, "rent")
	}
	if h.ApprovedRent != nil && *l.Rent <= *h.ApprovedRent {
		return Pass, "", nil
	}
	low, high := pr.p.costRange(*l.Rent, l.ElectricityIncluded)
	if h.CurrentRent != nil {
		haveLow, haveHigh := pr.p.costRange(*h.CurrentRent, h.CurrentElectricityIncluded)
		factor := 1 + pr.p.NoIncreaseTolerance
		if float64(high) <= float64(haveLow)*factor {
			return Pass, "", nil
		}
		if is(h.SocialAssistance) && float64(low) > float64(haveHigh)*factor {
			return Fail, CostIncrease, &Remedy{Action: ApproveRent, Who: NAV, Amount: l.Rent}
		}
	}
	switch {
	case h.SocialAssistance == nil:
		return Unknown, SocialAssistanceUnknown, ask(TheHousehold, "social_assistance")
	case h.CurrentRent == nil:
		return Unknown, CurrentRentUnknown, ask(TheHousehold, "current_rent")
	}
	r := &Remedy{Action: AskElectricity}
	if l.ElectricityIncluded == nil {
		r.and(Landlord, "electricity_included")
	}
	if h.CurrentElectricityIncluded == nil {
		r.and(TheHousehold, "current_electricity_included")
	}
	return Unknown, CostUnknown, r
}

func (pr *pair) security() (Answer, Reason, *Remedy) {
	h, l := pr.h, pr.l
	if pr.sublet {
		return Pass, "", nil
	}
	if l.AcceptedSecurity == 0 || h.Security == 0 {
		r := &Remedy{Action: Ask}
		if l.AcceptedSecurity == 0 {
			r.and(Landlord, "accepted_security")
		}
		if h.Security == 0 {
			r.and(TheHousehold, "security")
		}
		return Unknown, SecurityUnknown, r
	}
	switch l.AcceptedSecurity & h.Security {
	case 0:
		return Fail, NoCommonSecurity, obtainSecurity(l)
	case landlords.Securities(landlords.DepositAccount):
		if l.Deposit != nil && h.DepositFunds != nil {
			if *l.Deposit > *h.DepositFunds {
				return Fail, DepositTooHigh, obtainSecurity(l)
			}
			return Pass, "", nil
		}
		r := &Remedy{Action: Ask}
		if l.Deposit == nil {
			r.and(Landlord, "deposit")
		}
		if h.DepositFunds == nil {
			r.and(TheHousehold, "deposit_funds")
		}
		return Unknown, DepositUnknown, r
	}
	return Pass, "", nil
}

func (pr *pair) employment() (Answer, Reason, *Remedy) {
	switch {
	case pr.sublet || pr.asked == 0:
		return Pass, "", nil
	case !pr.levelsKnown:
		r := &Remedy{Action: Ask}
		if pr.asked < 0 {
			r.and(Landlord, "employment_requirement")
		}
		if pr.level < 0 {
			r.and(TheHousehold, "employment")
		}
		return Unknown, EmploymentUnknown, r
	case pr.level < pr.asked:
		return Fail, EmploymentBelow, &Remedy{Action: ReachEmployment, Who: TheHousehold, Level: pr.l.EmploymentRequirement}
	}
	return Pass, "", nil
}

func (pr *pair) references() (Answer, Reason, *Remedy) {
	required, has := pr.l.ReferencesRequired, pr.h.References
	switch {
	case pr.sublet || isNot(required) || is(has):
		return Pass, "", nil
	case is(required) && isNot(has):
		return Fail, NoReferences, &Remedy{Action: ObtainReference, Who: TheHousehold}
	}
	r := &Remedy{Action: Ask}
	if required == nil {
		r.and(Landlord, "references_required")
	}
	if has == nil {
		r.and(TheHousehold, "references")
	}
	return Unknown, ReferencesUnknown, r
}

func (pr *pair) moveIn() (Answer, Reason, *Remedy) {
	if !pr.datesKnown {
		r := &Remedy{Action: Ask}
		if pr.l.AvailableFrom.IsZero() {
			r.and(Landlord, "available_from")
		}
		if pr.h.MoveFrom.IsZero() {
			r.and(TheHousehold, "move_from")
		}
		return Unknown, DateUnknown, r
	}
	switch {
	case int(pr.homeFree-pr.moves) > pr.p.MoveWindowDays:
		return Fail, TooLate, nil
	case int(pr.moves-pr.homeFree) > pr.p.MaxWaitDays:
		return Fail, TooEarly, nil
	}
	return Pass, "", nil
}

func (pr *pair) stepFree() (Answer, Reason, *Remedy) {
	switch {
	case !is(pr.h.StepFreeNeeded) || is(pr.l.StepFree):
		return Pass, "", nil
	case pr.l.StepFree == nil:
		return Unknown, StepFreeUnknown, ask(Landlord, "step_free")
	}
	return Fail, NotStepFree, nil
}

func (pr *pair) pets() (Answer, Reason, *Remedy) {
	switch {
	case !is(pr.h.Pets) || is(pr.l.Pets):
		return Pass, "", nil
	case pr.l.Pets == nil:
		return Unknown, PetsUnknown, ask(Landlord, "pets")
	}
	return Fail, NoPets, nil
}

func (pr *pair) area() (Answer, Reason, *Remedy) {
	switch {
	case !is(pr.h.AreasMust) || pr.wish == wishNone || pr.wish == wishMet:
		return Pass, "", nil
	case pr.wish == wishUnknown:
		return Unknown, PlaceUnknown, ask(Landlord, "postal_place")
	}
	return Fail, OutsideArea, &Remedy{Action: AcceptArea, Who: TheHousehold, Place: pr.l.PostalPlace}
}

func (pr *pair) lease() (Answer, Reason, *Remedy) {
	switch {
	case pr.l.LeaseKind == landlords.Indefinite:
		return Pass, "", nil
	case pr.l.LeaseMonths == nil:
		return Unknown, LeaseUnknown, ask(Landlord, "lease_months")
	case *pr.l.LeaseMonths < pr.leastMonths():
		return Fail, LeaseTooShort, nil
	}
	return Pass, "", nil
}

// leastMonths is the shortest lease that the household takes, in months.
func (pr *pair) leastMonths() int {
	if pr.h.MinLeaseMonths != nil {
		return *pr.h.MinLeaseMonths
	}
	return pr.p.MinLeaseMonths
}

func (pr *pair) followUp() (Answer, Reason, *Remedy) {
	if is(pr.l.FollowUpRequired) && !is(pr.h.FollowUpPlan) {
		return Fail, NoFollowUpPlan, &Remedy{Action: MakeFollowUpPlan, Who: Caseworker}
	}
	return Pass, "", nil
}

func (pr *pair) notExcluded() (Answer, Reason, *Remedy) {
	if pr.c.Declined[pr.o.ID] {
		return Fail, DeclinedBefore, nil
	}
	return Pass, "", nil
}
