package office

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// WhoLandlord is who did it where a landlord did, through a private link or the
// public form.
const WhoLandlord = "landlord"

// SubmissionState says how far a submission has come with staff.
type SubmissionState string

// The states of a submission.
const (
	SubmissionWaiting  SubmissionState = "waiting"  // for a coordinator
	SubmissionAsked    SubmissionState = "asked"    // the landlord was asked something
	SubmissionApproved SubmissionState = "approved" // on offer
	SubmissionRefused  SubmissionState = "refused"
	SubmissionDone     SubmissionState = "done" // of a wish to be called: it was answered
)

// Submission is what a landlord sent in. The listing itself stands in its
// register, with the status submitted; a wish to be called has none.
type Submission struct {
	At      int64              `json:"at"`               // Unix milliseconds
	Key     string             `json:"key"`              // of the form: the same one sent twice is one submission
	Listing string             `json:"listing,omitzero"` // its id; of a wish to be called the home that was registered during the call
	CallMe  *CallMe            `json:"call_me,omitzero"`
	State   SubmissionState    `json:"state"`
	Lang    i18n.Lang          `json:"lang"`                // that the landlord reads
	Via     outbox.Channel     `json:"via,omitzero"`        // how the landlord wants to hear
	Review  []landlords.Review `json:"review,omitzero"`     // what staff should talk about
	Twin    string             `json:"twin,omitzero"`       // id of the listing that it is a duplicate of, where staff said so
	Note    string             `json:"note,omitzero"`       // what was asked, or why it was refused
	Who     string             `json:"who,omitzero"`        // of staff, last
	Decided int64              `json:"decided_at,omitzero"` // Unix milliseconds
}

// CallMe is who wants to be called.
type CallMe struct {
	Name  string `json:"name,omitzero"`
	Phone string `json:"phone"`
	Note  string `json:"note,omitzero"`
}

// Submissions are what landlords sent in.
var Submissions = storage.NewCollection[Submission](storage.Schema{
	Name: "submissions",
	Indexes: []storage.Index{
		{Name: "state", Paths: []string{"state", "at"}},
		{Name: "listing", Paths: []string{"listing"}},
	},
	Unique: []storage.Unique{{Name: "key", Paths: []string{"key"}}},
})

// LandlordCollections are what a store holds of landlords beside their listings.
var LandlordCollections = []storage.AnyCollection{Submissions, LandlordContacts, Guarantees, ErasedLives, particulars, albums, photoFiles, intakeTexts, secrets}

// SubmitRequest is a form that a landlord sent.
type SubmitRequest struct {
	Key     string            // of the form, made with it
	Listing landlords.Listing // ignored where CallMe is set
	CallMe  *CallMe
	Lang    i18n.Lang
	Via     outbox.Channel // "" sends nothing
}

// Receipt is what a landlord gets for a submission.
type Receipt struct {
	Submission string // id
	Listing    string // id; "" for a wish to be called
	Ref        string // what the office calls the listing
	Token      string // of a private link to the listing
	Again      bool   // the same form had come before: nothing was added
}

// Submit stores what a landlord sent, with a message that confirms it, and
// answers the same form sent twice with the first one's receipt. Errors: Invalid
// with a *ProblemsError, also for a demand that the law forbids.
func (o *Office) Submit(ctx context.Context, req SubmitRequest) (out Receipt, err error) {
	if err := checkSubmission(&req); err != nil {
		return out, err
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		out = Receipt{}
		switch rec, err := Submissions.GetBy(tx, "key", req.Key); {
		case err == nil:
			out = Receipt{Submission: rec.ID, Listing: rec.Value.Listing, Again: true}
			if rec.Value.CallMe != nil {
				return nil
			}
			stored, err := Listings.Get(tx, rec.Value.Listing)
			if err != nil {
				return err
			}
			out.Ref = stored.Value.Key
			out.Token, err = links.Create(tx, links.Link{Listing: rec.Value.Listing}, o.now())
			return err
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
		return o.submit(tx, req, &out)
	})
	return out, err
}

func (o *Office) submit(tx *storage.Tx, req SubmitRequest, out *Receipt) error {
	sub := Submission{At: o.now().UnixMilli(), Key: req.Key, State: SubmissionWaiting, Lang: req.Lang, Via: req.Via, CallMe: req.CallMe}
	if req.CallMe == nil {
		l := req.Listing
		l.Status, l.ConfirmedOn = landlords.StatusSubmitted, o.Today()
		l.ExternalRef = "W-" + rand.Text()[:8] // the same home may come in twice: flagged, not merged
		sub.Review = reviewOf(&l)
		saved, err := createIn(tx, o, &listingDesk, l, WhoLandlord)
		if err != nil {
			return err
		}
		sub.Listing, out.Listing, out.Ref = saved.ID, saved.ID, saved.Key
		if out.Token, err = links.Create(tx, links.Link{Listing: saved.ID}, o.now()); err != nil {
			return err
		}
		if err := o.notify(tx, notice{listing: saved.ID, record: &l, lang: req.Lang, via: req.Via, purpose: "receipt"}); err != nil {
			return err
		}
	}
	rec := storage.Record[Submission]{Value: sub}
	if err := Submissions.Put(tx, &rec); err != nil {
		return err
	}
	out.Submission = rec.ID
	return nil
}

// checkSubmission refuses what the public form must not let in.
func checkSubmission(req *SubmitRequest) error {
	if len(req.Key) < 16 || len(req.Key) > 64 {
		return apperr.New(apperr.Invalid, "The form is not complete. Load the page again.").In("intake.incomplete", nil)
	}
	var problems []apperr.Problem
	if c := req.CallMe; c != nil {
		if c.Phone == "" {
			problems = append(problems, missing("landlord_phone"))
		}
		for field, text := range map[string]string{"landlord_name": c.Name, "notes": c.Note} {
			if _, found := importers.FindIdentity(text); found {
				problems = append(problems, apperr.Problem{Field: field, Code: importers.CodeIdentity, Severity: apperr.SeverityError})
			}
		}
	} else {
		problems = CheckOffer(&req.Listing)
	}
	if len(apperr.Errors(problems)) > 0 {
		return refuse(problems)
	}
	return nil
}

func missing(field string) apperr.Problem {
	return apperr.Problem{Field: field, Code: field + "_missing", Severity: apperr.SeverityError}
}

// CheckOffer returns what is wrong with a listing that a landlord offers: all
// that is wrong with any listing, what has to be known to call back, and demands
// that the law forbids.
func CheckOffer(l *landlords.Listing) []apperr.Problem {
	problems := importers.Check(importers.ListingSchema, l)
	problems = slices.DeleteFunc(problems, func(p apperr.Problem) bool { return p.Code == "notes_need_review" })
	if l.LandlordName == "" {
		problems = append(problems, missing("landlord_name"))
	}
	if l.LandlordPhone == "" {
		problems = append(problems, missing("landlord_phone"))
	}
	for field, text := range map[string]string{"notes": l.Notes, "address": l.Address} {
		if ground := landlords.UnlawfulDemand(text); ground != "" {
			problems = append(problems, apperr.Problem{Field: field, Code: "unlawful_demand", Severity: apperr.SeverityError, Params: map[string]any{"Ground": string(ground)}})
		}
	}
	return problems
}

// reviewOf returns what staff should talk with the landlord about.
func reviewOf(l *landlords.Listing) []landlords.Review {
	out := landlords.ForReview(l.Notes)
	if l.EmploymentRequirement == landlords.PermanentJob && !slices.Contains(out, landlords.ReviewPermanentJob) {
		out = append(out, landlords.ReviewPermanentJob)
	}
	return out
}

// QueuedSubmission is a submission with its listing.
type QueuedSubmission struct {
	ID         string // of a listing that came another way than by the form: the listing's
	Submission Submission
	Listing    *ListingRecord // nil for a wish to be called
}

// SubmissionQueue returns the submissions that staff has to look at, the oldest
// first, with the listings that came as submitted in a file. Errors are those of the
// store.
func (o *Office) SubmissionQueue(ctx context.Context) (out []QueuedSubmission, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		told := map[string]bool{}
		for rec, err := range Submissions.Find(tx, storage.Query{Where: []storage.Cond{storage.In("state", SubmissionWaiting, SubmissionAsked)}}) {
			if err != nil {
				return err
			}
			w := QueuedSubmission{ID: rec.ID, Submission: rec.Value}
			if told[rec.Value.Listing] = true; rec.Value.Listing != "" {
				l, err := Listings.Get(tx, rec.Value.Listing)
				if apperr.CodeOf(err) == apperr.NotFound {
					continue
				}
				if err != nil {
					return err
				}
				w.Listing = &l
			}
			out = append(out, w)
		}
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.status", landlords.StatusSubmitted)}}) {
			if err != nil {
				return err
			}
			if !told[rec.ID] {
				out = append(out, QueuedSubmission{rec.ID, broughtSubmission(&rec), &rec})
			}
		}
		slices.SortStableFunc(out, func(a, b QueuedSubmission) int {
			return cmp.Or(cmp.Compare(a.Submission.State, b.Submission.State)*-1, cmp.Compare(a.Submission.At, b.Submission.At))
		})
		return nil
	})
	return out, err
}

// broughtSubmission is the submission of a listing that did not come by the form.
func broughtSubmission(l *ListingRecord) Submission {
	sub := Submission{Key: "listing:" + l.ID, Listing: l.ID, State: SubmissionWaiting, Lang: i18n.Bokmal, Review: reviewOf(&l.Value.Record)}
	if on := l.Value.Record.ConfirmedOn; on != 0 {
		sub.At = on.Time().Add(12 * time.Hour).UnixMilli() // nobody knows the hour
	}
	return sub
}

// submission returns the submission of an id in a SubmissionQueue; that of a listing
// which came another way is not stored yet. Errors: NotFound.
func submission(tx *storage.Tx, id string) (rec storage.Record[Submission], err error) {
	rec, err = Submissions.Get(tx, id)
	if apperr.CodeOf(err) != apperr.NotFound {
		return rec, err
	}
	l, lost := Listings.Get(tx, id)
	if lost != nil {
		return rec, cmp.Or(dropNotFound(lost), err)
	}
	brought := broughtSubmission(&l)
	switch rec, err = Submissions.GetBy(tx, "key", brought.Key); {
	case apperr.CodeOf(err) != apperr.NotFound:
		return rec, err // somebody decided it from an older page
	case l.Value.Record.Status != landlords.StatusSubmitted:
		return rec, err
	}
	return storage.Record[Submission]{Value: brought}, nil
}

// Decision is what staff decides about a submission.
type Decision struct {
	ID   string          // of the submission
	To   SubmissionState // approved, asked, refused or done
	Note string          // the question or the reason, sent to the landlord
	Who  string
}

// DecideSubmission approves a submission, asks back, refuses it with a reason, or
// notes that a landlord was called, and tells the landlord. Errors: NotFound;
// Conflict where it was decided already; Invalid for a refusal or question
// without words.
func (o *Office) DecideSubmission(ctx context.Context, d Decision) error {
	if d.Note = strings.TrimSpace(d.Note); d.Note == "" && (d.To == SubmissionAsked || d.To == SubmissionRefused) {
		return apperr.New(apperr.Invalid, "Write what the landlord shall read.").In("submission.no_words", nil)
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := submission(tx, d.ID)
		if err != nil {
			return err
		}
		sub := &rec.Value
		if sub.State != SubmissionWaiting && sub.State != SubmissionAsked || (sub.CallMe != nil) != (d.To == SubmissionDone) {
			return apperr.New(apperr.Conflict, "Somebody has decided this submission already.").In("submission.decided", nil)
		}
		sub.State, sub.Note, sub.Who, sub.Decided = d.To, d.Note, d.Who, o.now().UnixMilli()
		if err := Submissions.Put(tx, &rec); err != nil || sub.CallMe != nil {
			return err
		}
		l, err := Listings.Get(tx, sub.Listing)
		if err != nil {
			return err
		}
		switch d.To {
		case SubmissionApproved:
			if err = o.ChangeStatusIn(tx, &l, StatusChange{To: landlords.StatusOpen, Who: d.Who}); err == nil {
				err = o.revokeUnproven(tx, &l.Value.Record, l.ID, sub.Via)
			}
		case SubmissionRefused:
			err = o.ChangeStatusIn(tx, &l, StatusChange{To: landlords.StatusWithdrawn, Why: "refused", Note: d.Note, Who: d.Who})
		case SubmissionAsked:
			err = o.logContact(tx, Contact{Listing: l.ID, Landlord: LandlordID(l.Value.Record.Landlord()), Outcome: ContactAsked, Note: d.Note, Who: d.Who})
		default:
			return apperr.New(apperr.Invalid, "%q is not a decision.", string(d.To))
		}
		if err != nil {
			return err
		}
		return o.notify(tx, notice{listing: l.ID, record: &l.Value.Record, lang: sub.Lang, via: sub.Via, purpose: string(d.To), note: d.Note})
	})
}

// revokeUnproven ends the links of a listing that were shown on a page, as it is
// approved: from now on it is the home of whoever is reached at the address that
// it states, and the message of the approval bears a link for them.
func (o *Office) revokeUnproven(tx *storage.Tx, l *landlords.Listing, id string, via outbox.Channel) error {
	if _, to := addressOf(l, via); to == "" {
		return nil // the page's link is all that the landlord has
	}
	return links.RevokeUnproven(tx, id)
}

// FlagDuplicate notes that a submission tells of the same home as another
// listing; "" takes the note back. Nothing is deleted. Errors: NotFound.
func (o *Office) FlagDuplicate(ctx context.Context, id, twin, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := submission(tx, id)
		if err != nil {
			return err
		}
		if twin != "" {
			if _, err := Listings.Get(tx, twin); err != nil {
				return err
			}
		}
		rec.Value.Twin, rec.Value.Who = twin, who
		if err := Submissions.Put(tx, &rec); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: "duplicate", Register: "listings", Record: rec.Value.Listing, Personal: EventPersonal{Other: twin}})
	})
}

// notice is a message to the landlord of a listing.
type notice struct {
	listing string
	record  *landlords.Listing
	lang    i18n.Lang
	via     outbox.Channel
	purpose string // receipt, approved, asked, refused, reminder: the sentences are message.PURPOSE.*
	note    string
	once    string
}

// notify enqueues a message with a private link, by the channel that the landlord
// chose, else by the one that there is an address for.
func (o *Office) notify(tx *storage.Tx, r notice) error {
	via, to := addressOf(r.record, r.via)
	if to == "" {
		return nil
	}
	token, err := links.Create(tx, links.Link{Listing: r.listing, Contact: to}, o.now())
	if err != nil {
		return err
	}
	lang := cmp.Or(r.lang, i18n.Bokmal)
	params := map[string]any{"Municipality": o.name, "Address": r.record.Address, "Link": o.LinkURL(token), "Note": r.note}
	return outbox.Enqueue(tx, outbox.Message{Channel: via, To: to, Purpose: r.purpose, Register: "listings", Key: r.listing, Once: r.once,
		Title: lang.T("message."+r.purpose+".title", params), Text: lang.T("message."+r.purpose+".text", params)}, o.now())
}

// addressOf returns where a message to the landlord goes, "" where nowhere.
func addressOf(l *landlords.Listing, via outbox.Channel) (outbox.Channel, string) {
	email := strings.ToLower(l.LandlordEmail)
	switch {
	case via == outbox.SMS && l.LandlordPhone != "":
		return outbox.SMS, l.LandlordPhone
	case email != "":
		return outbox.Email, email
	case l.LandlordPhone != "" && via != outbox.Email:
		return outbox.SMS, l.LandlordPhone
	}
	return "", ""
}

// LinkURL returns the address of a private link.
func (o *Office) LinkURL(token string) string { return o.publicURL + "/utleier/mine/" + token }
