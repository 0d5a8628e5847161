package office

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// Placements are the ways of households towards listings. Any number may be open
// for one household or listing; from the offer on there is one at most for each.
var Placements = storage.NewCollection[Placement](storage.Schema{
	Name: "placements",
	Indexes: []storage.Index{
		{Name: "household", Paths: []string{"placement.personal.household_ref"}},
		{Name: "listing", Paths: []string{"placement.personal.listing_key"}},
		{Name: "state", Paths: []string{"placement.state"}},
	},
	Unique: []storage.Unique{
		{Name: "active_household", Paths: []string{"active_household"}},
		{Name: "active_listing", Paths: []string{"active_listing"}},
		{Name: "open_pair", Paths: []string{"open_pair"}},
	},
	Migrations: []storage.Migration{holdFromOfferOn},
})

// Placement is a placement as it is stored. While it is active it holds the
// unique keys of its household and its listing, and while it is open that of the
// pair.
type Placement struct {
	Placement       placements.Placement `json:"placement"`
	Household       string               `json:"household,omitzero"` // id of the household's record
	Listing         string               `json:"listing,omitzero"`   // id of the listing's record
	Unit            string               `json:"unit,omitzero"`      // unit_ref of the leased-in unit that moving in under a sublet made
	ActiveHousehold string               `json:"active_household,omitzero"`
	ActiveListing   string               `json:"active_listing,omitzero"`
	OpenPair        string               `json:"open_pair,omitzero"`
}

// holdKeys sets the unique keys that the placement's state gives it.
func (p *Placement) holdKeys() {
	p.ActiveHousehold, p.ActiveListing, p.OpenPair = "", "", ""
	personal := &p.Placement.Personal
	if p.Placement.Active() {
		p.ActiveHousehold, p.ActiveListing = personal.HouseholdRef, personal.ListingKey
	}
	if p.Placement.Open() {
		p.OpenPair = personal.HouseholdRef + "|" + personal.ListingKey
	}
}

// holdFromOfferOn gives a placement from before decision 20 the keys of its state.
func holdFromOfferOn(body json.RawMessage) (json.RawMessage, error) {
	var p Placement
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, err
	}
	p.holdKeys()
	return json.Marshal(p)
}

// What can happen to a placement, as its household and its listing remember it:
// "placement." and a placements.Kind.
func whatPlaced(kind placements.Kind) What { return What("placement." + kind) }

// ProposeRequest is a pair that a named person proposes. The score advises.
type ProposeRequest struct {
	Household string // reference
	Listing   string // key
	On        civil.Date
	Why       string // needed where the engine says that the pair is blocked
	Who       string
}

// Propose records that the office suggests a pair, with all that the engine knew
// and said of it. It returns the placement's id. Errors: NotFound; Duplicate where
// the pair is proposed already; Invalid where the listing is not open, the pair
// was declined for good, the household is parked, housed or has an offer, or where
// a blocked pair comes without a reason.
func (o *Office) Propose(ctx context.Context, req ProposeRequest) (id string, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		id, err = o.proposeIn(tx, req)
		return err
	})
	return id, taken(err)
}

func (o *Office) proposeIn(tx *storage.Tx, req ProposeRequest) (string, error) {
	if req.On == 0 {
		req.On = o.Today()
	}
	if err := checkText(req.Why); err != nil {
		return "", err
	}
	c, err := loadCandidate(tx, req.Household)
	if err != nil {
		return "", err
	}
	listing, err := Listings.GetBy(tx, "key", req.Listing)
	if err != nil {
		return "", notFound(err, "listing", req.Listing)
	}
	if err := c.free(req.On); err != nil {
		return "", err
	}
	if listing.Value.Record.Status != landlords.StatusOpen {
		return "", apperr.New(apperr.Invalid, "The listing is not open. Open it first.").In("placements.listing_not_open", nil)
	}
	switch {
	case c.Declined[req.Listing]:
		return "", apperr.New(apperr.Invalid, "This pair was declined before and is not to be proposed again.").In("placements.excluded", nil)
	case c.landlords[listing.Value.Record.Landlord().Key()]:
		return "", apperr.New(apperr.Invalid, "The household is not to be proposed to this landlord again.").In("placements.landlord_excluded", nil)
	}
	policy, err := policyOn(tx, req.On)
	if err != nil {
		return "", err
	}
	offer := matching.Offer{ID: req.Listing, Listing: &listing.Value.Record}
	r := matching.Evaluate(&c.Candidate, &offer, &policy.Policy, req.On)
	if r.Eligibility == matching.Blocked && strings.TrimSpace(req.Why) == "" {
		return "", apperr.New(apperr.Invalid, "A rule stands against this pair. Say why it is proposed all the same.").In("placements.say_why", nil)
	}
	p, err := placements.Propose(&r, c.Household.CurrentUnit, req.Who, o.now().UTC())
	if err != nil {
		return "", err
	}
	p.Basis.PolicyNumber = policy.Number
	if why := strings.TrimSpace(req.Why); why != "" {
		if err := p.AddNote(placements.Note{By: req.Who, At: o.now().UTC(), Text: why}); err != nil {
			return "", err
		}
	}
	rec := storage.Record[Placement]{Value: Placement{Placement: *p, Household: c.ID, Listing: listing.ID}}
	rec.Value.holdKeys()
	if err := Placements.Put(tx, &rec); err != nil {
		return "", err
	}
	return rec.ID, o.tell(tx, &rec, placements.KindPropose, "", req.Who)
}

// tell writes what happened to a placement to its own timeline, its household's
// and its listing's.
func (o *Office) tell(tx *storage.Tx, rec *storage.Record[Placement], kind placements.Kind, from placements.State, who string) error {
	p := &rec.Value.Placement
	e := Event{Who: who, What: whatPlaced(kind), From: string(from), To: string(p.State)}
	if p.Decline != nil {
		e.Why = string(p.Decline.Reason)
	}
	for _, to := range []struct{ register, id, key, other string }{
		{"placements", rec.ID, "", ""},
		{"households", rec.Value.Household, p.Personal.HouseholdRef, p.Personal.ListingKey},
		{"listings", rec.Value.Listing, p.Personal.ListingKey, p.Personal.HouseholdRef},
	} {
		e.Register, e.Record, e.Personal = to.register, to.id, EventPersonal{Key: to.key, Other: to.other}
		if err := o.Record(tx, e); err != nil {
			return err
		}
	}
	return nil
}

// candidate is a household with its placements.
type candidate struct {
	matching.Candidate
	placements []placements.Placement
	landlords  map[string]bool // keys of those that are excluded for it
}

// loadCandidate returns one household with what else matching knows of it.
func loadCandidate(tx *storage.Tx, ref string) (*candidate, error) {
	rec, err := Households.GetBy(tx, "key", ref)
	if err != nil {
		return nil, notFound(err, "household", ref)
	}
	return candidateOf(tx, &rec)
}

func candidateOf(tx *storage.Tx, rec *storage.Record[Entry[households.Household]]) (*candidate, error) {
	h := &rec.Value.Record
	c := &candidate{Candidate: matching.Candidate{ID: rec.ID, Household: h, Declined: map[string]bool{}}, landlords: map[string]bool{}}
	if h.CurrentUnit != "" {
		unit, err := Units.GetBy(tx, "key", h.CurrentUnit)
		switch {
		case err == nil:
			c.CurrentUnit = &unit.Value.Record
		case apperr.CodeOf(err) != apperr.NotFound:
			return nil, err
		}
	}
	for p, err := range Placements.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("placement.personal.household_ref", h.Ref)}}) {
		if err != nil {
			return nil, err
		}
		c.placements = append(c.placements, p.Value.Placement)
		if p.Value.Placement.ExcludesPair() {
			c.Declined[p.Value.Placement.Personal.ListingKey] = true
		}
	}
	return c, c.excludeLandlords(tx)
}

// Availability says whether a household may be proposed for anything.
type Availability struct {
	Code  AvailabilityCode
	Until civil.Date // of Parked
}

// AvailabilityCode is why a household gets no proposals.
type AvailabilityCode string

// The codes. Available is none of the others.
const (
	Available AvailabilityCode = "available"
	Parked    AvailabilityCode = "parked"    // a decline lets it wait until a date
	HasOffer  AvailabilityCode = "has_offer" // a landlord's offer or a lease is its own
	Housed    AvailabilityCode = "housed"    // it lives where a placement led it
)

// availability returns what the placements of one household leave open.
func availability(all []placements.Placement, on civil.Date) Availability {
	out := Availability{Code: Available}
	for i := range all {
		switch p := &all[i]; {
		case p.Housed():
			return Availability{Code: Housed}
		case p.Active():
			out = Availability{Code: HasOffer}
		case p.Parks(on) && out.Code != HasOffer:
			out = Availability{Code: Parked, Until: max(out.Until, p.Decline.Until)}
		}
	}
	return out
}

// free returns an Invalid error where the household gets no proposals.
func (c *candidate) free(on civil.Date) error {
	switch a := availability(c.placements, on); a.Code {
	case Parked:
		return apperr.New(apperr.Invalid, "The household gets no proposals until %s.", a.Until).In("placements.parked", map[string]any{"Until": a.Until.String()})
	case HasOffer:
		return apperr.New(apperr.Invalid, "The household has an offer already.").In("placements.household_held", nil)
	case Housed:
		return apperr.New(apperr.Invalid, "The household has moved in through an earlier placement. Record the end of that tenancy first.").In("placements.housed", nil)
	}
	return nil
}

// taken turns a broken unique key of placements into what people can act on.
func taken(err error) error {
	unique, ok := errors.AsType[*storage.UniqueError](err)
	if !ok || unique.Collection != "placements" {
		return err
	}
	switch unique.Key {
	case "active_listing":
		return apperr.Wrap(err, apperr.Conflict, "The listing is offered to another household.").In("placements.listing_held", nil)
	case "active_household":
		return apperr.Wrap(err, apperr.Conflict, "The household has an offer already.").In("placements.household_held", nil)
	case "open_pair":
		return apperr.Wrap(err, apperr.Duplicate, "This pair is proposed already.").In("placements.proposed_already", nil)
	}
	return err
}

// checkText refuses identity numbers in free text.
func checkText(text string) error {
	if _, found := importers.FindIdentity(text); found {
		return apperr.New(apperr.Invalid, "The text holds a national identity number or DUF number. These are never kept.").In("edit.identity", nil)
	}
	return nil
}
