package matching

import "github.com/boligklar/boligklar/landlords"

// The remedies of each rule, by the reason that it gave. What is missing is
// asked of whoever knows it; nil stands where nobody can do anything about it.

func (pr *pair) listingOpenRemedy(Reason) *Remedy {
	return &Remedy{Action: CallLandlord, Who: Caseworker}
}

func (pr *pair) capacityRemedy(reason Reason) *Remedy {
	if reason == BedroomsUnknown {
		return ask(Landlord, "bedrooms")
	}
	return nil
}

func (pr *pair) rentRemedy(reason Reason) *Remedy {
	if reason == OverBudget {
		return &Remedy{Action: AcceptRent, Who: TheHousehold, Amount: pr.l.Rent}
	}
	r := &Remedy{Action: Ask}
	r.andIf(pr.l.Rent == nil, Landlord, "rent")
	r.andIf(pr.h.MaxRent == nil, TheHousehold, "max_rent")
	return r
}

func (pr *pair) noIncreaseRemedy(reason Reason) *Remedy {
	switch reason {
	case RentUnknown:
		return ask(Landlord, "rent")
	case CostIncrease:
		return &Remedy{Action: ApproveRent, Who: NAV, Amount: pr.l.Rent}
	case SocialAssistanceUnknown:
		return ask(TheHousehold, "social_assistance")
	case CurrentRentUnknown:
		return ask(TheHousehold, "current_rent")
	}
	r := &Remedy{Action: AskElectricity}
	r.andIf(pr.l.ElectricityIncluded == nil, Landlord, "electricity_included")
	r.andIf(pr.h.CurrentElectricityIncluded == nil, TheHousehold, "current_electricity_included")
	return r
}

func (pr *pair) securityRemedy(reason Reason) *Remedy {
	r := &Remedy{Action: Ask}
	switch reason {
	case SecurityUnknown:
		r.andIf(pr.l.AcceptedSecurity == 0, Landlord, "accepted_security")
		r.andIf(pr.h.Security == 0, TheHousehold, "security")
	case DepositUnknown:
		r.andIf(pr.l.Deposit == nil, Landlord, "deposit")
		r.andIf(pr.h.DepositFunds == nil, TheHousehold, "deposit_funds")
	default:
		return obtainSecurity(pr.l)
	}
	return r
}

// formsAtHand is the order in which a guarantee is looked for: what the public
// can give before what the household has to pay for.
var formsAtHand = []struct {
	form landlords.SecurityForm
	who  Actor
}{
	{landlords.MunicipalGuarantee, Municipality},
	{landlords.NAVGuarantee, NAV},
	{landlords.InsuranceGuarantee, TheHousehold},
	{landlords.DepositAccount, TheHousehold},
}

// obtainSecurity names the forms that the landlord takes, the nearest at hand
// first. Called where the household has none of them, or only an account with
// too little in it.
func obtainSecurity(l *landlords.Listing) *Remedy {
	r := &Remedy{Action: ObtainSecurity}
	for _, f := range formsAtHand {
		switch {
		case !l.AcceptedSecurity.Has(f.form):
		case r.Form == "":
			r.Form, r.Who = f.form.String(), f.who
			if f.form == landlords.DepositAccount {
				r.Amount = l.Deposit
			}
		default:
			r.OrForms = append(r.OrForms, f.form.String())
		}
	}
	return r
}

func (pr *pair) employmentRemedy(reason Reason) *Remedy {
	if reason == EmploymentBelow {
		return &Remedy{Action: ReachEmployment, Who: TheHousehold, Level: pr.l.EmploymentRequirement}
	}
	r := &Remedy{Action: Ask}
	r.andIf(pr.asked < 0, Landlord, "employment_requirement")
	r.andIf(pr.level < 0, TheHousehold, "employment")
	return r
}

func (pr *pair) referencesRemedy(reason Reason) *Remedy {
	if reason == NoReferences {
		return &Remedy{Action: ObtainReference, Who: TheHousehold}
	}
	r := &Remedy{Action: Ask}
	r.andIf(pr.l.ReferencesRequired == nil, Landlord, "references_required")
	r.andIf(pr.h.References == nil, TheHousehold, "references")
	return r
}

func (pr *pair) moveInRemedy(reason Reason) *Remedy {
	if reason != DateUnknown {
		return nil
	}
	r := &Remedy{Action: Ask}
	r.andIf(pr.l.AvailableFrom.IsZero(), Landlord, "available_from")
	r.andIf(pr.h.MoveFrom.IsZero(), TheHousehold, "move_from")
	return r
}

func (pr *pair) stepFreeRemedy(reason Reason) *Remedy {
	if reason == StepFreeUnknown {
		return ask(Landlord, "step_free")
	}
	return nil
}

func (pr *pair) petsRemedy(reason Reason) *Remedy {
	if reason == PetsUnknown {
		return ask(Landlord, "pets")
	}
	return nil
}

func (pr *pair) areaRemedy(reason Reason) *Remedy {
	if reason == OutsideArea {
		return &Remedy{Action: AcceptArea, Who: TheHousehold, Place: pr.l.PostalPlace}
	}
	return ask(Landlord, "postal_place")
}

func (pr *pair) leaseRemedy(reason Reason) *Remedy {
	if reason == LeaseUnknown {
		return ask(Landlord, "lease_months")
	}
	return nil
}

func (pr *pair) followUpRemedy(Reason) *Remedy {
	return &Remedy{Action: MakeFollowUpPlan, Who: Caseworker}
}
