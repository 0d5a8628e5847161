package landlords

import "slices"

// HouseKind is the kind of house that a home is in, which the law looks at where
// the landlord lives in it too. "" is not known.
type HouseKind string

// The kinds of house.
const (
	OneFamily  HouseKind = "one_family"
	TwoFamily  HouseKind = "two_family"
	OtherHouse HouseKind = "other"
)

// HouseKinds lists every kind of house.
var HouseKinds = []HouseKind{OneFamily, TwoFamily, OtherHouse}

// Inclusion is something that the rent covers.
type Inclusion string

// Inclusions lists what a rent may cover beside electricity, which is a field of
// the listing.
var Inclusions = []Inclusion{"heating", "internet", "parking", "storage"}

// Particulars are what a landlord says of a home beside its listing: it concerns
// the lease and no match.
type Particulars struct {
	House      HouseKind   `json:"house,omitzero"`
	LivesThere *bool       `json:"lives_there,omitzero"` // the landlord lives in the same house; nil: not known
	Includes   []Inclusion `json:"includes,omitzero"`    // in the order of Inclusions; empty: not known
}

// Clean drops what is none of the values.
func (p *Particulars) Clean() {
	if !slices.Contains(HouseKinds, p.House) {
		p.House = ""
	}
	var kept []Inclusion
	for _, i := range Inclusions {
		if slices.Contains(p.Includes, i) {
			kept = append(kept, i)
		}
	}
	p.Includes = kept
}

// MinimumLeaseMonths returns the shortest fixed term that the law allows for a
// dwelling (§ 9-3): three years; one where the landlord lives in the same house
// and the dwelling is the loft or basement flat of a one-family house, or a flat
// in a two-family house. What is not known is taken in the landlord's favour.
func (p *Particulars) MinimumLeaseMonths(t DwellingType) int {
	if p.LivesThere != nil && !*p.LivesThere {
		return MinFixedMonths
	}
	below := t == Basement || t == Loft
	switch {
	case p.House == TwoFamily, below && p.House != OtherHouse:
		return MinOwnHouseMonths
	}
	return MinFixedMonths
}
