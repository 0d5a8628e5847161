package matching

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// Action is the code of what can be done about an outcome that is not pass.
type Action string

// The actions.
const (
	CallLandlord     Action = "call_landlord"       // is the home free (again)?
	AcceptRent       Action = "accept_rent"         // Amount: the rent that would have to be accepted
	ApproveRent      Action = "approve_rent"        // Amount: the rent that NAV would have to approve
	AskElectricity   Action = "ask_electricity"     // who pays the power
	ObtainSecurity   Action = "obtain_security"     // Form, with Amount where it is a deposit
	ReachEmployment  Action = "reach_employment"    // Level
	ObtainReference  Action = "obtain_reference"    //
	AcceptArea       Action = "accept_area"         // Place
	MakeFollowUpPlan Action = "make_follow_up_plan" //
	Ask              Action = "ask"                 // the questions
)

// Actions lists every action.
var Actions = []Action{
	CallLandlord, AcceptRent, ApproveRent, AskElectricity, ObtainSecurity, ReachEmployment, ObtainReference,
	AcceptArea, MakeFollowUpPlan, Ask,
}

// Actor is who can act on a remedy or answer a question.
type Actor string

// The actors.
const (
	TheHousehold Actor = "household"
	Caseworker   Actor = "caseworker"
	Landlord     Actor = "landlord"
	NAV          Actor = "nav"
	Municipality Actor = "municipality"
)

// Actors lists every actor.
var Actors = []Actor{TheHousehold, Caseworker, Landlord, NAV, Municipality}

// Question is a fact that is missing: a canonical field name, and who knows it.
type Question struct {
	Field string `json:"field"`
	Whom  Actor  `json:"whom"`
}

// Remedy is what would turn an outcome into a pass, and who can do it. Which of
// the values is set follows from Action.
type Remedy struct {
	Action    Action                          `json:"action"`
	Who       Actor                           `json:"who"`                 // who acts; for questions, whom to ask first
	Form      string                          `json:"form,omitzero"`       // the security form that is nearest at hand
	OrForms   []string                        `json:"or_forms,omitzero"`   // other forms that would do as well
	Level     landlords.EmploymentRequirement `json:"level,omitzero"`      // the employment level to reach
	Amount    *int                            `json:"amount,omitzero"`     // NOK (a month where it is a rent)
	Place     string                          `json:"place,omitzero"`      // the place to accept, as stated
	Questions []Question                      `json:"questions,omitempty"` // what to ask
}

func ask(whom Actor, field string) *Remedy {
	r := &Remedy{Action: Ask}
	r.and(whom, field)
	return r
}

func (r *Remedy) and(whom Actor, field string) {
	if r.Who == "" {
		r.Who = whom
	}
	r.Questions = append(r.Questions, Question{Field: field, Whom: whom})
}

func (r *Remedy) andIf(missing bool, whom Actor, field string) {
	if missing {
		r.and(whom, field)
	}
}

// Apply returns the pair as it would be once the remedy was carried out: copies,
// the arguments stay as they are. False where that cannot be told beforehand,
// as with a question.
func (r *Remedy) Apply(c *Candidate, o *Offer, on civil.Date) (Candidate, Offer, bool) {
	h, l := *c.Household, *o.Listing
	switch r.Action {
	case CallLandlord:
		l.Status, l.ConfirmedOn = landlords.StatusOpen, on
	case AcceptRent:
		h.MaxRent = r.Amount
	case ApproveRent:
		h.ApprovedRent = r.Amount
	case ObtainSecurity:
		h.Security.Add(r.Form)
		if r.Amount != nil {
			h.DepositFunds = r.Amount
		}
	case ReachEmployment:
		h.Employment = employmentAt(r.Level)
	case ObtainReference:
		yes := true
		h.References = &yes
	case AcceptArea:
		h.Areas = append(slices.Clone(h.Areas), r.Place)
	case MakeFollowUpPlan:
		yes := true
		h.FollowUpPlan = &yes
	default:
		return *c, *o, false
	}
	after, offer := *c, *o
	after.Household, offer.Listing = &h, &l
	return after, offer, true
}

// employmentAt returns the least demanding employment that meets a requirement.
func employmentAt(level landlords.EmploymentRequirement) households.Employment {
	switch level {
	case landlords.DocumentedIncome:
		return households.Benefits
	case landlords.TemporaryJob:
		return households.Temporary
	case landlords.PermanentJob:
		return households.Permanent
	}
	return households.NoIncome
}
