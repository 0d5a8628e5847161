package matching

import (
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// The fast path rests on one observation: a rule reads few facts of either
// side, and over many records the same facts come again and again. So the
// records of a snapshot are broken up by aspect (what one rule, or a rule and
// its criterion, read), equal facts get the same small number, their code, and
// a query asks each rule once for each code instead of once for each record.
// The rules and criteria asked are the very functions of judge.go and score.go.

// facts is what one aspect reads of one side of a pair, in a comparable form:
// equal facts get equal answers, whatever else the records say.
type facts struct {
	values [4]int
	known  uint8 // bit i: values[i] is stated
	used   uint8
	text   string
}

// whole adds a number that may be missing.
func (f facts) whole(n *int) facts {
	if n != nil {
		f.values[f.used] = *n
		f.known |= 1 << f.used
	}
	f.used++
	return f
}

func (f facts) number(n int) facts { return f.whole(&n) }

func (f facts) date(d civil.Date) facts { return f.number(int(d)) }

func (f facts) flag(b bool) facts {
	n := 0
	if b {
		n = 1
	}
	return f.number(n)
}

// yesNo adds an answer that may be missing.
func (f facts) yesNo(b *bool) facts {
	if b == nil {
		return f.whole(nil)
	}
	return f.flag(*b)
}

func (f facts) str(s string) facts {
	f.text = s
	return f
}

// The aspects.
const (
	aspectStanding = iota
	aspectUrgency
	aspectRoom
	aspectPersons
	aspectBudget
	aspectCost
	aspectSecurity
	aspectDeposit
	aspectWork
	aspectReferences
	aspectDates
	aspectStepFree
	aspectPets
	aspectArea
	aspectLease
	aspectFollowUp
	aspectCount
)

// aspect is a group of rules and at most one criterion that read the same facts.
// The one rule without an aspect is not_excluded, which looks at who the
// parties are.
type aspect struct {
	rules     []Rule
	criterion CriterionName
	priority  func(*pair) float64 // its part of the household's priority, which is the greatest part
	household func(*applicant) facts
	listing   func(*home) facts

	// An aspect may leave a question to the next one: where its rule gives the
	// reason defers, next answers in its place, and nowhere else. bareHousehold
	// and bareListing take from the records that stand for a code what is
	// answered by the other aspect of the two.
	defers        Reason
	next          int
	bareHousehold func(*households.Household)
	bareListing   func(*landlords.Listing)

	// halfOnly: of a household it reads nothing but what its half has worked out,
	// so that no document has to stand for a code.
	halfOnly bool
}

// wished says whether a requirement is a wish, as Listing.Strength does.
func (h *home) wished(rule landlords.Rule) bool { return h.l.Strength(rule) == landlords.Prefer }

var nothing = facts{}

var aspects = [aspectCount]aspect{
	aspectStanding: {
		rules:     []Rule{RuleReady, RuleListingOpen},
		priority:  (*pair).waited,
		household: func(a *applicant) facts { return nothing.date(a.readyDate) },
		halfOnly:  true,
		listing: func(h *home) facts {
			if isClosed(h.l) {
				return nothing.flag(true).flag(isGone(h.l))
			}
			return nothing.flag(false).date(h.l.ConfirmedOn)
		},
	},
	aspectUrgency: {
		priority:  (*pair).urgency,
		household: func(a *applicant) facts { return nothing.date(a.leaseInEnds) },
		listing:   func(*home) facts { return nothing },
		halfOnly:  true,
	},
	aspectRoom: {
		rules:     []Rule{RuleCapacity},
		criterion: Space,
		household: func(a *applicant) facts { return nothing.number(a.need).flag(a.h.Persons() > 1) },
		listing: func(h *home) facts {
			return nothing.flag(h.l.DwellingType == landlords.SharedRoom).flag(h.bedsKnown).number(h.beds)
		},
	},
	aspectPersons: {
		rules:     []Rule{RuleOccupants},
		household: func(a *applicant) facts { return nothing.number(a.h.Persons()) },
		listing: func(h *home) facts {
			return nothing.whole(h.l.MaxOccupants).flag(h.wished(landlords.RuleOccupants))
		},
	},
	aspectBudget: {
		rules:     []Rule{RuleRent},
		criterion: Affordability,
		household: func(a *applicant) facts { return nothing.whole(a.h.MaxRent) },
		listing:   func(h *home) facts { return nothing.whole(h.l.Rent) },
	},
	aspectCost: {
		rules:     []Rule{RuleNoIncrease},
		household: costOf,
		listing:   func(h *home) facts { return nothing.whole(h.l.Rent).yesNo(h.l.ElectricityIncluded) },
	},
	// What the deposit is and who can pay it matters only where nothing but the
	// deposit account is in common. There the rule answers as it does for parties
	// that know no other form, so that forms and money need not be told apart
	// together, which would make very many codes.
	aspectSecurity: {
		rules:     []Rule{RuleSecurity},
		criterion: SecuritySlack,
		household: func(a *applicant) facts { return nothing.number(int(a.h.Security)) },
		listing: func(h *home) facts {
			return nothing.number(int(h.l.AcceptedSecurity)).flag(h.sublet).flag(h.wished(landlords.RuleSecurity))
		},
		defers:        DepositUnknown,
		next:          aspectDeposit,
		bareHousehold: func(h *households.Household) { h.DepositFunds = nil },
		bareListing:   func(l *landlords.Listing) { l.Deposit = nil },
	},
	aspectDeposit: {
		rules:     []Rule{RuleSecurity},
		household: func(a *applicant) facts { return nothing.whole(a.h.DepositFunds) },
		listing: func(h *home) facts {
			return nothing.whole(h.l.Deposit).flag(h.wished(landlords.RuleSecurity))
		},
		bareHousehold: func(h *households.Household) { h.Security = landlords.Securities(landlords.DepositAccount) },
		bareListing: func(l *landlords.Listing) {
			l.AcceptedSecurity, l.ContractForm = landlords.Securities(landlords.DepositAccount), landlords.Direct
		},
	},
	aspectWork: {
		rules:     []Rule{RuleEmployment},
		criterion: DemandFit,
		household: func(a *applicant) facts { return nothing.number(a.level) },
		listing: func(h *home) facts {
			return nothing.number(h.asked).flag(h.sublet).flag(h.wished(landlords.RuleEmployment))
		},
	},
	aspectReferences: {
		rules:     []Rule{RuleReferences},
		household: func(a *applicant) facts { return nothing.yesNo(a.h.References) },
		listing: func(h *home) facts {
			return nothing.yesNo(h.l.ReferencesRequired).flag(h.sublet).flag(h.wished(landlords.RuleReferences))
		},
	},
	aspectDates: {
		rules:     []Rule{RuleMoveIn},
		criterion: Timing,
		household: func(a *applicant) facts { return nothing.date(a.h.MoveFrom) },
		listing:   func(h *home) facts { return nothing.date(h.l.AvailableFrom) },
	},
	aspectStepFree: {
		rules:     []Rule{RuleStepFree},
		household: func(a *applicant) facts { return nothing.flag(is(a.h.StepFreeNeeded)) },
		listing:   func(h *home) facts { return nothing.yesNo(h.l.StepFree) },
	},
	aspectPets: {
		rules:     []Rule{RulePets},
		household: func(a *applicant) facts { return nothing.flag(is(a.h.Pets)) },
		listing:   func(h *home) facts { return nothing.yesNo(h.l.Pets).flag(h.wished(landlords.RulePets)) },
	},
	aspectArea: {
		rules:     []Rule{RuleArea},
		criterion: Area,
		household: areasOf,
		listing:   func(h *home) facts { return nothing.str(h.place) },
	},
	aspectLease: {
		rules:     []Rule{RuleLease},
		criterion: Stability,
		household: func(a *applicant) facts { return nothing.whole(a.h.MinLeaseMonths) },
		listing: func(h *home) facts {
			return nothing.flag(h.l.LeaseKind == landlords.Indefinite).whole(h.l.LeaseMonths)
		},
	},
	aspectFollowUp: {
		rules:     []Rule{RuleFollowUp},
		household: func(a *applicant) facts { return nothing.flag(is(a.h.FollowUpPlan)) },
		listing: func(h *home) facts {
			return nothing.flag(is(h.l.FollowUpRequired)).flag(h.wished(landlords.RuleFollowUp))
		},
	},
}

// costOf leaves out what does not matter to a household that is known to have
// no social assistance.
func costOf(a *applicant) facts {
	if isNot(a.h.SocialAssistance) {
		return nothing.flag(false)
	}
	return nothing.yesNo(a.h.SocialAssistance).whole(a.h.ApprovedRent).whole(a.h.CurrentRent).yesNo(a.h.CurrentElectricityIncluded)
}

// areasOf is the set of wished places. Whether they are a must only matters
// where there are some.
func areasOf(a *applicant) facts {
	if len(a.areas) == 0 {
		return nothing.flag(false)
	}
	set := slices.Clone(a.areas)
	slices.Sort(set)
	var text []byte
	for _, area := range slices.Compact(set) {
		text = strconv.AppendQuote(text, area)
	}
	return nothing.flag(is(a.h.AreasMust)).str(string(text))
}
