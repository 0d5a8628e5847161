package vacancy

import (
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Purpose says whom a unit is meant for. "" is not known.
type Purpose string

// The purposes.
const (
	Settlement          Purpose = "settlement"           // households that the municipality settles
	UnaccompaniedMinors Purpose = "unaccompanied_minors" // minors who come alone, with staff near
	Emergency           Purpose = "emergency"            // short stays while something else is found
	SpecialNeeds        Purpose = "special_needs"        // adapted, or with follow-up in the home
	OtherPurpose        Purpose = "other"                // anything else
)

// Purposes lists every purpose.
var Purposes = []Purpose{Settlement, UnaccompaniedMinors, Emergency, SpecialNeeds, OtherPurpose}

// Details are what the office knows of a unit beside the fields that files
// carry. Text "" and a nil pointer are "not known".
type Details struct {
	UnitRef      string  `json:"unit_ref"`
	Lessor       string  `json:"lessor,omitzero"`        // who the municipality leases the unit from
	NoticeMonths *int    `json:"notice_months,omitzero"` // of the municipality's own lease
	LeaseRent    *int    `json:"lease_rent,omitzero"`    // NOK a month that the municipality pays; nil: Unit.Rent
	SharedFlat   string  `json:"shared_flat,omitzero"`   // of a room: the flat that it is a room of; a room is a unit of its own
	Purpose      Purpose `json:"purpose,omitzero"`
	AreaM2       *int    `json:"area_m2,omitzero"`
	District     string  `json:"district,omitzero"` // the office's name for the part of town; "" groups by postal code
}

// Validate returns what is wrong with the details: unit_ref_missing,
// purpose_unknown and negative_number, all errors.
func (d *Details) Validate() []apperr.Problem {
	var out []apperr.Problem
	if d.UnitRef == "" {
		out = append(out, apperr.Problem{Field: "unit_ref", Code: "unit_ref_missing", Severity: apperr.SeverityError})
	}
	if d.Purpose != "" && !slices.Contains(Purposes, d.Purpose) {
		out = append(out, apperr.Problem{Field: "purpose", Code: "purpose_unknown", Severity: apperr.SeverityError})
	}
	return append(out, landlords.Negative(map[string]*int{"notice_months": d.NoticeMonths, "lease_rent": d.LeaseRent, "area_m2": d.AreaM2})...)
}

// OutageReason says why a unit is out of order.
type OutageReason string

// The reasons of an outage.
const (
	Renovation  OutageReason = "renovation"
	Damage      OutageReason = "damage"
	Pests       OutageReason = "pests"
	Safety      OutageReason = "safety" // fire, electricity, closed by an authority
	OtherOutage OutageReason = "other"
)

// OutageReasons lists every reason of an outage.
var OutageReasons = []OutageReason{Renovation, Damage, Pests, Safety, OtherOutage}

// Outage is a run of days on which a unit is out of order: days From <= d < To,
// which are no days in service.
type Outage struct {
	UnitRef string       `json:"unit_ref"`
	From    civil.Date   `json:"from"`
	To      civil.Date   `json:"to,omitzero"` // first day in order again; zero while it lasts
	Reason  OutageReason `json:"reason"`
}

// Validate returns what is wrong with the outage: from_missing, dates_reversed
// and reason_missing, all errors.
func (o *Outage) Validate() []apperr.Problem {
	out := dated(o.UnitRef, o.From, o.To, "from", "to")
	if !slices.Contains(OutageReasons, o.Reason) {
		out = append(out, apperr.Problem{Field: "reason", Code: "reason_missing", Severity: apperr.SeverityError})
	}
	return out
}

// Notice is a household's notice that it moves, or the office's that it must.
type Notice struct {
	UnitRef      string     `json:"unit_ref"`
	HouseholdRef string     `json:"household_ref"`
	Given        civil.Date `json:"given"`
	Expected     civil.Date `json:"expected"`           // the first day that the unit is expected to be free
	Withdrawn    civil.Date `json:"withdrawn,omitzero"` // the day from which it no longer holds
	Reason       Reason     `json:"reason,omitzero"`    // where the household means to go, where it has said so
}

// Validate returns what is wrong with the notice: unit_ref_missing,
// household_ref_missing, given_missing, expected_missing and dates_reversed.
func (n *Notice) Validate() []apperr.Problem {
	out := dated(n.UnitRef, n.Given, n.Expected, "given", "expected")
	if n.HouseholdRef == "" {
		out = append(out, apperr.Problem{Field: "household_ref", Code: "household_ref_missing", Severity: apperr.SeverityError})
	}
	if n.Expected == 0 {
		out = append(out, apperr.Problem{Field: "expected", Code: "expected_missing", Severity: apperr.SeverityError})
	}
	return out
}

// Preparation is the time in which an empty unit is cleaned, repaired lightly
// and furnished: days From <= d < Ready. The unit is in service and empty.
type Preparation struct {
	UnitRef string     `json:"unit_ref"`
	From    civil.Date `json:"from"`
	Ready   civil.Date `json:"ready,omitzero"` // first day that someone can move in; zero while it lasts
}

// Validate returns what is wrong with the preparation: from_missing and
// dates_reversed.
func (p *Preparation) Validate() []apperr.Problem {
	return dated(p.UnitRef, p.From, p.Ready, "from", "ready")
}

// Reservation keeps a unit for an arrival that is planned.
type Reservation struct {
	UnitRef      string     `json:"unit_ref"`
	HouseholdRef string     `json:"household_ref"` // or what the office calls the arrival
	Persons      *int       `json:"persons,omitzero"`
	From         civil.Date `json:"from"`           // the day of the reservation
	Arrival      civil.Date `json:"arrival"`        // the day that the household is expected
	Ended        civil.Date `json:"ended,omitzero"` // the day on which it was taken up or given up; zero while it holds
}

// Validate returns what is wrong with the reservation: household_ref_missing,
// from_missing, arrival_missing, dates_reversed and negative_number.
func (r *Reservation) Validate() []apperr.Problem {
	out := dated(r.UnitRef, r.From, r.Arrival, "from", "arrival")
	if r.HouseholdRef == "" {
		out = append(out, apperr.Problem{Field: "household_ref", Code: "household_ref_missing", Severity: apperr.SeverityError})
	}
	switch {
	case r.Arrival == 0:
		out = append(out, apperr.Problem{Field: "arrival", Code: "arrival_missing", Severity: apperr.SeverityError})
	case r.Ended != 0 && r.Ended < r.From:
		out = append(out, reversed("ended"))
	}
	return append(out, landlords.Negative(map[string]*int{"persons": r.Persons})...)
}

// dated checks the unit and the two dates that each fact has.
func dated(unit string, from, to civil.Date, fromField, toField string) []apperr.Problem {
	var out []apperr.Problem
	if unit == "" {
		out = append(out, apperr.Problem{Field: "unit_ref", Code: "unit_ref_missing", Severity: apperr.SeverityError})
	}
	if from == 0 {
		out = append(out, apperr.Problem{Field: fromField, Code: fromField + "_missing", Severity: apperr.SeverityError})
	}
	if to != 0 && to < from {
		out = append(out, reversed(toField))
	}
	return out
}

// History is every dated fact about a set of units.
type History struct {
	Units        []Unit
	Stays        []Occupancy
	Details      []Details
	Outages      []Outage
	Notices      []Notice
	Preparations []Preparation
	Reservations []Reservation
}
