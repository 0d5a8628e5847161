package office

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/internal/spelling"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// Likeness is why two listings may be of one home.
type Likeness string

// The likenesses, the surest first.
const (
	SamePlace Likeness = "same_place" // address and unit number
	SamePhone Likeness = "same_phone"
	CloseText Likeness = "close_text" // the address but for a few letters
)

// Twin is a listing that may tell of the same home as another.
type Twin struct {
	ID      string
	Entry   Entry[landlords.Listing]
	Because []Likeness // the surest first
}

// maxTwins is how many likely duplicates are worth a look.
const maxTwins = 5

// Twins returns the listings that may tell of the same home as one, the likeliest
// first. Errors: NotFound, and those of the store.
func (o *Office) Twins(ctx context.Context, id string) (out []Twin, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		mine, err := Listings.Get(tx, id)
		if err != nil {
			return err
		}
		like, err := alike(tx, &mine.Value)
		if err != nil {
			return err
		}
		for _, rec := range like {
			if why := likenesses(&mine.Value.Record, &rec.Value.Record); rec.ID != id && len(why) > 0 {
				out = append(out, Twin{rec.ID, rec.Value, why})
			}
		}
		return nil
	})
	rank := func(t Twin) int {
		n := 0
		for _, l := range t.Because {
			n += map[Likeness]int{SamePlace: 4, CloseText: 2, SamePhone: 1}[l]
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b Twin) int { return rank(b) - rank(a) })
	return out[:min(len(out), maxTwins)], err
}

// alike returns the listings that have in common with one what duplicates must
// have in common: the numbers in the address, or the telephone number.
func alike(tx *storage.Tx, mine *Entry[landlords.Listing]) (out []ListingRecord, err error) {
	seen := map[string]bool{}
	which := []storage.Cond{storage.Eq("digits", mine.Digits)}
	if phone := mine.Record.LandlordPhone; phone != "" {
		which = append(which, storage.Eq("record.landlord_phone", phone))
	}
	for _, cond := range which {
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{cond}}) {
			if err != nil {
				return nil, err
			}
			if !seen[rec.ID] {
				seen[rec.ID] = true
				out = append(out, rec)
			}
		}
	}
	return out, nil
}

// digitsOf returns the digits of an address, in their order; "-" where it has none.
// Two ways to write one address never differ in them.
func digitsOf(address string) string {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, address)
	return cmp.Or(digits, "-")
}

// likenesses returns why two listings may be of one home.
func likenesses(a, b *landlords.Listing) []Likeness {
	var out []Likeness
	placeA, placeB := foldPlace(a.Address), foldPlace(b.Address)
	differ := a.UnitNumber != "" && b.UnitNumber != "" && a.UnitNumber != b.UnitNumber ||
		a.PostalCode != "" && b.PostalCode != "" && a.PostalCode != b.PostalCode
	if placeA != "" && placeA == placeB && !differ {
		out = append(out, SamePlace)
	}
	if a.LandlordPhone != "" && a.LandlordPhone == b.LandlordPhone {
		out = append(out, SamePhone)
	}
	if len(out) < 2 && placeA != placeB && !differ && closeTo(placeA, placeB) {
		out = append(out, CloseText)
	}
	return out
}

// foldPlace writes an address so that the usual ways to write it are equal.
func foldPlace(s string) string {
	s = strings.ToLower(s)
	for _, r := range [][2]string{{"gaten", "gata"}, {"veien", "vegen"}, {"gate ", "gata "}, {"gt.", "gata"}, {"gt ", "gata "}, {"vn.", "vegen"}, {"vei ", "veg "}} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return spelling.Fold(s)
}

// closeTo reports whether two addresses differ by a slip of the hand: at most one
// letter in eight, and never a number.
func closeTo(a, b string) bool {
	if a == "" || b == "" || digitsOf(a) != digitsOf(b) {
		return false
	}
	limit := max(len(a), len(b)) / 8
	return spelling.Distance(a, b, limit) <= limit
}
