package office

import (
	"context"
	"fmt"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// whoSystem is who did it where scheduled work did.
const whoSystem = "system"

// keepTraces is how long the store remembers that a record was deleted: whoever
// follows the feed and was away for longer reads everything anew.
const keepTraces = 60 * 24 * time.Hour

// Upkeep returns the scheduled work that keeps what landlords said true: asking
// them again in time, letting listings expire that nobody confirmed, and removing
// what is over.
func (o *Office) Upkeep() []jobs.Job {
	work := []jobs.Job{
		jobs.Daily("listings-remind", "09:00", func(ctx context.Context, run jobs.Run) error {
			since := o.Today() - 1 // the first time: who is late already is on the ring list
			if !run.Since.IsZero() {
				since = civil.FromTime(run.Since)
			}
			_, err := o.RemindLandlords(ctx, since)
			return err
		}),
		jobs.Daily("listings-expire", "03:10", func(ctx context.Context, _ jobs.Run) error { _, err := o.ExpireListings(ctx); return err }),
		jobs.Daily("photos-purge", "03:15", func(ctx context.Context, _ jobs.Run) error { _, err := o.PurgePhotos(ctx); return err }),
		jobs.Daily("links-purge", "03:20", func(ctx context.Context, _ jobs.Run) error {
			return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error { return links.Purge(tx, o.now().Add(-30*24*time.Hour)) })
		}),
	}
	work = append(work, jobs.Daily("traces-purge", "03:50", func(ctx context.Context, _ jobs.Run) error {
		_, err := o.db.PurgeTombstones(ctx, o.municipality, o.now().Add(-keepTraces))
		return err
	}))
	if o.db.Clustered() {
		work = append(work, jobs.Every("imports-complete", time.Minute, func(ctx context.Context, _ jobs.Run) error { return o.db.Complete(ctx, o.municipality) }))
	}
	return work
}

// RemindLandlords asks whether the home is still free, a few days before the
// confirmation runs out, by a link that confirms with one tap: once for each
// listing whose day to be asked has come after since. Whose day was before, as of
// a list that is imported late, is for the ring list, so that nobody gets a heap
// of messages about the past. It returns how many were asked. Errors are those of
// the store.
func (o *Office) RemindLandlords(ctx context.Context, since civil.Date) (n int, err error) {
	today := o.Today()
	due, err := o.openListings(ctx, func(l *landlords.Listing, fresh int) bool {
		day := l.ConfirmedOn.AddDays(fresh - confirmAhead + 1)
		return l.ConfirmedOn != 0 && since < day && day <= today
	})
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		asked := false
		err := o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
			asked = false
			rec, err := Listings.Get(tx, id)
			if err != nil {
				return err
			}
			l := &rec.Value.Record
			once := fmt.Sprintf("reminder:%s:%s", id, l.ConfirmedOn)
			before, err := outbox.Enqueued(tx, once)
			if err != nil || before || l.Status != landlords.StatusOpen {
				return err
			}
			if _, to := addressOf(l, ""); to == "" {
				return nil // for the ring list
			}
			asked = true
			lang, via, err := preferences(tx, id)
			if err != nil {
				return err
			}
			if err := o.notify(tx, notice{listing: id, record: l, lang: lang, via: via, purpose: "reminder", once: once}); err != nil {
				return err
			}
			return o.Record(tx, Event{Who: whoSystem, What: "reminded", Register: "listings", Record: id, Personal: EventPersonal{Key: rec.Value.Key}})
		})
		if err != nil {
			return n, err
		}
		if asked {
			n++
		}
	}
	return n, nil
}

// preferences returns in which language and by which channel the landlord of a
// listing wants to hear, as far as the form said it.
func preferences(tx *storage.Tx, listing string) (i18n.Lang, outbox.Channel, error) {
	for rec, err := range Submissions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", listing)}, Limit: 1}) {
		return rec.Value.Lang, rec.Value.Via, err
	}
	return "", "", nil
}

// ExpireListings takes listings off the list that nobody has confirmed for twice
// the time that a confirmation holds. It returns their number. Errors are those
// of the store.
func (o *Office) ExpireListings(ctx context.Context) (n int, err error) {
	today := o.Today()
	old := func(l *landlords.Listing, fresh int) bool {
		return l.ConfirmedOn != 0 && int(today-l.ConfirmedOn) > 2*fresh
	}
	due, err := o.openListings(ctx, old)
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		expired := false
		err := o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
			expired = false
			rec, err := Listings.Get(tx, id)
			if err != nil {
				return err
			}
			policy, err := policyOn(tx, today)
			if err != nil {
				return err
			}
			held, err := o.isHeld(tx, rec.Value.Key)
			if err != nil || held || rec.Value.Record.Status != landlords.StatusOpen || !old(&rec.Value.Record, policy.Policy.FreshDays) {
				return err // a placement is under way, or it was confirmed meanwhile
			}
			expired = true
			return o.ChangeStatusIn(tx, &rec, StatusChange{To: landlords.StatusExpired, Why: "not_confirmed", Who: whoSystem})
		})
		if err != nil {
			return n, err
		}
		if expired {
			n++
		}
	}
	return n, nil
}

// openListings returns the ids of open listings that which chooses, given the
// days that a confirmation holds.
func (o *Office) openListings(ctx context.Context, which func(l *landlords.Listing, freshDays int) bool) (ids []string, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		ids = nil
		policy, err := policyOn(tx, o.Today())
		if err != nil {
			return err
		}
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.status", landlords.StatusOpen)}}) {
			if err != nil {
				return err
			}
			if which(&rec.Value.Record, policy.Policy.FreshDays) {
				ids = append(ids, rec.ID)
			}
		}
		return nil
	})
	return ids, err
}
