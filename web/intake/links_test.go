package intake_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/webtest"
)

// position is where the store stands: it moves with every write.
func position(t *testing.T, s *webtest.Site) (at storage.Position) {
	t.Helper()
	err := s.DB.View(t.Context(), webtest.Municipality, func(tx *storage.Tx) (err error) {
		at, err = tx.Position()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// registered returns a home, and the link that its landlord got on the page.
func registered(t *testing.T, s *webtest.Site) (home, token string) {
	t.Helper()
	answer := s.Anonymous().Post("/utleier", stamped(t, s, "/utleier", stepOne()))
	token = strings.TrimPrefix(answer.Header.Get("Location"), "/utleier/mine/")
	queue, err := s.Office.SubmissionQueue(t.Context())
	if err != nil || len(queue) != 1 || token == "" {
		t.Fatalf("got %d submissions, %v, token %q", len(queue), err, token)
	}
	return queue[0].Listing.ID, token
}

// linkRoutes returns the addresses that a private link opens, with its token.
func linkRoutes(s *webtest.Site, home, token string) map[string][]string {
	out := map[string][]string{}
	for _, r := range s.Routes {
		if !strings.HasPrefix(r.Path, "/utleier") {
			continue
		}
		path := strings.NewReplacer(":token", token, ":id", home, ":photo", "1", ":n", "1").Replace(r.Path)
		out[r.Method] = append(out[r.Method], path)
	}
	return out
}

// Previews and scanners fetch every link that they see: nothing comes of it.
func TestFetchingALinkChangesNothing(t *testing.T) {
	s := site(t, generous)
	home, token := registered(t, s)
	before := position(t, s)
	paths := linkRoutes(s, home, token)[http.MethodGet]
	if !slices.ContainsFunc(paths, func(p string) bool { return strings.HasSuffix(p, token) }) {
		t.Fatalf("got %q, want the private page among them", paths)
	}
	for _, path := range paths {
		s.Anonymous().Get(path)
		if after := position(t, s); after != before {
			t.Errorf("GET %s wrote to the store", path)
			before = after
		}
	}
	for _, path := range linkRoutes(s, home, token)[http.MethodPost] {
		s.Anonymous().Get(path) // the address of a form, fetched
		if after := position(t, s); after != before {
			t.Errorf("GET %s wrote to the store", path)
			before = after
		}
	}
}

// A link that is forged, was revoked or has ended opens nothing, by any address
// and any method, and all three look the same.
func TestLinksThatOpenNothing(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *webtest.Site, home, token string) string{
		"forged": func(_ *testing.T, _ *webtest.Site, _, token string) string {
			if strings.HasSuffix(token, "A") {
				return token[:25] + "B"
			}
			return token[:25] + "A"
		},
		"shorter": func(_ *testing.T, _ *webtest.Site, _, token string) string { return token[:20] },
		"revoked": func(t *testing.T, s *webtest.Site, home, token string) string {
			if err := s.Office.RevokeLinks(context.Background(), home, "u1"); err != nil {
				t.Fatal(err)
			}
			return token
		},
		"ended": func(_ *testing.T, s *webtest.Site, _, token string) string { s.Wait(91 * 24 * time.Hour); return token },
	} {
		t.Run(name, func(t *testing.T) {
			s := site(t, generous)
			home, token := registered(t, s)
			token = spoil(t, s, home, token)
			before := position(t, s)
			var answers []string
			for method, paths := range linkRoutes(s, home, token) {
				for _, path := range paths {
					if !strings.Contains(path, token) {
						continue
					}
					p := s.Anonymous().Get(path)
					if method == http.MethodPost {
						p = s.Anonymous().Post(path, url.Values{"home": {home}, "word": {"withdraw"}, "address": {"Andregata 2"}, "landlord_name": {"X"}, "landlord_phone": {"44667700"}, "form_version": {"1"}})
					}
					if p.Status != http.StatusNotFound {
						t.Errorf("%s %s: got %d", method, path, p.Status)
					}
					if p.Doc != nil {
						answers = append(answers, p.Text("h1"))
					}
				}
			}
			if after := position(t, s); after != before {
				t.Error("something was written")
			}
			slices.Sort(answers)
			if answers = slices.Compact(answers); len(answers) != 1 {
				t.Errorf("got answers %q, want one", answers)
			}
		})
	}
}

// The landlord sees the guarantees and what was claimed, and of a household
// nothing at all, neither before its yes nor after.
func TestTheLandlordSeesTheirOwn(t *testing.T) {
	s := site(t, generous)
	home, _ := registered(t, s)
	queue, err := s.Office.SubmissionQueue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Office.DecideSubmission(t.Context(), office.Decision{ID: queue[0].ID, To: office.SubmissionApproved, Who: "u1"}); err != nil {
		t.Fatal(err)
	}
	token := lastToken(t, s)
	day := s.Office.Today()
	if _, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-123", Adults: 2, Children: 1, ReadyDate: day - 30}, "u1"); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Office.Listing(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.Office.Propose(t.Context(), office.ProposeRequest{Household: "H-123", Listing: rec.Value.Key, Who: "u1", Why: "prøve"})
	if err != nil {
		t.Fatal(err)
	}
	steps := []placements.Kind{placements.KindAccept, placements.KindOffer, placements.KindLease, placements.KindMoveIn}
	for i := range len(steps) + 1 {
		if p := s.Anonymous().Get("/utleier/mine/" + token); p.Status != http.StatusOK || strings.Contains(p.Body, "H-123") {
			t.Errorf("after %v: got %d, or the household's reference", steps[:i], p.Status)
		}
		if i == len(steps) {
			break
		}
		if err := s.Office.Advance(t.Context(), office.PlacementStep{ID: id, Kind: steps[i], Date: day, Who: "u1"}); err != nil {
			t.Fatal(err)
		}
	}
	guarantee := landlords.Guarantee{Issuer: "Rana kommune", Form: landlords.Securities(landlords.MunicipalGuarantee), OwnDebt: new(true), Months: new(3), Amount: new(27000), Rent: true,
		ValidFrom: day, WholeTenancy: true, ClaimBy: day + 400}
	gid, err := s.Office.SaveGuarantee(t.Context(), office.GuaranteeEdit{Listing: home, Placement: id, Guarantee: guarantee, Who: "u1"})
	if err == nil {
		_, err = s.Office.ClaimGuarantee(t.Context(), gid, 1, landlords.Claim{On: day, Amount: 9500, For: landlords.ClaimRent, Note: "Familien skylder for november"}, "u1")
	}
	if err != nil {
		t.Fatal(err)
	}
	p := s.Anonymous().Get("/utleier/mine/" + token + "?lang=en")
	for _, want := range []string{"Rana kommune", "27,000", "pays as for own debt", "for the whole tenancy", "9,500", "Waits for the guarantor", "through the municipality"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("got no %q in %s", want, p.Main())
		}
	}
	if strings.Contains(p.Body, "Familien") {
		t.Error("the landlord reads staff's own words")
	}
}

// lastToken returns the token in the message that was made last.
func lastToken(t *testing.T, s *webtest.Site) (token string) {
	t.Helper()
	err := s.DB.View(t.Context(), webtest.Municipality, func(tx *storage.Tx) error {
		for rec, err := range outbox.Letters.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			_, after, _ := strings.Cut(rec.Value.Message.Text, "/utleier/mine/")
			token = strings.Fields(after)[0]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}
