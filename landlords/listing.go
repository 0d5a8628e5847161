// Package landlords has what a landlord brings: the listing of a unit, the
// requirements that stand in it, and the life it leads from submitted to let.
package landlords

import (
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
)

// DwellingType is the kind of home. "" is not known.
type DwellingType string

// The dwelling types.
const (
	Apartment    DwellingType = "apartment"
	Studio       DwellingType = "studio"
	Basement     DwellingType = "basement"
	Loft         DwellingType = "loft"
	House        DwellingType = "house"
	Terraced     DwellingType = "terraced"
	SemiDetached DwellingType = "semi_detached"
	SharedRoom   DwellingType = "shared_room"
	OtherType    DwellingType = "other"
)

// DwellingTypes lists every dwelling type, in the order people see.
var DwellingTypes = []DwellingType{Apartment, Studio, Basement, Loft, House, Terraced, SemiDetached, SharedRoom, OtherType}

// EmploymentRequirement is what a landlord asks of the tenant's income. "" is
// not known, which is not the same as none.
type EmploymentRequirement string

// The employment requirements, from the least demanding to the most.
const (
	NoEmployment     EmploymentRequirement = "none"
	DocumentedIncome EmploymentRequirement = "documented_income"
	TemporaryJob     EmploymentRequirement = "temporary_job"
	PermanentJob     EmploymentRequirement = "permanent_job"
)

// EmploymentRequirements lists every requirement in ascending order.
var EmploymentRequirements = []EmploymentRequirement{NoEmployment, DocumentedIncome, TemporaryJob, PermanentJob}

// LeaseKind says whether a lease has an end. "" is not known.
type LeaseKind string

// The lease kinds.
const (
	Indefinite LeaseKind = "indefinite"
	Fixed      LeaseKind = "fixed"
)

// LeaseKinds lists every lease kind.
var LeaseKinds = []LeaseKind{Indefinite, Fixed}

// Furnishing says how much furniture comes with the home. "" is not known.
type Furnishing string

// The degrees of furnishing.
const (
	Unfurnished     Furnishing = "none"
	PartlyFurnished Furnishing = "partly"
	FullyFurnished  Furnishing = "full"
)

// Furnishings lists every degree of furnishing.
var Furnishings = []Furnishing{Unfurnished, PartlyFurnished, FullyFurnished}

// ContractForm says who the landlord's tenant is. "" counts as direct.
type ContractForm string

// The contract forms.
const (
	Direct ContractForm = "direct" // the household rents
	Sublet ContractForm = "sublet" // the municipality rents and sublets to the household
)

// ContractForms lists every contract form.
var ContractForms = []ContractForm{Direct, Sublet}

// Listing is a unit that a landlord offers, as the landlord states it. Text ""
// and a nil pointer are "not known"; 0 and false are values.
type Listing struct {
	ExternalRef           string                `json:"external_ref,omitzero"` // the office's own number for it
	Address               string                `json:"address,omitzero"`
	PostalCode            string                `json:"postal_code,omitzero"`  // four digits
	PostalPlace           string                `json:"postal_place,omitzero"` // as stated, never derived from the code
	UnitNumber            string                `json:"unit_number,omitzero"`  // H0101
	DwellingType          DwellingType          `json:"dwelling_type,omitzero"`
	Bedrooms              *int                  `json:"bedrooms,omitzero"`
	AreaM2                *int                  `json:"area_m2,omitzero"`
	Rent                  *int                  `json:"rent,omitzero"` // NOK a month
	ElectricityIncluded   *bool                 `json:"electricity_included,omitzero"`
	Deposit               *int                  `json:"deposit,omitzero"` // NOK
	AcceptedSecurity      SecuritySet           `json:"accepted_security,omitzero"`
	EmploymentRequirement EmploymentRequirement `json:"employment_requirement,omitzero"`
	ReferencesRequired    *bool                 `json:"references_required,omitzero"`
	AvailableFrom         civil.Date            `json:"available_from,omitzero"`
	LeaseKind             LeaseKind             `json:"lease_kind,omitzero"`
	LeaseMonths           *int                  `json:"lease_months,omitzero"` // nil when indefinite
	Furnished             Furnishing            `json:"furnished,omitzero"`
	Pets                  *bool                 `json:"pets,omitzero"`    // pets are allowed
	Smoking               *bool                 `json:"smoking,omitzero"` // smoking is allowed
	StepFree              *bool                 `json:"step_free,omitzero"`
	MaxOccupants          *int                  `json:"max_occupants,omitzero"`
	FollowUpRequired      *bool                 `json:"follow_up_required,omitzero"`
	ContractForm          ContractForm          `json:"contract_form,omitzero"`
	Preferred             RuleSet               `json:"preferred,omitzero"` // requirements that are wishes
	LandlordName          string                `json:"landlord_name,omitzero"`
	LandlordPhone         string                `json:"landlord_phone,omitzero"` // E.164
	LandlordEmail         string                `json:"landlord_email,omitzero"`
	Status                Status                `json:"status,omitzero"`
	ConfirmedOn           civil.Date            `json:"confirmed_on,omitzero"` // the landlord last said that it is free
	Notes                 string                `json:"notes,omitzero"`        // never an input to matching
}

// Key names the listing within its municipality: the office's own reference,
// else address, unit number and landlord.
func (l *Listing) Key() string {
	if l.ExternalRef != "" {
		return l.ExternalRef
	}
	return l.PlaceKey()
}

// PlaceKey is address|unit_number|landlord_name: the name of a listing that has
// no reference of its own.
func (l *Listing) PlaceKey() string {
	return strings.Join([]string{l.Address, l.UnitNumber, l.LandlordName}, "|")
}

// Normalize brings the fields that say the same thing in agreement, so that a
// listing means the same whichever of them was filled in: a stated number of
// months is a fixed lease, and an indefinite lease has no months.
func (l *Listing) Normalize() {
	if l.LeaseKind == "" && l.LeaseMonths != nil {
		l.LeaseKind = Fixed
	}
	if l.LeaseKind == Indefinite {
		l.LeaseMonths = nil
	}
}

// FirstSeen gives a listing that comes in on a day what it does not state
// itself: it is open, and the landlord's word is of that day.
func (l *Listing) FirstSeen(on civil.Date) {
	if l.Status == "" {
		l.Status = StatusOpen
	}
	if l.ConfirmedOn == 0 {
		l.ConfirmedOn = on
	}
}
