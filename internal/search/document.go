// Package search finds listings the way people ask for them: free words with
// slips of the finger, and phrases that mean a filter ("under 7000", "3
// soverom"). It has what every engine shares: the document, the query language,
// the filters and facets, the ranking and the highlights. Engines (fts, meili)
// only store and look up. An index is disposable: it never holds the only copy
// of anything, and it never holds a landlord's telephone or e-mail address.
package search

import (
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Document is a listing as an index holds it.
type Document struct {
	ID      string            `json:"id"`  // of the record in the store
	Key     string            `json:"key"` // what files and the command line call it
	Listing landlords.Listing `json:"listing"`
	Place   Place             `json:"place"` // what is known of its postal code
}

// NewDocument returns the document of a listing. It leaves out how to reach the
// landlord.
func NewDocument(id, key string, l landlords.Listing, places *Places) Document {
	l.LandlordPhone, l.LandlordEmail = "", ""
	if l.Status == "" {
		l.Status = landlords.StatusOpen
	}
	return Document{ID: id, Key: key, Listing: l, Place: places.Find(l.PostalCode)}
}

// Column is a text of a document that words are looked for in. A lower column
// weighs more.
type Column uint8

// The columns, by weight.
const (
	ColRef Column = iota
	ColAddress
	ColPlace
	ColRegister // the name that the postal register has for the code
	ColType
	ColLandlord
	ColNotes
	NumColumns
)

// columnFields names the field of the listing that a column shows.
var columnFields = [NumColumns]string{"external_ref", "address", "postal_place", "postal_place", "dwelling_type", "landlord_name", "notes"}

// weights of the columns, in quarters of one step of quality.
var columnWeights = [NumColumns]int{6, 5, 4, 2, 4, 3, 1}

// Words returns the folded words of a column.
func (d *Document) Words(c Column) []string {
	l := &d.Listing
	switch c {
	case ColRef:
		return refWords(l.ExternalRef)
	case ColAddress:
		return append(addressWords(l.Address), words(l.UnitNumber)...)
	case ColPlace:
		return append(words(l.PostalPlace), words(l.PostalCode)...)
	case ColRegister: // people who live at Selfors do not say Mo i Rana, but it is not wrong
		return words(d.Place.Name)
	case ColType:
		return typeWords[l.DwellingType]
	case ColLandlord:
		return words(l.LandlordName)
	}
	return words(l.Notes)
}

// words returns the folded words of a text as an index holds them; after them
// those that are spelt otherwise where pairs of letters are not made one.
func words(s string) []string {
	if s == "" {
		return nil
	}
	tokens := Tokens(s)
	out := make([]string, len(tokens), len(tokens)+2)
	for i, t := range tokens {
		out[i] = t.Text
	}
	for _, t := range tokens {
		if t.Spelt != t.Text {
			out = append(out, t.Spelt)
		}
	}
	return out
}

// foldAll returns the folded words of a text.
func foldAll(s string) []string {
	var out []string
	for _, t := range Tokens(s) {
		out = append(out, t.Text)
	}
	return out
}

// addressWords has "22a" also as "22", for people leave the letter out, and
// "kongens gate" also as "kongensgate".
func addressWords(s string) []string {
	out := words(s)
	for i, w := range out {
		if n := strings.TrimRight(w, "abcdefgh"); n != w && isNumber(n) {
			out = append(out, n)
		}
		if i > 0 && isRoad(w) && isLetters(out[i-1]) {
			out = append(out, out[i-1]+w)
		}
	}
	return out
}

// refWords has "u012" also as "u12", "012" and "12".
func refWords(ref string) []string {
	out := words(ref)
	for _, w := range out {
		head := strings.TrimRight(w, "0123456789")
		digits := strings.TrimPrefix(w, head)
		short := strings.TrimLeft(digits, "0")
		if digits == "" || short == "" {
			continue
		}
		if short != digits {
			out = append(out, head+short)
		}
		if head != "" {
			out = append(out, digits, short)
		}
	}
	return out
}

// Availability says whether a listing is on offer on a day.
func (d *Document) Availability(on civil.Date, freshDays int) landlords.Availability {
	return d.Listing.Availability(on, freshDays)
}
