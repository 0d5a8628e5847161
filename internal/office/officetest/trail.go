package officetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching/placements"
)

// watched reads the feed: a transaction writes its sequence number on every
// document that it touches, so equal numbers are one transaction.
type watched struct {
	*town
	at storage.Position
}

// changes returns what was written since the last call.
func (w *watched) changes() []storage.Change {
	w.t.Helper()
	found, at, err := w.db.Changes(w.t.Context(), municipality, w.at, 10000)
	w.must(err)
	w.at = at
	return found
}

// wrote holds that one transaction wrote all that came of a step, the lines of
// the trail for the placement and its household among it.
func (w *watched) wrote(step, who, placement, household string) {
	w.t.Helper()
	found := w.changes()
	if len(found) == 0 {
		w.t.Errorf("%s wrote nothing", step)
		return
	}
	var lines []string
	for _, c := range found {
		if c.Seq != found[0].Seq {
			w.t.Errorf("%s: %s %s was written by another transaction", step, c.Collection, c.ID)
		}
		if c.Collection != "audit" {
			continue
		}
		var e audit.Entry
		w.must(json.Unmarshal(c.Body, &e))
		lines = append(lines, fmt.Sprint(e.Who, " ", e.What, " ", e.Register, " ", e.Key, " ", e.Fields))
	}
	for _, want := range []string{
		fmt.Sprintf("%s changed placements %s [placement.%s]", who, placement, step),
		fmt.Sprintf("%s changed households %s [placement.%s]", who, household, step),
	} {
		if !slices.Contains(lines, want) {
			w.t.Errorf("%s: the trail has %q, want %q in it", step, lines, want)
		}
	}
}

// trail takes a placement through every step, and tries some that are refused.
func trail(t *testing.T, db *storage.DB) {
	w := &watched{town: newTown(t, db, 3)}
	w.changes()
	propose := func(who, household, listing string) string {
		t.Helper()
		id, err := w.Propose(t.Context(), office.ProposeRequest{Household: household, Listing: listing, Who: who, Why: "prøve"})
		w.must(err)
		w.wrote("propose", who, id, household)
		return id
	}
	id, loser, other := propose("u1", "H-0", "L-0"), propose("u2", "H-1", "L-0"), propose("u2", "H-0", "L-1")
	for i, step := range []office.PlacementStep{
		{Kind: placements.KindAccept}, {Kind: placements.KindView}, {Kind: placements.KindOffer}, {Kind: placements.KindLease}, {Kind: placements.KindMoveIn},
		{Kind: placements.KindFollowUp, Check: &placements.Check{Months: 1, Result: placements.CheckResults[0]}}, {Kind: placements.KindEnd},
	} {
		step.ID, step.Who = id, fmt.Sprint("u", i)
		w.must(w.Advance(t.Context(), step))
		w.wrote(string(step.Kind), step.Who, id, "H-0")
		if step.Kind != placements.KindOffer {
			continue
		}
		// Others were released with it; what a loser's key then refuses leaves no trace.
		for _, gone := range []string{loser, other} {
			rec, err := w.Placement(t.Context(), gone)
			w.must(err)
			if rec.Value.Placement.State != placements.Declined {
				t.Errorf("%s is %s after the offer", gone, rec.Value.Placement.State)
			}
		}
		w.refusedWithoutTrace(loser, other)
	}
	id = propose("u1", "H-2", "L-2")
	w.must(w.Advance(t.Context(), office.PlacementStep{ID: id, Kind: placements.KindDecline, Who: "u9",
		Decline: &placements.Decline{By: placements.ByOffice, Reason: placements.OtherReason, Consequence: placements.NoConsequence}}))
	w.wrote("decline", "u9", id, "H-2")
	w.must(w.Annotate(t.Context(), office.PlacementNote{ID: id, Note: "Ring igjen", Who: "u9"}))
	if found := w.changes(); !slices.ContainsFunc(found, func(c storage.Change) bool { return c.Collection == "audit" && c.Seq == found[0].Seq }) {
		t.Errorf("a note left no line in the trail of its own transaction: %v", found)
	}
}

// refusedWithoutTrace tries what the offer stands against: a key that is held
// shows only when the transaction is under way.
func (w *watched) refusedWithoutTrace(declined ...string) {
	w.t.Helper()
	w.changes()
	for _, id := range declined {
		if err := w.Advance(w.t.Context(), office.PlacementStep{ID: id, Kind: placements.KindOffer, Who: "u1"}); apperr.CodeOf(err) != apperr.Invalid {
			w.t.Errorf("an offer to who was released: %v", err)
		}
	}
	if _, err := w.Propose(w.t.Context(), office.ProposeRequest{Household: "H-0", Listing: "L-2", Who: "u1", Why: "prøve"}); apperr.CodeOf(err) != apperr.Invalid {
		w.t.Errorf("a proposal to who has an offer: %v", err)
	}
	if found := w.changes(); len(found) > 0 {
		w.t.Errorf("what was refused wrote %v", found)
	}
}
