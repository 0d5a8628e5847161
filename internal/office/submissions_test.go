package office

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// at sets the fixture's clock.
func (f *fixture) at(day string) {
	f.now = func() time.Time { return civil.MustParse(day).Time().Add(12 * time.Hour) }
}

func offer() SubmitRequest {
	rent := 9000
	return SubmitRequest{Key: "0123456789abcdef", Lang: i18n.English, Via: outbox.Email, Listing: landlords.Listing{Address: "Prøvegata 1", DwellingType: landlords.Apartment, Rent: &rent,
		AvailableFrom: civil.MustParse("2026-12-15"), LandlordName: "Kari Prøve", LandlordPhone: "+4744667799", LandlordEmail: "kari@example.no"}}
}

func (f *fixture) submit(req SubmitRequest) Receipt {
	f.t.Helper()
	r, err := f.Submit(f.t.Context(), req)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) stored(id string) landlords.Listing {
	f.t.Helper()
	var l landlords.Listing
	err := f.db.View(f.t.Context(), municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, id)
		l = rec.Value.Record
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return l
}

// letters returns the messages in the outbox, the newest last.
func (f *fixture) letters() (out []outbox.Message) {
	f.t.Helper()
	err := f.db.View(f.t.Context(), municipality, func(tx *storage.Tx) error {
		for rec, err := range outbox.Letters.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out = append(out, rec.Value.Message)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

var tokenIn = regexp.MustCompile(`/utleier/mine/([A-Z2-7]+)`)

func tokenOf(t *testing.T, m outbox.Message) string {
	t.Helper()
	found := tokenIn.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link in %q", m.Text)
	}
	return found[1]
}

// events returns "what:from>to by who" of a listing, in order.
func (f *fixture) events(id string) (out []string) {
	f.t.Helper()
	err := f.db.View(f.t.Context(), municipality, func(tx *storage.Tx) error {
		for rec, err := range Events.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", "listings"), storage.Eq("record", id)}}) {
			if err != nil {
				return err
			}
			e := rec.Value
			out = append(out, fmt.Sprintf("%s:%s>%s by %s", e.What, e.From, e.To, e.Who))
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func TestFromSubmissionToLet(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	if l := f.stored(r.Listing); l.Status != landlords.StatusSubmitted {
		t.Fatalf("got %s, want submitted", l.Status)
	}
	queue, err := f.SubmissionQueue(t.Context())
	if err != nil || len(queue) != 1 || queue[0].Listing == nil {
		t.Fatalf("got %v, %v", queue, err)
	}
	sub := queue[0].ID
	decide := func(to SubmissionState, note string) error {
		return f.DecideSubmission(t.Context(), Decision{ID: sub, To: to, Note: note, Who: "u1"})
	}
	if err := decide(SubmissionAsked, " "); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want words asked for", err)
	}
	if err := decide(SubmissionAsked, "Which floor?"); err != nil {
		t.Fatal(err)
	}
	letters := f.letters()
	asked := letters[len(letters)-1]
	if asked.Purpose != "asked" || !strings.Contains(asked.Text, "Which floor?") || asked.To != "kari@example.no" {
		t.Errorf("got %+v", asked)
	}
	mine, err := f.Mine(t.Context(), tokenOf(t, asked))
	if err != nil || len(mine.Listings) != 1 || mine.Note != "Which floor?" || mine.Lang != i18n.English {
		t.Fatalf("got %+v, %v", mine, err)
	}
	changed := mine.Listings[0].Value.Record
	changed.Notes = "Second floor"
	changed.Status, changed.Preferred = landlords.StatusOpen, landlords.Rules(landlords.RulePets) // what a forged form might add
	if _, err := f.ChangeMine(t.Context(), r.Token, Edit[landlords.Listing]{ID: r.Listing, Version: mine.Listings[0].Version, Record: changed}, nil); err != nil {
		t.Fatal(err)
	}
	if l := f.stored(r.Listing); l.Notes != "Second floor" || l.Status != landlords.StatusSubmitted || l.Preferred != 0 {
		t.Errorf("got %+v, want the note changed and nothing else", l)
	}
	if err := decide(SubmissionApproved, ""); err != nil {
		t.Fatal(err)
	}
	if err := decide(SubmissionRefused, "No."); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("got %v, want a conflict for the second decision", err)
	}
	letters = f.letters()
	approved := tokenOf(t, letters[len(letters)-1])
	f.at("2026-12-10")
	for _, word := range []Word{WordFree, WordPause, WordPause, WordFree, WordLetElse} {
		if err := f.Say(t.Context(), approved, r.Listing, word); err != nil {
			t.Fatalf("%s: %v", word, err)
		}
	}
	if l := f.stored(r.Listing); l.Status != landlords.StatusLet || l.ConfirmedOn != civil.MustParse("2026-12-10") {
		t.Errorf("got %s confirmed %v", l.Status, l.ConfirmedOn)
	}
	want := []string{"created:> by landlord", "updated:> by landlord", "status:submitted>open by u1", "confirmed:> by landlord", "status:open>paused by landlord", "status:paused>open by landlord", "status:open>let by landlord"}
	if got := f.events(r.Listing); !slices.Equal(got, want) {
		t.Errorf("got events  %q\nwant %q", got, want)
	}
	history, err := f.LandlordHistory(t.Context(), LandlordID(changed.Landlord()))
	if err != nil || len(history.Lettings) != 1 || history.Lettings[0].Through || len(history.Contacts) != 1 || len(history.Units) != 1 {
		t.Errorf("got %+v, %v", history, err)
	}
}

func TestTheSameFormTwice(t *testing.T) {
	f := newFixture(t)
	const tries = 8
	var wg sync.WaitGroup
	receipts := make([]Receipt, tries)
	errs := make([]error, tries)
	for i := range tries {
		wg.Go(func() { receipts[i], errs[i] = f.Submit(context.Background(), offer()) })
	}
	wg.Wait()
	for i := range tries {
		if errs[i] != nil || receipts[i].Listing != receipts[0].Listing || receipts[i].Token == "" {
			t.Errorf("got %+v, %v; want the first one's listing %s", receipts[i], errs[i], receipts[0].Listing)
		}
		if _, err := f.Mine(t.Context(), receipts[i].Token); err != nil {
			t.Errorf("the link of try %d: %v", i, err)
		}
	}
	if queue, err := f.SubmissionQueue(t.Context()); err != nil || len(queue) != 1 || len(f.letters()) != 1 {
		t.Errorf("got %d submissions, %d letters, %v; want one each", len(queue), len(f.letters()), err)
	}
}

func TestTwoSubmissionsOfOneHome(t *testing.T) {
	f := newFixture(t)
	first := f.submit(offer())
	again := offer()
	again.Key, again.Listing.Address = "another-form-0001", "prøvegaten 1"
	second := f.submit(again)
	other := offer()
	other.Key, other.Listing.Address, other.Listing.LandlordPhone = "another-form-0002", "Andregata 7", "+4744667700"
	f.submit(other)
	if first.Listing == second.Listing {
		t.Fatal("got one listing for two forms")
	}
	twins, err := f.Twins(t.Context(), second.Listing)
	if err != nil || len(twins) != 1 || twins[0].ID != first.Listing || !slices.Equal(twins[0].Because, []Likeness{SamePlace, SamePhone}) {
		t.Errorf("got %+v, %v; want the first, by place and phone", twins, err)
	}
	if err := f.FlagDuplicate(t.Context(), second.Submission, first.Listing, "u1"); err != nil {
		t.Fatal(err)
	}
	if l := f.stored(second.Listing); l.Status != landlords.StatusSubmitted {
		t.Errorf("got %s, want the flagged one to stay", l.Status)
	}
}

// Several people send in one home at the same moment: all of it is kept, and each
// stands beside the others.
func TestOneHomeFromSeveralAtOnce(t *testing.T) {
	f := newFixture(t)
	const senders = 4
	var wg sync.WaitGroup
	receipts := make([]Receipt, senders)
	errs := make([]error, senders)
	for i := range senders {
		wg.Go(func() {
			req := offer()
			req.Key = fmt.Sprintf("form-of-sender-%04d", i)
			receipts[i], errs[i] = f.Submit(context.Background(), req)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts {
		if twins, err := f.Twins(t.Context(), r.Listing); err != nil || len(twins) != senders-1 {
			t.Errorf("got %d likely duplicates, %v, want %d", len(twins), err, senders-1)
		}
	}
	if queue, err := f.SubmissionQueue(t.Context()); err != nil || len(queue) != senders {
		t.Errorf("got %d submissions, %v, want %d", len(queue), err, senders)
	}
}

func TestLikenesses(t *testing.T) {
	l := func(address, unit, code string) *landlords.Listing {
		return &landlords.Listing{Address: address, UnitNumber: unit, PostalCode: code}
	}
	for _, test := range []struct {
		a, b *landlords.Listing
		want []Likeness
	}{
		{l("Storgata 1", "H0101", ""), l("Storgt. 1", "H0101", ""), []Likeness{SamePlace}},
		{l("Storgata 1", "H0101", ""), l("Storgata 1", "H0102", ""), nil},
		{l("Storgata 1", "", ""), l("Storgata 1", "H0102", ""), []Likeness{SamePlace}},
		{l("Storgata 1", "", "8610"), l("Storgata 1", "", "8622"), nil},
		{l("Fjordveien 12 B", "", ""), l("Fjorveien 12B", "", ""), []Likeness{CloseText}},
		{l("Fjordveien 12", "", ""), l("Fjordveien 13", "", ""), nil},
		{l("", "", ""), l("", "", ""), nil},
	} {
		if got := likenesses(test.a, test.b); !slices.Equal(got, test.want) {
			t.Errorf("%s %s and %s %s: got %v, want %v", test.a.Address, test.a.UnitNumber, test.b.Address, test.b.UnitNumber, got, test.want)
		}
	}
}

func TestWhatTheFormRefuses(t *testing.T) {
	f := newFixture(t)
	for _, test := range []struct {
		name, want string
		edit       func(*SubmitRequest)
	}{
		{"an unlawful demand", "notes:unlawful_demand", func(r *SubmitRequest) { r.Listing.Notes = "Kun kvinner" }},
		{"an identity number", "notes:identity_number_refused", func(r *SubmitRequest) { r.Listing.Notes = "Ring 01010750160" }},
		{"a deposit over the cap", "deposit:deposit_over_legal_cap", func(r *SubmitRequest) { n := 60000; r.Listing.Deposit = &n }},
		{"no phone", "landlord_phone:landlord_phone_missing", func(r *SubmitRequest) { r.Listing.LandlordPhone = "" }},
		{"no name", "landlord_name:landlord_name_missing", func(r *SubmitRequest) { r.Listing.LandlordName = "" }},
		{"a call without a phone", "landlord_phone:landlord_phone_missing", func(r *SubmitRequest) { r.CallMe = &CallMe{Name: "Kari"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			req := offer()
			test.edit(&req)
			_, err := f.Submit(t.Context(), req)
			problems, ok := errors.AsType[*ProblemsError](err)
			if !ok || len(apperr.Errors(problems.Problems)) != 1 {
				t.Fatalf("got %v", err)
			}
			p := apperr.Errors(problems.Problems)[0]
			if got := p.Field + ":" + p.Code; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	if queue, err := f.SubmissionQueue(t.Context()); err != nil || len(queue) > 0 {
		t.Errorf("got %d stored, %v", len(queue), err)
	}
	req := offer()
	req.Listing.Notes, req.Listing.EmploymentRequirement = "Ikke NAV. Ingen barn.", landlords.PermanentJob
	f.submit(req)
	queue, err := f.SubmissionQueue(t.Context())
	if want := []landlords.Review{landlords.ReviewNoNAV, landlords.ReviewNoChildren, landlords.ReviewPermanentJob}; err != nil || !slices.Equal(queue[0].Submission.Review, want) {
		t.Errorf("got %v, %v, want %v", queue[0].Submission.Review, err, want)
	}
}

// A link opens what it is for: not another's listing, nothing once revoked, and
// all of a contact's only where it was sent to that contact.
func TestPrivateLinks(t *testing.T) {
	f := newFixture(t)
	kari := f.submit(offer())
	second := offer()
	second.Key, second.Listing.Address = "another-form-0001", "Andregata 2"
	kari2 := f.submit(second)
	stranger := offer() // states Kari's phone, but another e-mail address
	stranger.Key, stranger.Listing.LandlordEmail, stranger.Listing.Address = "another-form-0002", "x@example.no", "Tredjegata 3"
	forged := f.submit(stranger)
	count := func(token string) int {
		mine, err := f.Mine(t.Context(), token)
		if err != nil && !errors.Is(err, links.ErrNone) {
			t.Fatal(err)
		}
		return len(mine.Listings)
	}
	if got := count(forged.Token); got != 1 {
		t.Errorf("got %d listings by a stranger's page, want their own", got)
	}
	sent := f.letters()
	if got := count(tokenOf(t, sent[0])); got != 2 {
		t.Errorf("got %d listings by the link in Kari's mail, want both of hers", got)
	}
	if got := count(tokenOf(t, sent[2])); got != 1 {
		t.Errorf("got %d listings by the link in the stranger's mail, want one", got)
	}
	for _, word := range Words {
		if err := f.Say(t.Context(), forged.Token, kari.Listing, word); !errors.Is(err, links.ErrNone) {
			t.Errorf("%s of another's listing: got %v", word, err)
		}
	}
	if _, err := f.ChangeMine(t.Context(), forged.Token, Edit[landlords.Listing]{ID: kari.Listing, Version: 1, Record: offer().Listing}, nil); !errors.Is(err, links.ErrNone) {
		t.Errorf("a change of another's listing: got %v", err)
	}
	err := f.db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return links.RevokeListing(tx, kari2.Listing) })
	if err != nil {
		t.Fatal(err)
	}
	if got := count(kari2.Token); got != 0 {
		t.Errorf("got %d listings by a revoked link", got)
	}
	if err := f.Say(t.Context(), kari2.Token, kari2.Listing, WordWithdraw); !errors.Is(err, links.ErrNone) {
		t.Errorf("a word by a revoked link: got %v", err)
	}
	f.at("2027-11-25")
	if got := count(kari.Token); got != 0 {
		t.Errorf("got %d listings by a link of last year", got)
	}
}

// Asking for a link writes the same for a known address and an unknown one, so
// that its time tells nothing either.
func TestRenewalWritesTheSame(t *testing.T) {
	f := newFixture(t)
	f.submit(offer())
	written := func(email string) (out []string) {
		t.Helper()
		var at storage.Position
		if err := f.db.View(t.Context(), municipality, func(tx *storage.Tx) (err error) { at, err = tx.Position(); return err }); err != nil {
			t.Fatal(err)
		}
		if err := f.RenewLink(t.Context(), email, i18n.Bokmal); err != nil {
			t.Fatal(err)
		}
		changes, _, err := f.db.Changes(t.Context(), municipality, at, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			out = append(out, c.Collection)
		}
		return out
	}
	known, unknown := written("kari@example.no"), written("ola@example.no")
	if len(known) == 0 || !slices.Equal(known, unknown) {
		t.Errorf("got %q written for a known address, %q for an unknown one", known, unknown)
	}
}

// What approving, a changed address, revoking and renewing do to the links that
// are about.
func TestLinksThroughAListingsLife(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	opensWith := func(token string) bool {
		t.Helper()
		_, err := f.Mine(t.Context(), token)
		if err != nil && !errors.Is(err, links.ErrNone) {
			t.Fatal(err)
		}
		return err == nil
	}
	last := func() string { t.Helper(); all := f.letters(); return tokenOf(t, all[len(all)-1]) }
	want := func(when string, token string, want bool) {
		t.Helper()
		if got := opensWith(token); got != want {
			t.Errorf("%s: got opens %v, want %v", when, got, want)
		}
	}
	receipt := last()
	if err := f.DecideSubmission(t.Context(), Decision{ID: r.Submission, To: SubmissionApproved, Who: "u1"}); err != nil {
		t.Fatal(err)
	}
	want("the page's link after the approval", r.Token, false)
	want("the receipt's after the approval", receipt, true)
	want("the approval's own", last(), true)

	// The landlord writes another e-mail address: the old one's links are over,
	// and who is at it now gets on.
	mine, err := f.Mine(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	changed := mine.Listings[0].Value.Record
	changed.LandlordEmail = "kari.ny@example.no"
	goOn, err := f.ChangeMine(t.Context(), receipt, Edit[landlords.Listing]{ID: r.Listing, Version: mine.Listings[0].Version, Record: changed}, nil)
	if err != nil || goOn == receipt {
		t.Fatalf("got token %q, %v, want another one", goOn, err)
	}
	want("the receipt's after the address changed", receipt, false)
	want("the one to go on with", goOn, true)
	letters := f.letters()
	if letters[len(letters)-1].To != "kari.ny@example.no" {
		t.Errorf("got a letter to %s, want one to the new address", letters[len(letters)-1].To)
	}
	sent := last()
	want("the one sent to the new address", sent, true)

	// Staff put an address right that was written wrongly.
	rec, err := f.Listing(t.Context(), r.Listing)
	if err != nil {
		t.Fatal(err)
	}
	right := rec.Value.Record
	right.LandlordEmail = "kari.rett@example.no"
	if _, err := f.EditListing(t.Context(), Edit[landlords.Listing]{ID: r.Listing, Version: rec.Version, Record: right}, "u1"); err != nil {
		t.Fatal(err)
	}
	want("whoever got the message at the wrong address", sent, false)

	state := func(n int) {
		t.Helper()
		if got, err := f.ListingLinks(t.Context(), r.Listing); err != nil || got.N != n || !got.Reaches || n > 0 && got.Until.Before(f.now()) {
			t.Errorf("got %+v, %v, want %d links", got, err, n)
		}
	}
	state(1) // the one to go on with
	if err := f.RenewLinks(t.Context(), r.Listing, "u1"); err != nil {
		t.Fatal(err)
	}
	want("an older one after the renewal", goOn, false)
	want("the renewed one", last(), true)
	state(1)
	if err := f.RevokeLinks(t.Context(), r.Listing, "u1"); err != nil {
		t.Fatal(err)
	}
	want("a revoked one", last(), false)
	state(0)
	if err := f.RenewLinks(t.Context(), r.Listing, "u1"); err != nil {
		t.Fatal(err)
	}
	if err := f.RevokeLandlord(t.Context(), LandlordID(right.Landlord()), "u1"); err != nil {
		t.Fatal(err)
	}
	want("after all of the landlord's were revoked", last(), false)
}

func TestRenewalTellsNothing(t *testing.T) {
	f := newFixture(t)
	f.submit(offer())
	before := len(f.letters())
	for _, email := range []string{"nobody@example.no", "", "KARI@example.no "} {
		if err := f.RenewLink(t.Context(), email, i18n.Nynorsk); err != nil {
			t.Errorf("%q: got %v", email, err)
		}
	}
	got := f.letters()
	got = slices.DeleteFunc(got, func(m outbox.Message) bool { return m.To == "" }) // traces of nothing sent
	if len(got) != before+1 || got[before].To != "kari@example.no" || got[before].Purpose != "renewal" || !strings.Contains(got[before].Title, "lenkje") {
		t.Fatalf("got %+v, want one letter to who is known", got[before:])
	}
	if _, err := f.Mine(t.Context(), tokenOf(t, got[before])); err != nil {
		t.Errorf("the new link: %v", err)
	}
}

func TestRemindersAndExpiry(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	queue, err := f.SubmissionQueue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.DecideSubmission(t.Context(), Decision{ID: queue[0].ID, To: SubmissionApproved, Who: "u1"}); err != nil {
		t.Fatal(err)
	}
	// Confirmed on 2026-11-25; a confirmation holds 21 days.
	since := civil.MustParse("2026-11-25")
	for _, step := range []struct {
		day               string
		reminded, expired int
		calls             int
		status            landlords.Status
	}{
		{"2026-12-11", 0, 0, 0, landlords.StatusOpen},
		{"2026-12-12", 1, 0, 1, landlords.StatusOpen},
		{"2026-12-13", 0, 0, 1, landlords.StatusOpen}, // once
		{"2027-01-06", 0, 0, 1, landlords.StatusOpen}, // day 42
		{"2027-01-07", 0, 1, 0, landlords.StatusExpired},
		{"2027-01-08", 0, 0, 0, landlords.StatusExpired},
	} {
		f.at(step.day)
		reminded, err := f.RemindLandlords(t.Context(), since)
		since = civil.MustParse(step.day)
		if err != nil || reminded != step.reminded {
			t.Errorf("%s: got %d reminded, %v, want %d", step.day, reminded, err, step.reminded)
		}
		expired, err := f.ExpireListings(t.Context())
		if err != nil || expired != step.expired {
			t.Errorf("%s: got %d expired, %v, want %d", step.day, expired, err, step.expired)
		}
		if calls, err := f.RingList(t.Context()); err != nil || len(calls) != step.calls {
			t.Errorf("%s: got %d calls, %v, want %d", step.day, len(calls), err, step.calls)
		}
		if l := f.stored(r.Listing); l.Status != step.status {
			t.Errorf("%s: got %s, want %s", step.day, l.Status, step.status)
		}
	}
	// One tap on the link in the reminder brings it back.
	letters := f.letters()
	if err := f.Say(t.Context(), tokenOf(t, letters[len(letters)-1]), r.Listing, WordFree); err != nil {
		t.Fatal(err)
	}
	if l := f.stored(r.Listing); l.Status != landlords.StatusOpen || l.ConfirmedOn != civil.MustParse("2027-01-08") {
		t.Errorf("got %s confirmed %v", l.Status, l.ConfirmedOn)
	}
}

// A year of days, as the jobs see them, in which a landlord answers every second
// reminder with one tap: each confirmation is asked about once, in time, and a
// listing is stale, then gone, only where nobody answered.
func TestUpkeepOverAYear(t *testing.T) {
	f := newFixture(t)
	r := f.submit(offer())
	if err := f.DecideSubmission(t.Context(), Decision{ID: r.Submission, To: SubmissionApproved, Who: "u1"}); err != nil {
		t.Fatal(err)
	}
	policy, err := f.Policy(t.Context(), f.Today())
	if err != nil {
		t.Fatal(err)
	}
	fresh := policy.Policy.FreshDays
	begin := f.Today()
	asked, expired, answers := 0, 0, 0
	for day := begin + 1; day < begin+365; day++ {
		f.at(day.String())
		n, err := f.RemindLandlords(t.Context(), day-1)
		if err != nil {
			t.Fatal(err)
		}
		l := f.stored(r.Listing)
		if n > 0 {
			if asked++; n != 1 || int(day-l.ConfirmedOn) != fresh-confirmAhead+1 {
				t.Errorf("%s: got %d asked, %d days after the confirmation", day, n, day-l.ConfirmedOn)
			}
			if asked%2 == 1 {
				letters := f.letters()
				if err := f.Say(t.Context(), tokenOf(t, letters[len(letters)-1]), r.Listing, WordFree); err != nil {
					t.Fatal(err)
				}
				answers++
			}
		}
		n, err = f.ExpireListings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			expired++
			if int(day-l.ConfirmedOn) != 2*fresh+1 {
				t.Errorf("%s: expired %d days after the confirmation", day, day-l.ConfirmedOn)
			}
			if err := f.ChangeStatus(t.Context(), r.Listing, StatusChange{To: landlords.StatusOpen, Who: "u1"}); err != nil {
				t.Fatal(err)
			}
		}
		l = f.stored(r.Listing)
		calls, err := f.RingList(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if late := int(day-l.ConfirmedOn) > fresh-confirmAhead; late != (len(calls) == 1) {
			t.Errorf("%s: got %d calls, %d days after the confirmation", day, len(calls), day-l.ConfirmedOn)
		}
		if !l.Confirmed(day, fresh) && l.Status != landlords.StatusOpen {
			t.Errorf("%s: got %s", day, l.Status)
		}
	}
	if asked < 8 || expired < 4 || answers < 4 {
		t.Errorf("got %d asked, %d expired, %d answers: the year shows little", asked, expired, answers)
	}
}

// A register that is filled at once, as by an import or the demo, does not bring a
// heap of messages: neither at the first start nor the days after.
func TestAFullRegisterIsNotAskedAtOnce(t *testing.T) {
	f := newFixture(t)
	data := demo.Municipality(f.Today(), 1)
	if err := f.Fill(t.Context(), data, "test"); err != nil {
		t.Fatal(err)
	}
	late := 0
	for i := range data.Listings {
		if l := &data.Listings[i]; l.Status == landlords.StatusOpen && l.ConfirmedOn != 0 && f.Today()-l.ConfirmedOn > 16 {
			late++
		}
	}
	if late < 3 {
		t.Fatalf("got %d late listings in the demo: the test shows nothing", late)
	}
	begin := f.Today()
	for day := begin; day < begin+30; day++ {
		f.at(day.String())
		if _, err := f.RemindLandlords(t.Context(), day-1); err != nil {
			t.Fatal(err)
		}
		asked := map[string]bool{}
		for _, m := range f.letters() {
			if m.Purpose != "reminder" || asked[m.Key] {
				continue
			}
			asked[m.Key] = true
			if l := f.stored(m.Key); l.ConfirmedOn.AddDays(17) < begin {
				t.Errorf("%s: a listing that was late on the first day was asked about", day)
			}
		}
	}
}

func TestRingList(t *testing.T) {
	f := newFixture(t)
	f.load("a.csv", "Nr;Adresse;Husleie;Utleier;Tlf;Status\nU-1;Storgata 1;9000;Kari;44667799;\nU-2;Storgata 2;9000;Ola;44667700;\nU-3;Storgata 3;9000;Uten telefon;;\n")
	f.at("2026-12-20")
	call := f.submit(SubmitRequest{Key: "wish-to-be-called", Lang: i18n.Bokmal, CallMe: &CallMe{Name: "Per", Phone: "+4799887766"}})
	list := func() (out []string) {
		t.Helper()
		calls, err := f.RingList(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			out = append(out, fmt.Sprintf("%s %s %d", c.Reason, c.Name, c.Tries))
		}
		return out
	}
	want := func(lines ...string) {
		t.Helper()
		if got := list(); !slices.Equal(got, lines) {
			t.Errorf("got %q, want %q", got, lines)
		}
	}
	want("call_me Per 0", "confirm Kari 0", "confirm Ola 0")
	id := func(key string) (id string) {
		t.Helper()
		err := f.db.View(t.Context(), municipality, func(tx *storage.Tx) error {
			rec, err := Listings.GetBy(tx, "key", key)
			id = rec.ID
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	rang := func(r Rang) {
		t.Helper()
		r.Who = "u1"
		if err := f.RecordCall(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	rang(Rang{Listing: id("U-1"), Outcome: ContactNoAnswer})
	want("call_me Per 0", "confirm Ola 0", "confirm Kari 1") // not at once again
	rang(Rang{Listing: id("U-2"), Outcome: ContactCallBack, On: civil.MustParse("2026-12-22"), Note: "etter jobb"})
	rang(Rang{Submission: call.Submission, Outcome: ContactConfirmed})
	want("confirm Kari 1")
	f.at("2026-12-22")
	want("call_back Ola 0", "confirm Kari 1")
	rang(Rang{Listing: id("U-2"), Outcome: ContactLet})
	rang(Rang{Listing: id("U-1"), Outcome: ContactConfirmed})
	want()
	if l := f.stored(id("U-1")); l.ConfirmedOn != civil.MustParse("2026-12-22") {
		t.Errorf("got confirmed %v", l.ConfirmedOn)
	}
	if l := f.stored(id("U-2")); l.Status != landlords.StatusLet {
		t.Errorf("got %s", l.Status)
	}
	if err := f.RecordCall(t.Context(), Rang{Listing: id("U-1"), Outcome: ContactCallBack}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want a day asked for", err)
	}
}

// A listing that came as submitted in a file waits beside those of the form, and is
// verified once, also where an older page is answered.
func TestABroughtSubmissionIsVerified(t *testing.T) {
	f := newFixture(t)
	home := offer().Listing
	home.Status, home.ConfirmedOn, home.Notes = landlords.StatusSubmitted, civil.MustParse("2026-11-01"), "ikke NAV"
	saved, err := f.CreateListing(t.Context(), home, "import")
	if err != nil {
		t.Fatal(err)
	}
	f.submit(offer())
	queue, err := f.SubmissionQueue(t.Context())
	if err != nil || len(queue) != 2 || queue[0].ID != saved.ID || queue[0].Listing == nil || len(queue[0].Submission.Review) != 1 {
		t.Fatalf("got %+v, %v, want the listing first, which is older, with what to talk about", queue, err)
	}
	if err := f.FlagDuplicate(t.Context(), saved.ID, queue[1].Listing.ID, "u1"); err != nil {
		t.Fatal(err)
	}
	approve := Decision{ID: saved.ID, To: SubmissionApproved, Who: "u1"}
	if err := f.DecideSubmission(t.Context(), approve); err != nil || f.stored(saved.ID).Status != landlords.StatusOpen {
		t.Fatalf("got %v, status %s", err, f.stored(saved.ID).Status)
	}
	if err := f.DecideSubmission(t.Context(), approve); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("the same again: got %v, want a conflict", err)
	}
	if queue, err = f.SubmissionQueue(t.Context()); err != nil || len(queue) != 1 {
		t.Errorf("got %d in the queue, %v", len(queue), err)
	}
	if err := f.DecideSubmission(t.Context(), Decision{ID: "nothing", To: SubmissionApproved, Who: "u1"}); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v for what is not there", err)
	}
}

// However often somebody asks, a mailbox gets some links an hour and no more.
func TestRenewalsOfOneAddressAreLimited(t *testing.T) {
	f := newFixture(t)
	f.at("2026-11-25")
	f.submit(offer()) // its receipt bears one
	ask := func(times int) int {
		before := len(f.sentTo("kari@example.no"))
		for range times {
			if err := f.RenewLink(t.Context(), "kari@example.no", i18n.English); err != nil {
				t.Fatal(err)
			}
		}
		return len(f.sentTo("kari@example.no")) - before
	}
	if got := ask(20); got != maxRenewals-1 {
		t.Errorf("got %d links in an hour, want %d beside the receipt's", got, maxRenewals-1)
	}
	f.at("2026-11-26")
	if got := ask(1); got != 1 {
		t.Errorf("got %d links the next day, want 1", got)
	}
}

// sentTo returns the messages to an address.
func (f *fixture) sentTo(address string) (out []outbox.Message) {
	for _, m := range f.letters() {
		if m.To == address {
			out = append(out, m)
		}
	}
	return out
}
