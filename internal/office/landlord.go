package office

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/placements"
)

// LandlordID names a landlord in addresses and logs: it is the same for two
// statements of one landlord, and tells nothing of them. "" for nobody.
func LandlordID(l landlords.Landlord) string {
	key := l.Key()
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("landlord:" + key))
	return hex.EncodeToString(sum[:12])
}

// LandlordLine is a landlord in the list of landlords.
type LandlordLine struct {
	ID       string
	Landlord landlords.Landlord // as the newest listing states it
	Offered  int                // listings on offer
	Let      int
	All      int
}

// landlordLine is a line with what it is found by, in lower case.
type landlordLine struct {
	LandlordLine
	text string
}

// LandlordList returns the landlords whose name, telephone number, e-mail address
// or home holds the text, by name. Errors are those of the store.
func (o *Office) LandlordList(ctx context.Context, text string) ([]LandlordLine, error) {
	all, err := o.landlords.get(ctx, o, 0)
	text = strings.ToLower(strings.TrimSpace(text))
	var out []LandlordLine
	for i := range all {
		if strings.Contains(all[i].text, text) {
			out = append(out, all[i].LandlordLine)
		}
	}
	return out, err
}

type landlordsModel struct{ listings rows[briefListing] }

func newLandlordsModel() model[[]landlordLine] { return &landlordsModel{rows[briefListing]{}} }

func (m *landlordsModel) sources() []source { return []source{from(briefListings, m.listings.put)} }

func (m *landlordsModel) make(context.Context) (out []landlordLine, err error) {
	at := map[string]int{}
	for _, e := range m.listings.inOrder() {
		l := &e.Record
		if e.Landlord == "" {
			continue
		}
		i, known := at[e.Landlord]
		if !known {
			i = len(out)
			at[e.Landlord] = i
			out = append(out, landlordLine{LandlordLine: LandlordLine{ID: e.Landlord}})
		}
		line := &out[i]
		line.Landlord = landlords.Landlord{Name: l.Name, Phone: l.Phone, Email: l.Email}
		line.All++
		if l.Status == landlords.StatusLet {
			line.Let++
		} else if l.Status.Offered() {
			line.Offered++
		}
		line.text += strings.ToLower(strings.Join([]string{l.Name, l.Phone, l.Email, l.Address, ""}, "\n"))
	}
	slices.SortFunc(out, func(a, b landlordLine) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Landlord.Name), strings.ToLower(b.Landlord.Name)), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Letting is a time that a landlord let a home, as far as it is known.
type Letting struct {
	Listing string // id
	Address string
	On      civil.Date // the day that it was let, or that the lease starts
	Through bool       // through the municipality
	State   placements.State
	Ended   civil.Date
}

// Refusal is something that a landlord did not want, and why.
type Refusal struct {
	On   civil.Date
	What string // nav_guarantee, sublet …, or the reason of a declined placement
	Note string
}

// History is what the office knows of a landlord.
type History struct {
	ID         string
	Landlord   landlords.Landlord
	Listings   []storage.Record[Entry[landlords.Listing]] // the newest first
	Units      []string                                   // their homes, by address and unit number
	Lettings   []Letting                                  // the newest first
	Guarantees []GuaranteeRecord                          // the newest first
	Contacts   []Contact                                  // the newest first
	Refusals   []Refusal                                  // the newest first
}

// maxLog is how many contacts a history shows.
const maxLog = 200

// LandlordHistory returns what the office knows of a landlord. Errors: NotFound,
// and those of the store.
func (o *Office) LandlordHistory(ctx context.Context, id string) (h History, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		h = History{ID: id}
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("landlord", id)}, Desc: true}) {
			if err != nil {
				return err
			}
			h.Listings = append(h.Listings, rec)
		}
		if len(h.Listings) == 0 {
			return apperr.New(apperr.NotFound, "There is no such landlord.").In("landlord.none", nil)
		}
		h.Landlord = h.Listings[0].Value.Record.Landlord()
		return h.fill(tx)
	})
	return h, err
}

// MyHistory returns what a landlord may see of their own: no contact log and
// nothing of any household. Errors: links.ErrNone.
func (o *Office) MyHistory(ctx context.Context, mine Mine) (h History, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		h = History{Listings: mine.Listings}
		if len(h.Listings) == 0 {
			return nil
		}
		h.Landlord = h.Listings[0].Value.Record.Landlord()
		if err := h.fill(tx); err != nil {
			return err
		}
		h.Contacts, h.Refusals = nil, nil
		return nil
	})
	return h, err
}

// fill completes a history from its listings.
func (h *History) fill(tx *storage.Tx) error {
	for _, rec := range h.Listings {
		l := &rec.Value.Record
		home := strings.TrimSpace(l.Address + " " + l.UnitNumber)
		if !slices.Contains(h.Units, home) {
			h.Units = append(h.Units, home)
		}
		if err := h.addPlacements(tx, &rec); err != nil {
			return err
		}
		if err := h.addLetEvents(tx, &rec); err != nil {
			return err
		}
		guarantees, err := guaranteesOf(tx, rec.ID)
		if err != nil {
			return err
		}
		h.Guarantees = append(h.Guarantees, guarantees...)
	}
	if h.ID != "" {
		for rec, err := range LandlordContacts.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("landlord", h.ID)}, Sort: "at", Desc: true, Limit: maxLog}) {
			if err != nil {
				return err
			}
			c := rec.Value
			h.Contacts = append(h.Contacts, c)
			if c.Outcome == ContactRefusal {
				h.Refusals = append(h.Refusals, Refusal{civil.FromTime(time.UnixMilli(c.At)), c.What, c.Note})
			}
		}
	}
	slices.SortStableFunc(h.Lettings, func(a, b Letting) int { return cmp.Compare(b.On, a.On) })
	slices.SortStableFunc(h.Refusals, func(a, b Refusal) int { return cmp.Compare(b.On, a.On) })
	return nil
}

// addPlacements adds the tenancies through the municipality, and what the
// landlord declined.
func (h *History) addPlacements(tx *storage.Tx, rec *storage.Record[Entry[landlords.Listing]]) error {
	for p, err := range Placements.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("placement.personal.listing_key", rec.Value.Key)}}) {
		if err != nil {
			return err
		}
		pl := &p.Value.Placement
		if pl.LeaseStart != 0 {
			h.Lettings = append(h.Lettings, Letting{Listing: rec.ID, Address: rec.Value.Record.Address, On: pl.LeaseStart, Through: true, State: pl.State, Ended: pl.EndedOn})
		}
		if d := pl.Decline; d != nil && d.By == placements.ByLandlord && len(pl.Steps) > 0 {
			h.Refusals = append(h.Refusals, Refusal{On: pl.Steps[len(pl.Steps)-1].Date, What: string(d.Reason)})
		}
	}
	return nil
}

// addLetEvents adds the times that the listing was let to others.
func (h *History) addLetEvents(tx *storage.Tx, rec *storage.Record[Entry[landlords.Listing]]) error {
	q := storage.Query{Where: []storage.Cond{storage.Eq("register", "listings"), storage.Eq("record", rec.ID)}}
	for e, err := range Events.Find(tx, q) {
		if err != nil {
			return err
		}
		if ev := e.Value; ev.What == WhatStatus && ev.To == string(landlords.StatusLet) && (ev.Why == string(WordLetByUs) || ev.Why == string(WordLetElse)) {
			on := civil.FromTime(ev.At)
			through := ev.Why == string(WordLetByUs)
			if !slices.ContainsFunc(h.Lettings, func(l Letting) bool { return l.Listing == rec.ID && l.Through && abs(int(l.On-on)) <= 60 }) {
				h.Lettings = append(h.Lettings, Letting{Listing: rec.ID, Address: rec.Value.Record.Address, On: on, Through: through})
			}
		}
	}
	return nil
}

func abs(n int) int { return max(n, -n) }
