// Package households has the household that is ready to rent, with the
// readiness profile that the housing school leaves it with. Nothing here tells
// origin, religion, sex, citizenship or mother tongue: such facts have no field.
package households

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Employment is where a household's income comes from. "" is not known.
type Employment string

// The forms of employment.
const (
	NoIncome       Employment = "none"
	IntroProgramme Employment = "intro_programme"
	Benefits       Employment = "benefits"
	Temporary      Employment = "temporary"
	Permanent      Employment = "permanent"
)

// Employments lists every form of employment.
var Employments = []Employment{NoIncome, IntroProgramme, Benefits, Temporary, Permanent}

// Household is a family or single person in the municipality's programme. Text
// "" and a nil pointer are "not known"; 0 and false are values. Money is NOK,
// per month where it is rent or income.
type Household struct {
	Ref                        string                `json:"ref"` // the office's own number for it
	Adults                     int                   `json:"adults"`
	Children                   int                   `json:"children"`
	Employment                 Employment            `json:"employment,omitzero"`
	MonthlyIncome              *int                  `json:"monthly_income,omitzero"`
	MaxRent                    *int                  `json:"max_rent,omitzero"`
	CurrentRent                *int                  `json:"current_rent,omitzero"`
	CurrentElectricityIncluded *bool                 `json:"current_electricity_included,omitzero"`
	SocialAssistance           *bool                 `json:"social_assistance,omitzero"`
	ApprovedRent               *int                  `json:"approved_rent,omitzero"` // by NAV
	Security                   landlords.SecuritySet `json:"security,omitzero"`
	DepositFunds               *int                  `json:"deposit_funds,omitzero"`
	BedroomsNeeded             *int                  `json:"bedrooms_needed,omitzero"` // nil: counted from the persons
	Areas                      []string              `json:"areas,omitzero"`           // wished postal places, ascending
	AreasMust                  *bool                 `json:"areas_must,omitzero"`
	MoveFrom                   civil.Date            `json:"move_from,omitzero"`
	MinLeaseMonths             *int                  `json:"min_lease_months,omitzero"`
	StepFreeNeeded             *bool                 `json:"step_free_needed,omitzero"`
	Pets                       *bool                 `json:"pets,omitzero"`
	ReadyDate                  civil.Date            `json:"ready_date,omitzero"`        // housing-ready since
	CurrentUnit                string                `json:"current_unit,omitzero"`      // unit_ref of the transitional unit, as stated
	ModulesCompleted           *int                  `json:"modules_completed,omitzero"` // of the housing school
	NorwegianLevel             string                `json:"norwegian_level,omitzero"`   // A1 to C2; never an input to matching
	References                 *bool                 `json:"references,omitzero"`
	FollowUpPlan               *bool                 `json:"follow_up_plan,omitzero"`
}

// Persons returns the number of people.
func (h *Household) Persons() int { return h.Adults + h.Children }

// Key names the household within its municipality.
func (h *Household) Key() string { return h.Ref }
