package office_test

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

const (
	secretName    = "Torvald Løyndom"
	secretPhone   = "+4790807061"
	secretEmail   = "torvald@example.no"
	secretAddress = "Løyndevegen 7"
)

// TestErasureOfALandlord erases a landlord of whom there is something in every place
// that the office has, and looks for them in every document and workbook; the figures,
// sent and now, stay.
func TestErasureOfALandlord(t *testing.T) {
	c, ctx := newClocked(t, "2026-01-05"), t.Context()
	id := c.addSecretLandlord(t)
	refused := func(why string) {
		t.Helper()
		if err := c.EraseLandlord(ctx, id, "kari"); apperr.CodeOf(err) != apperr.Invalid || !strings.Contains(err.Error(), why) {
			t.Fatalf("got %v, want it refused: %s", err, why)
		}
	}
	refused("household of the municipality's rents Storgata 2")
	c.today = date("2026-02-20")
	c.endTenancy(t)
	refused("A guarantee for Storgata 2")
	c.today = date("2026-04-02")
	refused("The municipality rents Storgata 2")
	_, err := c.CloseUnit(ctx, "I-U-2", date("2026-03-01"), "kari")
	must(t, err)
	offered := c.propose(t, "H-2", "U-3", placements.KindAccept, placements.KindOffer)
	refused("household of the municipality's rents " + secretAddress + " C, or has been offered it")
	must(t, c.Advance(ctx, office.PlacementStep{ID: offered, Kind: placements.KindDecline, Who: "kari",
		Decline: &placements.Decline{By: placements.ByHousehold, Reason: placements.SituationChanged, Consequence: placements.NoConsequence}}))
	open := c.propose(t, "H-2", "U-3", placements.KindAccept)

	type figures struct {
		supply  []landlords.Supply
		cohort  any
		account any
	}
	read := func() (out figures) {
		for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
			in, err := c.TurnoverReport(ctx, m)
			must(t, err)
			for i := range in.Supply.Moves { // in the order of the names, which are others then
				in.Supply.Moves[i].Listing = ""
			}
			slices.SortFunc(in.Supply.Moves, func(a, b landlords.SupplyMove) int {
				return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Kind, b.Kind))
			})
			out.supply = append(out.supply, in.Supply)
		}
		var err error
		out.cohort, err = c.Programme(ctx, civil.MonthOf(date("2026-01-01")), civil.MonthOf(date("2026-12-01")))
		must(t, err)
		out.account, err = c.AccountOf(ctx, vacancy.Period{From: date("2026-01-01"), To: date("2026-04-01")}, "")
		must(t, err)
		return out
	}
	for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
		_, err := c.MonthlyReport(ctx, m, office.Mailing{Lang: i18n.Bokmal}, "system")
		must(t, err)
	}
	before := read()
	if s := before.supply[0]; s.By[landlords.SupplyNew] != 5 || s.LandlordsWon != 2 || s.By[landlords.SupplyPlaced] != 1 {
		t.Fatalf("the homes of January are %+v", s)
	}

	must(t, c.EraseLandlord(ctx, id, "kari"))
	c.namedNowhere(t, secretName, secretPhone, secretEmail, secretAddress, id, "Torvald", "90807061")
	if left := c.documents(t); left["listings"] != 1 || left["submissions"] != 1 || left["links"] != 2 || left["outbox"] != 1 || left["erased_lives"] != 4 ||
		left["particulars"]+left["albums"]+left["photo_files"]+left["guarantees"]+left["landlord_contacts"] != 0 {
		t.Errorf("the store holds %v", left)
	}
	if after := read(); !reflect.DeepEqual(before, after) {
		t.Errorf("the figures are\n%+v\nand were\n%+v", after, before)
	}
	for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
		if _, err := c.KeptReport(ctx, m, office.Full, i18n.Bokmal); apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("%v: the office's workbook is kept: %v", m, err)
		}
		kept, err := c.KeptReport(ctx, m, office.Publishable, i18n.Bokmal)
		must(t, err)
		holdsNot(t, kept.Workbook, "Løynd")
	}
	april, err := c.TurnoverReport(ctx, civil.MonthOf(c.today))
	must(t, err)
	if s := april.Supply; s.By[landlords.SupplyWithdrawn] != 3 || s.LandlordsLost != 1 || s.Closing != 1 {
		t.Errorf("the homes of April are %+v, want three withdrawn and one landlord lost", s)
	}
	if p, err := c.Placement(ctx, open); err != nil || p.Value.Placement.State != placements.Declined {
		t.Errorf("the open proposal is %+v, %v, want it declined", p.Value.Placement.State, err)
	}
	if err := c.EraseLandlord(ctx, id, "kari"); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("the same again: got %v", err)
	}
	log, stop := audit.Start(c.db, audit.Config{Municipality: "1833"})
	trail, err := log.Find(ctx, audit.Filter{Register: "landlords", Key: id})
	must(t, err)
	must(t, stop(ctx))
	if len(trail.Lines) != 1 || trail.Lines[0].What != audit.Deleted || trail.Lines[0].Who != "kari" {
		t.Errorf("the trail has %+v", trail.Lines)
	}
	if rest, err := c.LandlordList(ctx, ""); err != nil || len(rest) != 1 || rest[0].Landlord.Name != "Olga Annen" {
		t.Errorf("the other landlords are %+v, %v", rest, err)
	}
	if queue, err := c.SubmissionQueue(ctx); err != nil || len(queue) != 1 || queue[0].Submission.Twin != "" {
		t.Errorf("the other landlord's submission is %+v, %v", queue, err)
	}
}

// documents counts what the store holds by collection.
func (c *clocked) documents(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	for after := (storage.Position{}); ; {
		changes, next, err := c.db.Changes(t.Context(), "1833", after, 500)
		must(t, err)
		if len(changes) == 0 {
			return out
		}
		after = next
		for _, ch := range changes {
			if !ch.Deleted {
				out[ch.Collection]++
			}
		}
	}
}

// propose proposes a household for a listing, and takes the placement some steps on.
func (c *clocked) propose(t *testing.T, household, listing string, kinds ...placements.Kind) (id string) {
	t.Helper()
	id, err := c.Propose(t.Context(), office.ProposeRequest{Household: household, Listing: listing, Why: secretName + " ringte", Who: "kari"})
	must(t, err)
	for _, kind := range kinds {
		must(t, c.Advance(t.Context(), office.PlacementStep{ID: id, Kind: kind, Date: c.today, Who: "kari"}))
	}
	return id
}

// endTenancy ends the tenancy in the home that the municipality rents.
func (c *clocked) endTenancy(t *testing.T) {
	t.Helper()
	must(t, errOf(c.MoveOut(t.Context(), "I-U-2", c.today, vacancy.Purchase, "kari")))
	all, err := c.PlacementsOf(t.Context(), "H-1", "")
	must(t, err)
	for _, p := range all {
		if p.Value.Placement.Housed() {
			must(t, c.Advance(t.Context(), office.PlacementStep{ID: p.ID, Kind: placements.KindEnd, Date: c.today, Who: "kari"}))
		}
	}
}

// addSecretLandlord makes a landlord who registered a home by the form and a wish to be
// called, whose other homes came otherwise, with all that hangs on them; and another
// landlord, who stays. It returns the landlord's id.
func (c *clocked) addSecretLandlord(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	secret := landlords.Listing{Address: secretAddress, Rent: new(9000), LandlordName: secretName, LandlordPhone: secretPhone, LandlordEmail: secretEmail, Notes: secretName + " ringes"}
	sent, err := c.Submit(ctx, office.SubmitRequest{Key: "0123456789abcdef", Lang: i18n.Bokmal, Via: outbox.Email, Listing: secret})
	must(t, err)
	_, err = c.Submit(ctx, office.SubmitRequest{Key: "0123456789abcdeg", Lang: i18n.Bokmal, CallMe: &office.CallMe{Name: secretName, Phone: secretPhone}})
	must(t, err)
	queue, err := c.SubmissionQueue(ctx)
	must(t, err)
	must(t, c.DecideSubmission(ctx, office.Decision{ID: queue[0].ID, To: office.SubmissionApproved, Who: "kari"}))
	must(t, c.RecordCall(ctx, office.Rang{Submission: queue[1].ID, Outcome: office.ContactNoAnswer, Note: secretName, Who: "kari"}))
	var photo bytes.Buffer
	must(t, png.Encode(&photo, image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Gray{90}})))
	must(t, c.AddPhoto(ctx, sent.Listing, photo.Bytes(), office.WhoLandlord))
	photos, err := c.Photos(ctx, sent.Listing)
	must(t, err)
	must(t, c.DescribePhotos(ctx, sent.Listing, map[string]string{photos[0].ID: "Torvald på kjøkkenet"}, office.WhoLandlord))
	must(t, c.SetParticulars(ctx, sent.Listing, landlords.Particulars{LivesThere: new(true)}, "kari"))

	// A home of a file, which is called by its landlord's name.
	secret.Address, secret.Notes = secretAddress+" B", ""
	named, err := c.CreateListing(ctx, secret, "kari")
	must(t, err)
	for _, ref := range []string{"H-1", "H-2", "H-3"} {
		saved, err := c.CreateHousehold(ctx, households.Household{Ref: ref, Adults: 1}, "kari")
		must(t, err)
		items := households.Checklist{households.ModuleFollowing: {Progress: households.Started, Began: date("2026-01-02")}}
		must(t, c.SetReadiness(ctx, office.Beside[office.Readiness]{Household: saved.ID, Value: office.Readiness{Items: items}}, "kari"))
	}
	declined := c.propose(t, "H-3", named.Key, placements.KindAccept)
	must(t, c.Advance(ctx, office.PlacementStep{ID: declined, Kind: placements.KindDecline, Note: "Liker ikke " + secretName, Who: "kari",
		Decline: &placements.Decline{By: placements.ByHousehold, Reason: placements.SituationChanged, Consequence: placements.ExcludeLandlord}}))
	round, err := c.StartRound(ctx, 0, "kari")
	must(t, err)
	must(t, c.ChangeRound(ctx, round, 1, office.ExcludePair, office.Pair{Household: "H-2", Listing: named.Key}, "kari"))

	// A home that the municipality rents, with a guarantee.
	secret.ExternalRef, secret.Address, secret.ContractForm = "U-2", "Storgata 2", landlords.Sublet
	rented, err := c.CreateListing(ctx, secret, "kari")
	must(t, err)
	_, err = c.SaveGuarantee(ctx, office.GuaranteeEdit{Listing: rented.ID, Who: "kari", Guarantee: landlords.Guarantee{Issuer: "Kommunen for " + secretName,
		Form: landlords.Securities(landlords.MunicipalGuarantee), Rent: true, ValidFrom: date("2026-01-05"), ValidTo: date("2026-02-28"), ClaimBy: date("2026-03-15")}})
	must(t, err)
	other := landlords.Listing{Address: "Annengata 1", LandlordName: "Olga Annen", LandlordPhone: "+4744667711", Rent: new(8000)}
	_, err = c.Submit(ctx, office.SubmitRequest{Key: "0123456789abcdeh", Lang: i18n.Bokmal, Listing: other})
	must(t, err)
	queue, err = c.SubmissionQueue(ctx)
	must(t, err)
	for _, q := range queue {
		if q.Listing != nil {
			must(t, c.FlagDuplicate(ctx, q.ID, named.ID, "kari"))
		}
	}
	c.propose(t, "H-1", "U-2", placements.KindAccept, placements.KindOffer, placements.KindLease, placements.KindMoveIn)
	secret.ExternalRef, secret.Address, secret.ContractForm = "U-3", secretAddress+" C", ""
	_, err = c.CreateListing(ctx, secret, "kari")
	must(t, err)

	id := office.LandlordID(secret.Landlord())
	must(t, c.LogContact(ctx, office.Contact{Who: "kari", Landlord: id, Outcome: office.ContactNote, Note: "Snakket med " + secretName}))
	return id
}
