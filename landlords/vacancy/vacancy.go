// Package vacancy has the municipality's transitional units, who lived in them
// when, and the figures that follow: vacancy, turnover, void days. Everything
// is computed from dated facts, in whole days; nothing is counted as it happens.
package vacancy

import "github.com/boligklar/boligklar/internal/civil"

// Ownership says whose a transitional unit is. "" is not known.
type Ownership string

// The forms of ownership.
const (
	Owned    Ownership = "owned"
	LeasedIn Ownership = "leased_in"
)

// Ownerships lists every form of ownership.
var Ownerships = []Ownership{Owned, LeasedIn}

// Unit is one transitional home. Text "" and a nil pointer are "not known".
type Unit struct {
	UnitRef       string     `json:"unit_ref"` // the office's own number for it
	Address       string     `json:"address,omitzero"`
	PostalCode    string     `json:"postal_code,omitzero"` // four digits
	Ownership     Ownership  `json:"ownership,omitzero"`
	Bedrooms      *int       `json:"bedrooms,omitzero"`
	Rent          *int       `json:"rent,omitzero"` // NOK a month
	InServiceFrom civil.Date `json:"in_service_from"`
	InServiceTo   civil.Date `json:"in_service_to,omitzero"` // first day out of service; zero while in service
	LeaseInEnds   civil.Date `json:"lease_in_ends,omitzero"` // last day of the municipality's own lease
	KoboID        string     `json:"kobo_id,omitzero"`       // the id in the municipality's housing system
}

// Key names the unit within its municipality.
func (u *Unit) Key() string { return u.UnitRef }

// Reason says where a household went.
type Reason string

// The reasons of a move-out.
const (
	PrivateRental    Reason = "private_rental"
	Purchase         Reason = "purchase"
	OtherMunicipal   Reason = "other_municipal"
	LeftMunicipality Reason = "left_municipality"
	Eviction         Reason = "eviction"
	Care             Reason = "care"
	HouseholdMerged  Reason = "household_merged"
	Death            Reason = "death"
	OtherReason      Reason = "other"
)

// Reasons lists every reason.
var Reasons = []Reason{PrivateRental, Purchase, OtherMunicipal, LeftMunicipality, Eviction, Care, HouseholdMerged, Death, OtherReason}

// Occupancy is one household's stay in one unit, on days From <= d < To.
type Occupancy struct {
	UnitRef      string     `json:"unit_ref"`
	HouseholdRef string     `json:"household_ref"`
	Persons      *int       `json:"persons,omitzero"`
	From         civil.Date `json:"from"`
	To           civil.Date `json:"to,omitzero"` // first day free again; zero while it lasts
	Reason       Reason     `json:"reason,omitzero"`
}

// Key names the occupancy within its municipality.
func (o *Occupancy) Key() string {
	return o.UnitRef + "|" + o.HouseholdRef + "|" + o.From.String()
}
