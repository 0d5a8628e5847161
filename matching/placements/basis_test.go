package placements

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// What a proposal records is enough to compute its result anew, also after a way
// through JSON; what is no input to the engine is not kept.
func TestRecompute(t *testing.T) {
	h := households.Household{Ref: "H-1", Adults: 2, Children: 1, MaxRent: new(11000), Security: landlords.Securities(landlords.NAVGuarantee), ReadyDate: day - 73, NorwegianLevel: "B2"}
	l := landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", Rent: new(9500), Bedrooms: new(2), AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee),
		Status: landlords.StatusOpen, ConfirmedOn: day, AvailableFrom: day, LandlordPhone: "+4712345678", LandlordEmail: "kari@example.no", Notes: "Ring etter fire"}
	policy := matching.DefaultPolicy()
	policy.Weights.Space = 40
	r := matching.Evaluate(&matching.Candidate{ID: "x", Household: &h, Declined: map[string]bool{"y": true}}, &matching.Offer{ID: "y", Listing: &l}, policy, day)
	p, err := Propose(&r, "", "u1", at)
	if err != nil {
		t.Fatal(err)
	}
	policy.Weights.Space = 1 // what was recorded must not follow
	h.MaxRent, l.Rent = new(1), new(99999)
	stored := clone(t, p)
	again, err := stored.Recompute()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(again)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != string(p.Personal.Inputs.Explanation) || again.Score != p.Basis.Score || again.PolicyHash() != p.Basis.PolicyHash {
		t.Errorf("computed %s\nrecorded %s", data, p.Personal.Inputs.Explanation)
	}
	all, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{"12345678", "kari@", "Ring etter", "B2"} {
		if strings.Contains(string(all), kept) {
			t.Errorf("%q was kept", kept)
		}
	}
	stored.Basis.EngineVersion = "0"
	if _, err := stored.Recompute(); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("another engine: %v, want a conflict", err)
	}
	stored.Personal = Personal{}
	if _, err := stored.Recompute(); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("erased: %v, want not found", err)
	}
}

func TestNothingIsDisclosedBeforeTheYes(t *testing.T) {
	h := households.Household{Ref: "H-1", Adults: 1, Employment: households.Permanent}
	l := landlords.Listing{EmploymentRequirement: landlords.PermanentJob}
	if got := Disclose(0, &h, &l, day); got != nil {
		t.Errorf("without a yes: %+v", got)
	}
	if got := Disclose(day+1, &h, &l, day); got != nil {
		t.Errorf("the day before the yes: %+v", got)
	}
	want := []Disclosure{{landlords.RuleEmployment, landlords.Must, "permanent_job", matching.Pass}}
	if got := Disclose(day, &h, &l, day); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	l.ContractForm = landlords.Sublet
	if got := Disclose(day, &h, &l, day); got != nil {
		t.Errorf("under a sublet: %+v", got)
	}
}

// Two households that meet the same stated requirements look the same to the
// landlord, however they differ otherwise; and what is not asked is not told.
func TestDisclosureTellsAnswersOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	l := landlords.Listing{EmploymentRequirement: landlords.DocumentedIncome, MaxOccupants: new(5), Pets: new(false), ReferencesRequired: new(true), FollowUpRequired: new(true),
		AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee, landlords.MunicipalGuarantee)}
	meets := func() households.Household {
		pick := func(all ...households.Employment) households.Employment { return all[r.IntN(len(all))] }
		return households.Household{
			Ref: []string{"H-1", "H-2"}[r.IntN(2)], Adults: 1 + r.IntN(2), Children: r.IntN(3), NorwegianLevel: []string{"", "A1", "C2"}[r.IntN(3)],
			Employment: pick(households.IntroProgramme, households.Benefits, households.Temporary, households.Permanent), MonthlyIncome: new(r.IntN(50000)),
			SocialAssistance: new(r.IntN(2) == 0), References: new(true), FollowUpPlan: new(true), Pets: new(false), CurrentUnit: []string{"", "G-1"}[r.IntN(2)],
			Security: landlords.Securities(landlords.NAVGuarantee, landlords.SecurityForm(1<<r.IntN(4))), ReadyDate: day - 10,
		}
	}
	first := meets()
	want := Disclose(day, &first, &l, day)
	if len(want) != 6 {
		t.Fatalf("got %d answers, want one to each requirement: %+v", len(want), want)
	}
	for range 500 {
		h := meets()
		if got := Disclose(day, &h, &l, day); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\ntells %+v\nwant  %+v", h, got, want)
		}
	}
	if got := Disclose(day, &first, &landlords.Listing{Pets: new(true), EmploymentRequirement: landlords.NoEmployment}, day); got != nil {
		t.Errorf("a landlord who asks for nothing is told %+v", got)
	}
}
