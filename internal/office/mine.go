package office

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
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
			if err == nil && opens(&link, &rec) {
				if err := out.add(tx, rec); err != nil {
					return err
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

// add adds the listing that a link was made for, with what staff asked about it.
func (m *Mine) add(tx *storage.Tx, rec ListingRecord) error {
	m.Listings = append(m.Listings, rec)
	for sub, err := range Submissions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", rec.ID)}, Limit: 1}) {
		if err != nil {
			return err
		}
		m.Lang = sub.Value.Lang
		if sub.Value.State == SubmissionAsked {
			m.Note = sub.Value.Note
		}
	}
	return nil
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
	if opens(&link, &rec) {
		return rec, nil
	}
	return rec, links.ErrNone
}

// opens reports whether a link opens a listing: the one that it was shown for, or
// any that states the address that it was sent to. Where that address was wrong
// and has been put right, whoever got the message has no business with the home.
func opens(link *links.Link, rec *ListingRecord) bool {
	if link.Contact == "" {
		return link.Listing == rec.ID
	}
	return slices.Contains(contactsOf(&rec.Value.Record), link.Contact)
}

// contactsOf returns where a listing's landlord is reached, as links know it.
func contactsOf(l *landlords.Listing) (out []string) {
	for _, contact := range []string{l.LandlordPhone, strings.ToLower(l.LandlordEmail)} {
		if contact != "" {
			out = append(out, contact)
		}
	}
	return out
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
// landlord stays: the reference, the status and which demands are wishes. It
// returns the token to go on with: another one where the landlord has another
// address now, to which a link is sent as well. p is what is said of the house; nil
// leaves what was said. Errors: links.ErrNone; Conflict
// with an *EditConflict; Invalid with a *ProblemsError.
func (o *Office) ChangeMine(ctx context.Context, token string, e Edit[landlords.Listing], p *landlords.Particulars) (goOn string, err error) {
	if problems := CheckOffer(&e.Record); len(apperr.Errors(problems)) > 0 {
		return "", refuse(problems)
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		goOn = token
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
		if _, err = editIn(tx, o, &listingDesk, &rec, e.Record, WhoLandlord, ""); err != nil {
			return err
		}
		if p != nil {
			if err := o.putParticulars(tx, &rec, *p, WhoLandlord); err != nil {
				return err
			}
		}
		if err := o.answered(tx, e.ID, reviewOf(&e.Record)); err != nil {
			return err
		}
		if _, err := o.mine(tx, token, e.ID); !errors.Is(err, links.ErrNone) {
			return err
		}
		if goOn, err = links.Create(tx, links.Link{Listing: e.ID}, o.now()); err != nil {
			return err
		}
		return o.sendLink(tx, &rec, "renewal")
	})
	return goOn, err
}

// sendLink sends a private link to a listing's landlord, in the language and by
// the channel that the form said.
func (o *Office) sendLink(tx *storage.Tx, rec *ListingRecord, purpose string) error {
	lang, via, err := preferences(tx, rec.ID)
	if err != nil {
		return err
	}
	return o.notify(tx, notice{listing: rec.ID, record: &rec.Value.Record, lang: lang, via: via, purpose: purpose})
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

// maxRenewals is how many links go to an address within an hour: whoever asks for
// them may not be whose mailbox it is.
const maxRenewals = 5

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
		lately, err := links.SentSince(tx, email, o.now().Add(-time.Hour))
		if err != nil {
			return err
		}
		if len(found) > 0 && lately < maxRenewals {
			request.listing = found[0].ID
			return o.notify(tx, request)
		}
		return o.notifyNobody(tx, request)
	})
}

// notifyNobody writes as much as notify does, and leaves nothing to be opened or
// sent.
func (o *Office) notifyNobody(tx *storage.Tx, r notice) error {
	token, err := links.Create(tx, links.Link{}, o.now())
	if err != nil {
		return err
	}
	if err := links.Revoke(tx, token); err != nil {
		return err
	}
	_ = r.lang.T("message."+r.purpose+".text", map[string]any{"Municipality": o.name, "Address": "", "Link": o.LinkURL(token), "Note": ""})
	return outbox.EnqueueNowhere(tx, r.purpose, o.now())
}
