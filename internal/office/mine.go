package office

import (
	"context"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// Mine is what a private link opens.
type Mine struct {
	Listings []ListingRecord // the newest first
	Contact  string          // that the link was sent to; "" for one shown on a page
	Lang     i18n.Lang       // that the landlord chose; may be ""
	Note     string          // what staff asked last, where they wait for an answer
}

// Mine returns what a private link opens. Errors: links.ErrNone.
func (o *Office) Mine(ctx context.Context, token string) (out Mine, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		link, err := links.Resolve(tx, token, o.now())
		if err != nil {
			return err
		}
		out = Mine{Contact: link.Contact}
		if link.Listing != "" {
			rec, err := Listings.Get(tx, link.Listing)
			if err != nil && apperr.CodeOf(err) != apperr.NotFound {
				return err
			}
			if err == nil {
				out.Listings = append(out.Listings, rec)
			}
			for sub, err := range Submissions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", link.Listing)}, Limit: 1}) {
				if err != nil {
					return err
				}
				out.Lang = sub.Value.Lang
				if sub.Value.State == SubmissionAsked {
					out.Note = sub.Value.Note
				}
			}
		}
		others, err := listingsOfContact(tx, link.Contact)
		if err != nil {
			return err
		}
		for _, rec := range others {
			if rec.ID != link.Listing {
				out.Listings = append(out.Listings, rec)
			}
		}
		if len(out.Listings) == 0 {
			return links.ErrNone
		}
		return nil
	})
	return out, err
}

// listingsOfContact returns the listings that state an e-mail address or a
// telephone number, the newest first.
func listingsOfContact(tx *storage.Tx, contact string) (out []ListingRecord, err error) {
	if contact == "" {
		return nil, nil
	}
	field := "record.landlord_phone"
	if strings.Contains(contact, "@") {
		field = "record.landlord_email"
	}
	for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq(field, contact)}, Desc: true}) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// mine returns a listing that a private link opens. Errors: links.ErrNone.
func (o *Office) mine(tx *storage.Tx, token, id string) (rec ListingRecord, err error) {
	link, err := links.Resolve(tx, token, o.now())
	if err != nil {
		return rec, err
	}
	rec, err = Listings.Get(tx, id)
	if apperr.CodeOf(err) == apperr.NotFound {
		return rec, links.ErrNone
	}
	if err != nil {
		return rec, err
	}
	l := &rec.Value.Record
	if link.Listing == id || link.Contact != "" && (link.Contact == l.LandlordPhone || link.Contact == strings.ToLower(l.LandlordEmail)) {
		return rec, nil
	}
	return rec, links.ErrNone
}

// Word is what a landlord says of a listing with one tap.
type Word string

// The words.
const (
	WordFree     Word = "free"     // still on offer
	WordPause    Word = "pause"    // for a while
	WordWithdraw Word = "withdraw" // for good
	WordLetByUs  Word = "let_by_us"
	WordLetElse  Word = "let_elsewhere"
)

// Words lists every word.
var Words = []Word{WordFree, WordPause, WordWithdraw, WordLetByUs, WordLetElse}

// Say takes a landlord's word. A home that a placement holds stays with staff:
// that it is let is noted for them. Errors: links.ErrNone; Invalid where the
// listing is not in a state for it.
func (o *Office) Say(ctx context.Context, token, id string, word Word) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := o.mine(tx, token, id)
		if err != nil {
			return err
		}
		change := StatusChange{Who: WhoLandlord, Why: string(word)}
		switch word {
		case WordFree:
			if s := rec.Value.Record.Status; s == landlords.StatusPaused || s == landlords.StatusExpired {
				change.To = landlords.StatusOpen
			}
		case WordPause:
			change.To = landlords.StatusPaused
		case WordWithdraw:
			change.To = landlords.StatusWithdrawn
		case WordLetByUs, WordLetElse:
			change.To = landlords.StatusLet
		default:
			return apperr.New(apperr.Invalid, "%q is nothing to say of a listing.", string(word))
		}
		if change.To != "" && change.To == rec.Value.Record.Status {
			return nil // said twice
		}
		held, err := o.isHeld(tx, rec.Value.Key)
		if err != nil {
			return err
		}
		if held && change.To != "" {
			return o.logContact(tx, Contact{Listing: id, Landlord: LandlordID(rec.Value.Record.Landlord()), Outcome: ContactOutcome(word), Who: WhoLandlord})
		}
		return o.ChangeStatusIn(tx, &rec, change)
	})
}

// isHeld reports whether a placement holds the listing.
func (o *Office) isHeld(tx *storage.Tx, key string) (bool, error) {
	switch _, err := Placements.GetBy(tx, "active_listing", key); {
	case err == nil:
		return true, nil
	case apperr.CodeOf(err) == apperr.NotFound:
		return false, nil
	default:
		return false, err
	}
}

// ChangeMine takes a landlord's changes to a listing. What staff settled with the
// landlord stays: the reference, the status and which demands are wishes. Errors:
// links.ErrNone; Conflict with an *EditConflict; Invalid with a *ProblemsError.
func (o *Office) ChangeMine(ctx context.Context, token string, e Edit[landlords.Listing]) (out Saved, err error) {
	if problems := CheckOffer(&e.Record); len(apperr.Errors(problems)) > 0 {
		return out, refuse(problems)
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := o.mine(tx, token, e.ID)
		if err != nil {
			return err
		}
		if !rec.Value.Record.Status.Offered() {
			return apperr.New(apperr.Invalid, "The listing is no longer on offer. Open it again first.").In("listing.not_offered", nil)
		}
		stored := rec.Value.Record
		e.Record.ExternalRef, e.Record.Preferred, e.Record.Status, e.Record.ConfirmedOn = stored.ExternalRef, stored.Preferred, stored.Status, stored.ConfirmedOn
		listingDesk.schema.Normalize(&e.Record)
		if rec.Version != e.Version {
			if conflict := compare(listingDesk.schema, &rec, &e); conflict != nil {
				return conflict
			}
		}
		if out, err = editIn(tx, o, &listingDesk, &rec, e.Record, WhoLandlord, ""); err != nil {
			return err
		}
		return o.answered(tx, e.ID, reviewOf(&e.Record))
	})
	return out, err
}

// answered lets a submission that waits for its landlord wait for staff again.
func (o *Office) answered(tx *storage.Tx, listing string, review []landlords.Review) error {
	for rec, err := range Submissions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", listing)}}) {
		if err != nil {
			return err
		}
		if s := &rec.Value; s.State == SubmissionAsked || s.State == SubmissionWaiting {
			s.State, s.Review = SubmissionWaiting, review
			if err := Submissions.Put(tx, &rec); err != nil {
				return err
			}
		}
	}
	return nil
}

// RenewLink sends a new private link to an e-mail address, where listings state
// it, and does as much where none does: neither the answer nor its time tells
// which. Errors are those of the store.
func (o *Office) RenewLink(ctx context.Context, email string, lang i18n.Lang) error {
	email = strings.ToLower(strings.TrimSpace(email))
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		found, err := listingsOfContact(tx, email)
		if err != nil {
			return err
		}
		// A link is made and a message written in any case; the one for an address
		// that nobody stated opens nothing and goes nowhere.
		request := notice{record: &landlords.Listing{LandlordEmail: email}, lang: lang, purpose: "renewal"}
		if len(found) > 0 {
			request.listing = found[0].ID
			return o.notify(tx, request)
		}
		return o.notifyNobody(tx, request)
	})
}

// notifyNobody does what notify does, and leaves nothing to be opened or sent.
func (o *Office) notifyNobody(tx *storage.Tx, r notice) error {
	token, err := links.Create(tx, links.Link{}, o.now())
	if err != nil {
		return err
	}
	if err := links.Revoke(tx, token); err != nil {
		return err
	}
	lang := r.lang
	_ = lang.T("message."+r.purpose+".text", map[string]any{"Municipality": o.name, "Address": "", "Link": o.LinkURL(token), "Note": ""})
	return nil
}
