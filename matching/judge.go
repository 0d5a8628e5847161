package matching

import (
	"github.com/boligklar/boligklar/landlords"
)

// Each rule answers with a reason where it does not pass. Within a rule a fail
// beats an unknown, and of several reasons the first in order is named. A rule
// reads no other facts than its aspect says (facts.go).

func (pr *pair) ready() (Answer, Reason) {
	if !pr.isReady() {
		return Fail, NotReady
	}
	return Pass, ""
}

func (pr *pair) isReady() bool { return !pr.readyDate.IsZero() && pr.readyDate <= pr.on }

func (pr *pair) listingOpen() (Answer, Reason) {
	switch pr.l.Availability(pr.on, pr.p.FreshDays) {
	case landlords.AvailabilityClosed:
		return Fail, ListingClosed
	case landlords.AvailabilityUnconfirmed:
		return Unknown, StaleListing
	}
	return Pass, ""
}

// isClosed reports a listing that is not on offer now. One that came without
// status is open.
func isClosed(l *landlords.Listing) bool { return l.Status != landlords.StatusOpen && l.Status != "" }

// isGone reports a closed listing that a call to the landlord does not bring
// back: it is let or promised, or the landlord has taken it off.
func isGone(l *landlords.Listing) bool {
	switch l.Status {
	case landlords.StatusReserved, landlords.StatusLet, landlords.StatusPaused, landlords.StatusWithdrawn:
		return true
	}
	return false
}

func (pr *pair) capacity() (Answer, Reason) {
	switch {
	case pr.l.DwellingType == landlords.SharedRoom && pr.h.Persons() > 1:
		return Fail, SharedRoomSingleOnly
	case !pr.bedsKnown:
		return Unknown, BedroomsUnknown
	case pr.beds < pr.need:
		return Fail, TooSmall
	}
	return Pass, ""
}

func (pr *pair) occupants() (Answer, Reason) {
	if pr.l.MaxOccupants != nil && pr.h.Persons() > *pr.l.MaxOccupants {
		return Fail, OverMaxOccupants
	}
	return Pass, ""
}

func (pr *pair) rent() (Answer, Reason) {
	switch {
	case pr.l.Rent == nil:
		return Unknown, RentUnknown
	case pr.h.MaxRent == nil:
		return Unknown, BudgetUnknown
	case *pr.l.Rent > *pr.h.MaxRent:
		return Fail, OverBudget
	}
	return Pass, ""
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

// tolerated returns the most that counts as no increase of a cost: of 1,000 with
// a tolerance of 0.13 it is 1,130, and not a hair less.
func (p *Policy) tolerated(cost int) float64 {
	return exact(float64(cost) * (1 + p.NoIncreaseTolerance))
}

// noIncrease holds that a household on social assistance may not move to a
// home that costs more than the one it has, unless NAV has approved the rent.
func (pr *pair) noIncrease() (Answer, Reason) {
	h, l := pr.h, pr.l
	switch {
	case isNot(h.SocialAssistance):
		return Pass, ""
	case l.Rent == nil:
		return Unknown, RentUnknown
	case h.ApprovedRent != nil && *l.Rent <= *h.ApprovedRent:
		return Pass, ""
	}
	if h.CurrentRent != nil {
		low, high := pr.p.costRange(*l.Rent, l.ElectricityIncluded)
		haveLow, haveHigh := pr.p.costRange(*h.CurrentRent, h.CurrentElectricityIncluded)
		if float64(high) <= pr.p.tolerated(haveLow) {
			return Pass, ""
		}
		if is(h.SocialAssistance) && float64(low) > pr.p.tolerated(haveHigh) {
			return Fail, CostIncrease
		}
	}
	switch {
	case h.SocialAssistance == nil:
		return Unknown, SocialAssistanceUnknown
	case h.CurrentRent == nil:
		return Unknown, CurrentRentUnknown
	}
	return Unknown, CostUnknown
}

func (pr *pair) security() (Answer, Reason) {
	h, l := pr.h, pr.l
	switch {
	case pr.sublet:
		return Pass, ""
	case l.AcceptedSecurity == 0 || h.Security == 0:
		return Unknown, SecurityUnknown
	}
	switch l.AcceptedSecurity & h.Security {
	case 0:
		return Fail, NoCommonSecurity
	case landlords.Securities(landlords.DepositAccount):
		switch {
		case l.Deposit == nil || h.DepositFunds == nil:
			return Unknown, DepositUnknown
		case *l.Deposit > *h.DepositFunds:
			return Fail, DepositTooHigh
		}
	}
	return Pass, ""
}

func (pr *pair) employment() (Answer, Reason) {
	switch {
	case pr.sublet || pr.asked == 0:
		return Pass, ""
	case !pr.levelsKnown():
		return Unknown, EmploymentUnknown
	case pr.level < pr.asked:
		return Fail, EmploymentBelow
	}
	return Pass, ""
}

func (pr *pair) references() (Answer, Reason) {
	required, has := pr.l.ReferencesRequired, pr.h.References
	switch {
	case pr.sublet || isNot(required) || is(has):
		return Pass, ""
	case is(required) && isNot(has):
		return Fail, NoReferences
	}
	return Unknown, ReferencesUnknown
}

func (pr *pair) moveIn() (Answer, Reason) {
	if !pr.datesKnown() {
		return Unknown, DateUnknown
	}
	days := int(pr.homeFree() - pr.moves())
	switch {
	case days > pr.p.MoveWindowDays:
		return Fail, TooLate
	case -days > pr.p.MaxWaitDays:
		return Fail, TooEarly
	}
	return Pass, ""
}

func (pr *pair) stepFree() (Answer, Reason) {
	switch {
	case !is(pr.h.StepFreeNeeded) || is(pr.l.StepFree):
		return Pass, ""
	case pr.l.StepFree == nil:
		return Unknown, StepFreeUnknown
	}
	return Fail, NotStepFree
}

func (pr *pair) pets() (Answer, Reason) {
	switch {
	case !is(pr.h.Pets) || is(pr.l.Pets):
		return Pass, ""
	case pr.l.Pets == nil:
		return Unknown, PetsUnknown
	}
	return Fail, NoPets
}

func (pr *pair) area() (Answer, Reason) {
	if !is(pr.h.AreasMust) {
		return Pass, ""
	}
	switch pr.wishedArea() {
	case wishUnknown:
		return Unknown, PlaceUnknown
	case wishMissed:
		return Fail, OutsideArea
	}
	return Pass, ""
}

func (pr *pair) lease() (Answer, Reason) {
	switch {
	case pr.l.LeaseKind == landlords.Indefinite:
		return Pass, ""
	case pr.l.LeaseMonths == nil:
		return Unknown, LeaseUnknown
	case *pr.l.LeaseMonths < pr.leastMonths():
		return Fail, LeaseTooShort
	}
	return Pass, ""
}

func (pr *pair) followUp() (Answer, Reason) {
	if is(pr.l.FollowUpRequired) && !is(pr.h.FollowUpPlan) {
		return Fail, NoFollowUpPlan
	}
	return Pass, ""
}

func (pr *pair) notExcluded() (Answer, Reason) {
	if pr.c.Declined[pr.o.ID] {
		return Fail, DeclinedBefore
	}
	return Pass, ""
}
