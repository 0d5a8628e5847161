package matching

import (
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

type fit struct {
	candidate Candidate
	offer     Offer
	policy    *Policy
}

// fitting returns a pair that every rule passes, all facts known.
func fitting() *fit {
	n, yes, no := func(v int) *int { return &v }, true, false
	return &fit{
		candidate: Candidate{ID: "h1", Household: &households.Household{
			Ref: "H-1", Adults: 2, Children: 1, Employment: households.Temporary, MaxRent: n(10000), CurrentRent: n(8000),
			CurrentElectricityIncluded: &yes, SocialAssistance: &no, Security: landlords.Securities(landlords.NAVGuarantee),
			DepositFunds: n(0), Areas: []string{"Gruben"}, AreasMust: &yes, MoveFrom: day, MinLeaseMonths: n(24),
			StepFreeNeeded: &no, Pets: &no, ReadyDate: day, References: &yes, FollowUpPlan: &yes,
		}},
		offer: Offer{ID: "l1", Listing: &landlords.Listing{
			ExternalRef: "L-1", Address: "Prøvegata 1", PostalPlace: "Gruben", DwellingType: landlords.Apartment, Bedrooms: n(2),
			Rent: n(9000), ElectricityIncluded: &yes, Deposit: n(27000), AcceptedSecurity: landlords.SecuritySet(15),
			EmploymentRequirement: landlords.TemporaryJob, ReferencesRequired: &yes, AvailableFrom: day,
			LeaseKind: landlords.Fixed, LeaseMonths: n(36), Pets: &no, StepFree: &no, MaxOccupants: n(3), FollowUpRequired: &yes,
			ContractForm: landlords.Direct, Status: landlords.StatusOpen, ConfirmedOn: day,
		}},
		policy: DefaultPolicy(),
	}
}

func TestTheFittingPairFits(t *testing.T) {
	f := fitting()
	r := Evaluate(&f.candidate, &f.offer, f.policy, day)
	if r.Eligibility != Eligible {
		t.Fatalf("got %s", jsonOf(t, r))
	}
	// 25*(0.4+0.6*0.1/0.25) + 20*1 + 15*1 + 15*0.9 + 10*1 + 10*1 + 5*0.6, worked by hand.
	if got, want := jsonOf(t, decimals4(r.Score)), "87.5000"; got != want {
		t.Errorf("score %s, want %s", got, want)
	}
}

// TestRules changes the fitting pair at one point and looks at one rule: each
// row of the rule table, its edges, and the order of its reasons.
func TestRules(t *testing.T) {
	n, yes, no := func(v int) *int { return &v }, new(bool), new(bool)
	*yes = true
	type (
		H = households.Household
		L = landlords.Listing
	)
	onAssistance := func(h *H) { h.SocialAssistance = yes }
	depositOnly := func(h *H) { h.Security = landlords.Securities(landlords.DepositAccount) }
	for _, tc := range []struct {
		name   string
		rule   Rule
		change func(h *H, l *L, p *Policy)
		want   Answer
		reason Reason
		action Action
	}{
		{"ready today", RuleReady, func(h *H, l *L, p *Policy) {}, Pass, "", ""},
		{"ready tomorrow", RuleReady, func(h *H, l *L, p *Policy) { h.ReadyDate = day + 1 }, Fail, NotReady, ""},
		{"never ready", RuleReady, func(h *H, l *L, p *Policy) { h.ReadyDate = 0 }, Fail, NotReady, ""},

		{"no status is open", RuleListingOpen, func(h *H, l *L, p *Policy) { l.Status = "" }, Pass, "", ""},
		{"reserved", RuleListingOpen, func(h *H, l *L, p *Policy) { l.Status = landlords.StatusReserved }, Fail, ListingClosed, CallLandlord},
		{"closed beats stale", RuleListingOpen, func(h *H, l *L, p *Policy) { l.Status, l.ConfirmedOn = landlords.StatusLet, 0 }, Fail, ListingClosed, CallLandlord},
		{"confirmed 21 days ago", RuleListingOpen, func(h *H, l *L, p *Policy) { l.ConfirmedOn = day - 21 }, Pass, "", ""},
		{"confirmed 22 days ago", RuleListingOpen, func(h *H, l *L, p *Policy) { l.ConfirmedOn = day - 22 }, Unknown, StaleListing, CallLandlord},
		{"never confirmed", RuleListingOpen, func(h *H, l *L, p *Policy) { l.ConfirmedOn = 0 }, Unknown, StaleListing, CallLandlord},
		{"confirmed tomorrow", RuleListingOpen, func(h *H, l *L, p *Policy) { l.ConfirmedOn = day + 1 }, Pass, "", ""},
		{"policy: fresh for a year", RuleListingOpen, func(h *H, l *L, p *Policy) { l.ConfirmedOn, p.FreshDays = day-365, 365 }, Pass, "", ""},

		{"one bedroom too few", RuleCapacity, func(h *H, l *L, p *Policy) { l.Bedrooms = n(1) }, Fail, TooSmall, ""},
		{"three adults need two", RuleCapacity, func(h *H, l *L, p *Policy) { h.Adults, h.Children = 3, 0 }, Pass, "", ""},
		{"three children need two more", RuleCapacity, func(h *H, l *L, p *Policy) { h.Children = 3 }, Fail, TooSmall, ""},
		{"a child alone needs two", RuleCapacity, func(h *H, l *L, p *Policy) { h.Adults = 0; l.Bedrooms = n(1) }, Fail, TooSmall, ""},
		{"the stated need decides", RuleCapacity, func(h *H, l *L, p *Policy) { h.BedroomsNeeded = n(3) }, Fail, TooSmall, ""},
		{"a stated need of 0", RuleCapacity, func(h *H, l *L, p *Policy) { h.BedroomsNeeded, l.Bedrooms = n(0), n(0) }, Pass, "", ""},
		{"bedrooms missing", RuleCapacity, func(h *H, l *L, p *Policy) { l.Bedrooms = nil }, Unknown, BedroomsUnknown, Ask},
		{"studio has one", RuleCapacity, func(h *H, l *L, p *Policy) { h.Children, l.Bedrooms, l.DwellingType = 0, nil, landlords.Studio }, Pass, "", ""},
		{"studio of 0 has one", RuleCapacity, func(h *H, l *L, p *Policy) { h.Children, l.Bedrooms, l.DwellingType = 0, n(0), landlords.Studio }, Pass, "", ""},
		{"studio with two has two", RuleCapacity, func(h *H, l *L, p *Policy) { l.DwellingType = landlords.Studio }, Pass, "", ""},
		{"apartment of 0", RuleCapacity, func(h *H, l *L, p *Policy) { h.Children, l.Bedrooms = 0, n(0) }, Fail, TooSmall, ""},
		{"shared room for two", RuleCapacity, func(h *H, l *L, p *Policy) { h.Children, l.DwellingType, l.Bedrooms = 0, landlords.SharedRoom, n(5) }, Fail, SharedRoomSingleOnly, ""},
		{"shared room for one", RuleCapacity, func(h *H, l *L, p *Policy) {
			h.Adults, h.Children, l.DwellingType, l.Bedrooms = 1, 0, landlords.SharedRoom, nil
		}, Pass, "", ""},

		{"one person over", RuleOccupants, func(h *H, l *L, p *Policy) { h.Children = 2 }, Fail, OverMaxOccupants, ""},
		{"no limit given", RuleOccupants, func(h *H, l *L, p *Policy) { h.Children, l.MaxOccupants = 9, nil }, Pass, "", ""},

		{"rent equal to the budget", RuleRent, func(h *H, l *L, p *Policy) { l.Rent = n(10000) }, Pass, "", ""},
		{"one krone over", RuleRent, func(h *H, l *L, p *Policy) { l.Rent = n(10001) }, Fail, OverBudget, AcceptRent},
		{"a budget of 0", RuleRent, func(h *H, l *L, p *Policy) { h.MaxRent = n(0) }, Fail, OverBudget, AcceptRent},
		{"free for a budget of 0", RuleRent, func(h *H, l *L, p *Policy) { l.Rent, h.MaxRent = n(0), n(0) }, Pass, "", ""},
		{"rent missing before budget missing", RuleRent, func(h *H, l *L, p *Policy) { l.Rent, h.MaxRent = nil, nil }, Unknown, RentUnknown, Ask},
		{"budget missing", RuleRent, func(h *H, l *L, p *Policy) { h.MaxRent = nil }, Unknown, BudgetUnknown, Ask},

		{"no assistance, rent missing", RuleNoIncrease, func(h *H, l *L, p *Policy) { l.Rent = nil }, Pass, "", ""},
		{"rent missing before assistance missing", RuleNoIncrease, func(h *H, l *L, p *Policy) { h.SocialAssistance, l.Rent = nil, nil }, Unknown, RentUnknown, Ask},
		{"dearer than today", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h) }, Fail, CostIncrease, ApproveRent},
		{"approved by NAV", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); h.ApprovedRent = n(9000) }, Pass, "", ""},
		{"approved for less", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); h.ApprovedRent = n(8999) }, Fail, CostIncrease, ApproveRent},
		{"approved, assistance not known", RuleNoIncrease, func(h *H, l *L, p *Policy) { h.SocialAssistance = nil; h.ApprovedRent = n(9000) }, Pass, "", ""},
		{"approved, today's rent missing", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); h.CurrentRent = nil; h.ApprovedRent = n(9000) }, Pass, "", ""},
		{"not dearer, assistance not known", RuleNoIncrease, func(h *H, l *L, p *Policy) { h.SocialAssistance, l.Rent = nil, n(8000) }, Pass, "", ""},
		{"dearer, assistance not known", RuleNoIncrease, func(h *H, l *L, p *Policy) { h.SocialAssistance = nil }, Unknown, SocialAssistanceUnknown, Ask},
		{"assistance missing before today's rent", RuleNoIncrease, func(h *H, l *L, p *Policy) { h.SocialAssistance, h.CurrentRent = nil, nil }, Unknown, SocialAssistanceUnknown, Ask},
		{"today's rent missing", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); h.CurrentRent = nil }, Unknown, CurrentRentUnknown, Ask},
		{"power on top in both", RuleNoIncrease, func(h *H, l *L, p *Policy) {
			onAssistance(h)
			h.CurrentElectricityIncluded, l.ElectricityIncluded, l.Rent = no, no, n(8000)
		}, Pass, "", ""},
		{"power on top makes it dearer", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); l.ElectricityIncluded, l.Rent = no, n(7001) }, Fail, CostIncrease, ApproveRent},
		{"power on top and still not dearer", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); l.ElectricityIncluded, l.Rent = no, n(7000) }, Pass, "", ""},
		{"the new power not known, ranges overlap", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); l.ElectricityIncluded, l.Rent = nil, n(8000) }, Unknown, CostUnknown, AskElectricity},
		{"the new power not known, surely dearer", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); l.ElectricityIncluded, l.Rent = nil, n(8001) }, Fail, CostIncrease, ApproveRent},
		{"the old power not known, ranges overlap", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); h.CurrentElectricityIncluded = nil }, Unknown, CostUnknown, AskElectricity},
		{"policy: ten per cent more is no increase", RuleNoIncrease, func(h *H, l *L, p *Policy) { onAssistance(h); l.Rent, p.NoIncreaseTolerance = n(8800), 0.1 }, Pass, "", ""},
		{"policy: the estimate of power", RuleNoIncrease, func(h *H, l *L, p *Policy) {
			onAssistance(h)
			l.ElectricityIncluded, l.Rent, p.PowerEstimate = no, n(7001), 999
		}, Pass, "", ""},

		{"nothing in common", RuleSecurity, func(h *H, l *L, p *Policy) { l.AcceptedSecurity = landlords.Securities(landlords.MunicipalGuarantee) }, Fail, NoCommonSecurity, ObtainSecurity},
		{"accepted not known", RuleSecurity, func(h *H, l *L, p *Policy) { l.AcceptedSecurity = 0 }, Unknown, SecurityUnknown, Ask},
		{"held not known", RuleSecurity, func(h *H, l *L, p *Policy) { h.Security = 0 }, Unknown, SecurityUnknown, Ask},
		{"only deposit, too little", RuleSecurity, func(h *H, l *L, p *Policy) { depositOnly(h); h.DepositFunds = n(26999) }, Fail, DepositTooHigh, ObtainSecurity},
		{"only deposit, enough", RuleSecurity, func(h *H, l *L, p *Policy) { depositOnly(h); h.DepositFunds = n(27000) }, Pass, "", ""},
		{"only deposit, funds missing", RuleSecurity, func(h *H, l *L, p *Policy) { depositOnly(h); h.DepositFunds = nil }, Unknown, DepositUnknown, Ask},
		{"only deposit, deposit missing", RuleSecurity, func(h *H, l *L, p *Policy) { depositOnly(h); l.Deposit = nil }, Unknown, DepositUnknown, Ask},
		{"deposit and another in common", RuleSecurity, func(h *H, l *L, p *Policy) {
			h.Security = landlords.Securities(landlords.DepositAccount, landlords.NAVGuarantee)
			h.DepositFunds = nil
		}, Pass, "", ""},
		{"sublet lifts it", RuleSecurity, func(h *H, l *L, p *Policy) { l.ContractForm, l.AcceptedSecurity = landlords.Sublet, 0 }, Pass, "", ""},

		{"below", RuleEmployment, func(h *H, l *L, p *Policy) { h.Employment = households.IntroProgramme }, Fail, EmploymentBelow, ReachEmployment},
		{"benefits are documented income", RuleEmployment, func(h *H, l *L, p *Policy) {
			h.Employment, l.EmploymentRequirement = households.Benefits, landlords.DocumentedIncome
		}, Pass, "", ""},
		{"no income and none asked", RuleEmployment, func(h *H, l *L, p *Policy) { h.Employment, l.EmploymentRequirement = "", landlords.NoEmployment }, Pass, "", ""},
		{"demand not known", RuleEmployment, func(h *H, l *L, p *Policy) { h.Employment, l.EmploymentRequirement = households.Permanent, "" }, Unknown, EmploymentUnknown, Ask},
		{"employment not known", RuleEmployment, func(h *H, l *L, p *Policy) { h.Employment = "" }, Unknown, EmploymentUnknown, Ask},
		{"sublet lifts it", RuleEmployment, func(h *H, l *L, p *Policy) { h.Employment, l.ContractForm = "", landlords.Sublet }, Pass, "", ""},

		{"none", RuleReferences, func(h *H, l *L, p *Policy) { h.References = no }, Fail, NoReferences, ObtainReference},
		{"not known to have", RuleReferences, func(h *H, l *L, p *Policy) { h.References = nil }, Unknown, ReferencesUnknown, Ask},
		{"not known to be asked, has none", RuleReferences, func(h *H, l *L, p *Policy) { h.References, l.ReferencesRequired = no, nil }, Unknown, ReferencesUnknown, Ask},
		{"not known to be asked, has one", RuleReferences, func(h *H, l *L, p *Policy) { l.ReferencesRequired = nil }, Pass, "", ""},
		{"not asked", RuleReferences, func(h *H, l *L, p *Policy) { h.References, l.ReferencesRequired = nil, no }, Pass, "", ""},
		{"sublet lifts it", RuleReferences, func(h *H, l *L, p *Policy) { h.References, l.ContractForm = no, landlords.Sublet }, Pass, "", ""},

		{"free 90 days after", RuleMoveIn, func(h *H, l *L, p *Policy) { l.AvailableFrom = day + 90 }, Pass, "", ""},
		{"free 91 days after", RuleMoveIn, func(h *H, l *L, p *Policy) { l.AvailableFrom = day + 91 }, Fail, TooLate, ""},
		{"free 60 days before", RuleMoveIn, func(h *H, l *L, p *Policy) { h.MoveFrom = day + 60 }, Pass, "", ""},
		{"free 61 days before", RuleMoveIn, func(h *H, l *L, p *Policy) { h.MoveFrom = day + 61 }, Fail, TooEarly, ""},
		{"both long past", RuleMoveIn, func(h *H, l *L, p *Policy) { h.MoveFrom, l.AvailableFrom = day-900, day-10 }, Pass, "", ""},
		{"home's date missing", RuleMoveIn, func(h *H, l *L, p *Policy) { l.AvailableFrom = 0 }, Unknown, DateUnknown, Ask},
		{"household's date missing", RuleMoveIn, func(h *H, l *L, p *Policy) { h.MoveFrom = 0 }, Unknown, DateUnknown, Ask},

		{"steps", RuleStepFree, func(h *H, l *L, p *Policy) { h.StepFreeNeeded = yes }, Fail, NotStepFree, ""},
		{"steps not known", RuleStepFree, func(h *H, l *L, p *Policy) { h.StepFreeNeeded, l.StepFree = yes, nil }, Unknown, StepFreeUnknown, Ask},
		{"need not known counts as none", RuleStepFree, func(h *H, l *L, p *Policy) { h.StepFreeNeeded = nil }, Pass, "", ""},

		{"pets and not allowed", RulePets, func(h *H, l *L, p *Policy) { h.Pets = yes }, Fail, NoPets, ""},
		{"pets and not known", RulePets, func(h *H, l *L, p *Policy) { h.Pets, l.Pets = yes, nil }, Unknown, PetsUnknown, Ask},
		{"pets not known count as none", RulePets, func(h *H, l *L, p *Policy) { h.Pets = nil }, Pass, "", ""},

		{"elsewhere", RuleArea, func(h *H, l *L, p *Policy) { l.PostalPlace = "Selfors" }, Fail, OutsideArea, AcceptArea},
		{"case and spaces fold", RuleArea, func(h *H, l *L, p *Policy) { h.Areas, l.PostalPlace = []string{"X", " mo I  rana"}, "Mo i Rana" }, Pass, "", ""},
		{"Å is å", RuleArea, func(h *H, l *L, p *Policy) { h.Areas, l.PostalPlace = []string{"Båsmoen"}, "BÅSMOEN" }, Pass, "", ""},
		{"aa is not å", RuleArea, func(h *H, l *L, p *Policy) { h.Areas, l.PostalPlace = []string{"Båsmoen"}, "Baasmoen" }, Fail, OutsideArea, AcceptArea},
		{"place missing", RuleArea, func(h *H, l *L, p *Policy) { l.PostalPlace = "" }, Unknown, PlaceUnknown, Ask},
		{"place missing and no wish", RuleArea, func(h *H, l *L, p *Policy) { h.Areas, l.PostalPlace = nil, "" }, Pass, "", ""},
		{"not known to be a must", RuleArea, func(h *H, l *L, p *Policy) { h.AreasMust, l.PostalPlace = nil, "Selfors" }, Pass, "", ""},

		{"as long as needed", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseMonths = n(24) }, Pass, "", ""},
		{"too short", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseMonths = n(23) }, Fail, LeaseTooShort, ""},
		{"the policy's default", RuleLease, func(h *H, l *L, p *Policy) { h.MinLeaseMonths, l.LeaseMonths = nil, n(12) }, Pass, "", ""},
		{"below the policy's default", RuleLease, func(h *H, l *L, p *Policy) { h.MinLeaseMonths, l.LeaseMonths = nil, n(11) }, Fail, LeaseTooShort, ""},
		{"fixed, months missing", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseMonths = nil }, Unknown, LeaseUnknown, Ask},
		{"kind and months missing", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseKind, l.LeaseMonths = "", nil }, Unknown, LeaseUnknown, Ask},
		{"kind missing, months stated", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseKind, l.LeaseMonths = "", n(12) }, Fail, LeaseTooShort, ""},
		{"indefinite", RuleLease, func(h *H, l *L, p *Policy) { l.LeaseKind, l.LeaseMonths = landlords.Indefinite, nil }, Pass, "", ""},

		{"no plan", RuleFollowUp, func(h *H, l *L, p *Policy) { h.FollowUpPlan = no }, Fail, NoFollowUpPlan, MakeFollowUpPlan},
		{"plan not known counts as none", RuleFollowUp, func(h *H, l *L, p *Policy) { h.FollowUpPlan = nil }, Fail, NoFollowUpPlan, MakeFollowUpPlan},
		{"not known to be asked", RuleFollowUp, func(h *H, l *L, p *Policy) { h.FollowUpPlan, l.FollowUpRequired = nil, nil }, Pass, "", ""},
		{"sublet does not lift it", RuleFollowUp, func(h *H, l *L, p *Policy) { h.FollowUpPlan, l.ContractForm = no, landlords.Sublet }, Fail, NoFollowUpPlan, MakeFollowUpPlan},
	} {
		t.Run(string(tc.rule)+"/"+tc.name, func(t *testing.T) {
			f := fitting()
			tc.change(f.candidate.Household, f.offer.Listing, f.policy)
			r := Evaluate(&f.candidate, &f.offer, f.policy, day)
			got := r.Outcome(tc.rule)
			if got.Outcome != tc.want || got.Reason != tc.reason {
				t.Errorf("got %s %s, want %s %s", got.Outcome, got.Reason, tc.want, tc.reason)
			}
			if (got.Remedy != nil) != (tc.action != "") || got.Remedy != nil && got.Remedy.Action != tc.action {
				t.Errorf("got remedy %s, want %q", jsonOf(t, got.Remedy), tc.action)
			}
		})
	}
}

// TestToleranceCountsToTheKrone has rents on the very limit, for every tolerance
// in whole per cent: binary fractions must not decide.
func TestToleranceCountsToTheKrone(t *testing.T) {
	f := fitting()
	f.candidate.Household.SocialAssistance = ptr(true)
	for percent := range 100 {
		f.policy.NoIncreaseTolerance = float64(percent) / 100
		for current := 100; current <= 20000; current += 700 {
			most := current * (100 + percent) / 100
			f.candidate.Household.CurrentRent = &current
			for rent, want := range map[int]Answer{most: Pass, most + 1: Fail} {
				f.offer.Listing.Rent = &rent
				if got := Evaluate(&f.candidate, &f.offer, f.policy, day); got.Outcome(RuleNoIncrease).Outcome != want {
					t.Fatalf("%d after %d with %d %%: %s, want %s", rent, current, percent, got.Outcome(RuleNoIncrease).Outcome, want)
				}
			}
		}
	}
}

func TestDeclinedListingsAreExcluded(t *testing.T) {
	f := fitting()
	f.candidate.Declined = map[string]bool{"l2": true}
	if r := Evaluate(&f.candidate, &f.offer, f.policy, day); r.Eligibility != Eligible {
		t.Errorf("another listing declined: %s", jsonOf(t, r))
	}
	f.candidate.Declined["l1"] = true
	r := Evaluate(&f.candidate, &f.offer, f.policy, day)
	if o := r.Outcome(RuleNotExcluded); r.Eligibility != Blocked || o.Reason != DeclinedBefore || o.Remedy != nil {
		t.Errorf("this listing declined: %s", jsonOf(t, r))
	}
}

func TestRemediesSayWhatIsNeeded(t *testing.T) {
	n := func(v int) *int { return &v }
	yes := true
	for _, tc := range []struct {
		name   string
		rule   Rule
		change func(h *households.Household, l *landlords.Listing)
		want   Remedy
	}{
		{"the public guarantee first", RuleSecurity, func(h *households.Household, l *landlords.Listing) {
			h.Security, l.AcceptedSecurity = landlords.Securities(landlords.InsuranceGuarantee), landlords.SecuritySet(15)&^landlords.Securities(landlords.InsuranceGuarantee)
		}, Remedy{Action: ObtainSecurity, Who: Municipality, Form: "municipal_guarantee", OrForms: []string{"nav_guarantee", "deposit_account"}}},
		{"money for the only form", RuleSecurity, func(h *households.Household, l *landlords.Listing) {
			h.Security, l.AcceptedSecurity = landlords.Securities(landlords.DepositAccount), landlords.Securities(landlords.DepositAccount)
		}, Remedy{Action: ObtainSecurity, Who: TheHousehold, Form: "deposit_account", Amount: n(27000)}},
		{"another form than too dear a deposit", RuleSecurity, func(h *households.Household, l *landlords.Listing) {
			h.Security, l.AcceptedSecurity = landlords.Securities(landlords.DepositAccount), landlords.Securities(landlords.DepositAccount, landlords.NAVGuarantee)
		}, Remedy{Action: ObtainSecurity, Who: NAV, Form: "nav_guarantee", OrForms: []string{"deposit_account"}}},
		{"the level", RuleEmployment, func(h *households.Household, l *landlords.Listing) { l.EmploymentRequirement = landlords.PermanentJob },
			Remedy{Action: ReachEmployment, Who: TheHousehold, Level: landlords.PermanentJob}},
		{"the rent to accept", RuleRent, func(h *households.Household, l *landlords.Listing) { l.Rent = n(11000) },
			Remedy{Action: AcceptRent, Who: TheHousehold, Amount: n(11000)}},
		{"the rent to approve", RuleNoIncrease, func(h *households.Household, l *landlords.Listing) { h.SocialAssistance = &yes },
			Remedy{Action: ApproveRent, Who: NAV, Amount: n(9000)}},
		{"the place as stated", RuleArea, func(h *households.Household, l *landlords.Listing) { l.PostalPlace = "Mo i  Rana" },
			Remedy{Action: AcceptArea, Who: TheHousehold, Place: "Mo i  Rana"}},
		{"both who may know about the power", RuleNoIncrease, func(h *households.Household, l *landlords.Listing) {
			h.SocialAssistance, h.CurrentElectricityIncluded, l.ElectricityIncluded = &yes, nil, nil
		}, Remedy{Action: AskElectricity, Who: Landlord, Questions: []Question{{"electricity_included", Landlord}, {"current_electricity_included", TheHousehold}}}},
		{"the rent alone", RuleRent, func(h *households.Household, l *landlords.Listing) { l.Rent = nil },
			Remedy{Action: Ask, Who: Landlord, Questions: []Question{{"rent", Landlord}}}},
		{"rent and budget", RuleRent, func(h *households.Household, l *landlords.Listing) { l.Rent, h.MaxRent = nil, nil },
			Remedy{Action: Ask, Who: Landlord, Questions: []Question{{"rent", Landlord}, {"max_rent", TheHousehold}}}},
		{"the demand of one without income", RuleEmployment, func(h *households.Household, l *landlords.Listing) {
			h.Employment, l.EmploymentRequirement = households.NoIncome, ""
		}, Remedy{Action: Ask, Who: Landlord, Questions: []Question{{"employment_requirement", Landlord}}}},
		{"only what is missing", RuleReferences, func(h *households.Household, l *landlords.Listing) { h.References = nil },
			Remedy{Action: Ask, Who: TheHousehold, Questions: []Question{{"references", TheHousehold}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := fitting()
			tc.change(f.candidate.Household, f.offer.Listing)
			r := Evaluate(&f.candidate, &f.offer, f.policy, day)
			if got := r.Outcome(tc.rule).Remedy; got == nil || !reflect.DeepEqual(*got, tc.want) {
				t.Errorf("got %s, want %s", jsonOf(t, got), jsonOf(t, tc.want))
			}
		})
	}
}
