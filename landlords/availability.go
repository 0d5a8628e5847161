package landlords

import "github.com/boligklar/boligklar/internal/civil"

// Availability is whether a home is on offer on a day. It is the one definition
// that the list, the search, the detail page, matching and exports share.
type Availability string

// The availabilities.
const (
	AvailabilityOpen        Availability = "open"        // on offer, and the landlord's word is fresh
	AvailabilityUnconfirmed Availability = "unconfirmed" // on offer as far as the office knows; the landlord's word is old or missing
	AvailabilityClosed      Availability = "closed"      // not on offer
)

// Availabilities lists every availability.
var Availabilities = []Availability{AvailabilityOpen, AvailabilityUnconfirmed, AvailabilityClosed}

// Availability returns whether the home is on offer on a day, where a
// landlord's confirmation holds for freshDays. A listing without status is open.
func (l *Listing) Availability(on civil.Date, freshDays int) Availability {
	switch {
	case l.Status != StatusOpen && l.Status != "":
		return AvailabilityClosed
	case !l.Confirmed(on, freshDays):
		return AvailabilityUnconfirmed
	}
	return AvailabilityOpen
}

// FreeFrom is when a home on offer can be moved into, as seen from a day.
type FreeFrom string

// The times at which a home is free.
const (
	FreeNow     FreeFrom = "now"
	FreeLater   FreeFrom = "later"
	FreeUnknown FreeFrom = "undated" // the landlord has not said
)

// Free returns when a home on offer can be moved into, seen from a day, and ""
// for one that is not on offer.
func (l *Listing) Free(on civil.Date) FreeFrom {
	switch {
	case l.Status != StatusOpen && l.Status != "":
		return ""
	case l.AvailableFrom == 0:
		return FreeUnknown
	case l.AvailableFrom > on:
		return FreeLater
	}
	return FreeNow
}
