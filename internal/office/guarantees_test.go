package office

import (
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

func promise() landlords.Guarantee {
	months, amount := 3, 27000
	return landlords.Guarantee{Issuer: "Rana kommune", Form: landlords.Securities(landlords.MunicipalGuarantee), Months: &months, Amount: &amount, Rent: true, Damage: true,
		ValidFrom: civil.MustParse("2026-11-01"), ValidTo: civil.MustParse("2027-11-30"), ClaimBy: civil.MustParse("2028-01-31")}
}

func TestGuaranteeDeadlines(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	id, err := f.SaveGuarantee(t.Context(), GuaranteeEdit{Listing: r.Listing, Guarantee: promise(), Who: "u1"})
	if err != nil {
		t.Fatal(err)
	}
	want := func(until string, want ...DeadlineKind) {
		t.Helper()
		got, err := f.GuaranteeDeadlines(t.Context(), civil.MustParse(until))
		var what []DeadlineKind
		for _, d := range got {
			what = append(what, d.What)
		}
		if err != nil || !slices.Equal(what, want) {
			t.Errorf("until %s: got %v, %v, want %v", until, what, err, want)
		}
	}
	want("2027-11-29")
	want("2027-11-30", GuaranteeExpires)
	want("2028-02-01", GuaranteeExpires, ClaimsEnd)
	if _, err := f.ClaimGuarantee(t.Context(), id, 1, landlords.Claim{On: civil.MustParse("2026-11-20"), Amount: 9000, For: landlords.ClaimRent}, "u1"); err != nil {
		t.Fatal(err)
	}
	want("2026-12-03")
	want("2026-12-04", ClaimWaitsForReply)
	want("2028-02-01", ClaimWaitsForReply, ClaimsEnd) // a claimed one is prolonged after the answer
	f.at("2027-11-10")
	today, err := f.Waits(t.Context())
	if err != nil || len(today.Waiting[WaitingClaim]) != 1 || len(today.Waiting[WaitingGuarantee]) != 0 {
		t.Errorf("got %+v, %v in Today", today.Waiting, err)
	}
	paid := 9000
	if err := f.SettleClaim(t.Context(), id, 2, landlords.Settlement{State: landlords.ClaimPaid, Paid: &paid, On: civil.MustParse("2026-12-01")}, "u1"); err != nil {
		t.Fatal(err)
	}
	if today, err = f.Waits(t.Context()); err != nil || len(today.Waiting[WaitingGuarantee]) != 1 || today.Waiting[WaitingGuarantee][0].ID != id || len(today.Waiting[WaitingClaim]) != 0 {
		t.Errorf("got %+v, %v in Today", today.Waiting, err)
	}
	if err := f.ReleaseGuarantee(t.Context(), id, 3, civil.MustParse("2027-11-10"), "u1"); err != nil {
		t.Fatal(err)
	}
	want("2030-01-01")
	wantEvents := []string{"created:> by landlord", "guarantee:>active by u1", "guarantee_claimed:>claimed by u1", "guarantee_settled:>paid by u1", "guarantee_released:>released by u1"}
	if got := f.events(r.Listing); !slices.Equal(got, wantEvents) {
		t.Errorf("got events %q\nwant %q", got, wantEvents)
	}
}

func TestGuaranteeIsChangedByOneAtATime(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	g := promise()
	id, err := f.SaveGuarantee(t.Context(), GuaranteeEdit{Listing: r.Listing, Guarantee: g, Who: "u1"})
	if err != nil {
		t.Fatal(err)
	}
	claim := landlords.Claim{On: civil.MustParse("2026-11-20"), Amount: 9000, For: landlords.ClaimRent}
	if _, err := f.ClaimGuarantee(t.Context(), id, 1, claim, "u1"); err != nil {
		t.Fatal(err)
	}
	g.Issuer, g.State, g.Claims = "NAV Rana", landlords.GuaranteeReleased, nil // what a forged form might say
	if _, err := f.SaveGuarantee(t.Context(), GuaranteeEdit{ID: id, Version: 1, Guarantee: g, Who: "u2"}); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("got %v, want a conflict for an older version", err)
	}
	if _, err := f.ClaimGuarantee(t.Context(), id, 1, claim, "u2"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("got %v, want a conflict for the second claim of two people", err)
	}
	if _, err := f.SaveGuarantee(t.Context(), GuaranteeEdit{ID: id, Version: 2, Guarantee: g, Who: "u2"}); err != nil {
		t.Fatal(err)
	}
	rec, err := f.Guarantee(t.Context(), id)
	if got := rec.Value.Guarantee; err != nil || got.Issuer != "NAV Rana" || got.State != landlords.GuaranteeClaimed || len(got.Claims) != 1 {
		t.Errorf("got %+v, %v, want the issuer changed, and neither state nor claims", got, err)
	}
	too := 60000
	g.Amount = &too
	if _, err := f.SaveGuarantee(t.Context(), GuaranteeEdit{Listing: r.Listing, Guarantee: g, Who: "u1"}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want it refused above six months' rent", err)
	}
	claim.Note = "fnr 01010750160"
	if _, err := f.ClaimGuarantee(t.Context(), id, 3, claim, "u1"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want an identity number refused", err)
	}
	mine, err := f.Mine(t.Context(), r.Token)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := f.MyHistory(t.Context(), mine); err != nil || len(h.Guarantees) != 1 || h.Contacts != nil {
		t.Errorf("got %+v, %v", h, err)
	}
}
