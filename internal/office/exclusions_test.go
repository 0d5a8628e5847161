package office

import (
	"log/slog"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// TestALandlordIsExcludedForAHousehold holds for homes that come later, and for
// the landlord by whatever it is known.
func TestALandlordIsExcludedForAHousehold(t *testing.T) {
	f := newFixture(t)
	list := func(ref, name, phone string) Saved {
		return must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: ref, Address: ref, LandlordName: name, LandlordPhone: phone}, "ada"))
	}
	first := list("L-1", "Geir Østbø", "")
	list("L-2", "geir  østbø", "")
	list("L-3", "Åse Dahl", "")
	list("L-4", "", "")
	for _, ref := range []string{"H-1", "H-2"} {
		must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: ref, Adults: 1}, "ada"))
	}
	propose := func(listing string) (string, error) {
		return f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: listing, Who: "ada", Why: "prøve"})
	}
	exclude := func(id string) error {
		return f.Advance(t.Context(), PlacementStep{ID: id, Kind: placements.KindDecline, Who: "ada",
			Decline: &placements.Decline{By: placements.ByLandlord, Reason: placements.OtherReason, Consequence: placements.ExcludeLandlord}})
	}
	if err := exclude(must[string](t)(propose("L-4"))); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("nobody is excluded: %v", err)
	}
	if err := exclude(must[string](t)(propose("L-1"))); err != nil {
		t.Fatal(err)
	}
	check := func(step string, want ...string) {
		t.Helper()
		m, err := f.Match(t.Context(), MatchRequest{Every: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range m.Pairs {
			if r.Outcome(matching.RuleNotExcluded).Outcome != matching.Pass {
				got = append(got, r.Candidate.Ref()+" "+r.Offer.Ref())
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: excluded are %q, want %q", step, got, want)
		}
	}
	check("loaded", "H-1 L-1", "H-1 L-2")
	stop := f.Follow(t.Context(), slog.New(slog.DiscardHandler))
	defer stop()
	check("followed", "H-1 L-1", "H-1 L-2")
	list("L-5", "Geir Østbø", "")
	check("a home that came later", "H-1 L-1", "H-1 L-2", "H-1 L-5")
	if _, err := propose("L-5"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("proposed to an excluded landlord: %v", err)
	}
	rec := must[ListingRecord](t)(f.Listing(t.Context(), first.ID))
	l := rec.Value.Record
	l.LandlordPhone = "+4790000001"
	must[Saved](t)(f.EditListing(t.Context(), Edit[landlords.Listing]{ID: first.ID, Version: rec.Version, Record: l}, "ada"))
	list("L-6", "Østbø Utleie", "+4790000001")
	check("known by a telephone now", "H-1 L-1", "H-1 L-2", "H-1 L-5", "H-1 L-6")
	if _, err := propose("L-6"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("proposed to an excluded landlord by telephone: %v", err)
	}
	must[string](t)(propose("L-3"))
}
