package office

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// ContactOutcome is what came of a contact with a landlord.
type ContactOutcome string

// The outcomes. A Word that a landlord said while a placement held the listing is
// one too.
const (
	ContactConfirmed ContactOutcome = "confirmed"
	ContactNoAnswer  ContactOutcome = "no_answer"
	ContactLet       ContactOutcome = "let"
	ContactCallBack  ContactOutcome = "call_back"
	ContactAsked     ContactOutcome = "asked"
	ContactRefusal   ContactOutcome = "refusal" // the landlord did not want something
	ContactNote      ContactOutcome = "note"
	ContactRegister  ContactOutcome = "registered" // a home was registered during the call
)

// Contact is one contact with a landlord, as the log has it.
type Contact struct {
	At         int64          `json:"at"` // Unix milliseconds
	Who        string         `json:"who"`
	Landlord   string         `json:"landlord,omitzero"`   // LandlordID
	Listing    string         `json:"listing,omitzero"`    // its id
	Submission string         `json:"submission,omitzero"` // of a wish to be called
	Outcome    ContactOutcome `json:"outcome"`
	On         civil.Date     `json:"on,omitzero"`   // to call back
	What       string         `json:"what,omitzero"` // of a refusal: nav_guarantee, sublet, follow_up, family, other
	Note       string         `json:"note,omitzero"` // free text of staff: personal
}

// LandlordContacts is the log of contacts with landlords.
var LandlordContacts = storage.NewCollection[Contact](storage.Schema{
	Name: "landlord_contacts",
	Indexes: []storage.Index{
		{Name: "at", Paths: []string{"at"}},
		{Name: "landlord", Paths: []string{"landlord", "at"}},
	},
})

// logContact adds to the log in a transaction.
func (o *Office) logContact(tx *storage.Tx, c Contact) error {
	c.At = o.now().UnixMilli()
	return LandlordContacts.Put(tx, &storage.Record[Contact]{Value: c})
}

// LogContact notes a contact with a landlord that changes nothing else. Errors
// are those of the store.
func (o *Office) LogContact(ctx context.Context, c Contact) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error { return o.logContact(tx, c) })
}

// CallReason is why a landlord is to be called.
type CallReason string

// The reasons, the most urgent first.
const (
	CallBackDue  CallReason = "call_back" // it was agreed
	CallWish     CallReason = "call_me"   // the landlord asks for it
	CallConfirm  CallReason = "confirm"   // is the home still free?
	CallUnproven CallReason = "no_date"   // nobody knows when it was last free
)

var callOrder = []CallReason{CallBackDue, CallWish, CallConfirm, CallUnproven}

// Call is a line of the ring list.
type Call struct {
	Reason     CallReason
	Listing    string // id; "" for a wish to be called
	Submission string // id of a wish to be called
	Landlord   string // LandlordID; "" for a wish to be called
	Name       string
	Phone      string // E.164
	Address    string
	Note       string
	Since      civil.Date // confirmed last, asked for, or agreed on
	Tries      int        // without an answer since the last one that got through
	LastTry    time.Time  // zero for none
}

const (
	confirmAhead = 5 // days before a confirmation runs out that a landlord is asked
	logMonths    = 6 // of the contact log that the ring list looks at
)

// RingList returns the landlords to call, the most urgent first; who did not
// answer today comes last. It is to be read only. Errors are those of the store.
func (o *Office) RingList(ctx context.Context) ([]Call, error) {
	return o.calls.get(ctx, o, waitsFor)
}

type callsModel struct {
	o           *Office
	listings    rows[briefListing]
	contacts    rows[Contact]
	submissions rows[Submission]
	policies    rows[PolicyVersion]
}

func (o *Office) newCallsModel() model[[]Call] {
	return &callsModel{o, rows[briefListing]{}, rows[Contact]{}, rows[Submission]{}, rows[PolicyVersion]{}}
}

func (m *callsModel) sources() []source {
	return []source{from(briefListings, m.listings.put), from(LandlordContacts, m.contacts.put), from(Submissions, m.submissions.put), from(Policies, m.policies.put)}
}

func (m *callsModel) make(context.Context) (out []Call, err error) {
	today := m.o.Today()
	log := recentContacts(m.contacts, m.o.now())
	fresh := newestPolicy(m.policies, today).Policy.FreshDays
	for id, l := range m.listings.inOrder() {
		if call, ok := callFor(id, l, log[id], today, fresh); ok {
			out = append(out, call)
		}
	}
	for id, sub := range m.submissions.inOrder() {
		me, past := sub.CallMe, log[id]
		if me == nil || sub.State != SubmissionWaiting || past.due > today {
			continue
		}
		out = append(out, Call{Reason: CallWish, Submission: id, Name: me.Name, Phone: me.Phone, Note: cmp.Or(past.note, me.Note),
			Since: civil.FromTime(time.UnixMilli(sub.At)), Tries: past.tries, LastTry: past.last})
	}
	triedToday := func(c Call) int {
		if !c.LastTry.IsZero() && civil.FromTime(c.LastTry) >= today {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Call) int {
		return cmp.Or(cmp.Compare(triedToday(a), triedToday(b)),
			cmp.Compare(slices.Index(callOrder, a.Reason), slices.Index(callOrder, b.Reason)), cmp.Compare(a.Since, b.Since))
	})
	return out, nil
}

// past is what the log says of the contacts about one listing.
type past struct {
	tries int
	last  time.Time  // the last try without an answer
	due   civil.Date // to call back, where that was agreed last
	note  string
}

// recentContacts returns what the log says, by listing or by the submission of a wish.
func recentContacts(all rows[Contact], now time.Time) map[string]past {
	out := map[string]past{}
	since := now.AddDate(0, -logMonths, 0).UnixMilli()
	log := slices.SortedStableFunc(func(yield func(*Contact) bool) {
		for _, c := range all.inOrder() {
			if c.At >= since && !yield(c) {
				return
			}
		}
	}, func(a, b *Contact) int { return cmp.Compare(a.At, b.At) })
	for _, c := range log {
		key := cmp.Or(c.Listing, c.Submission)
		p := out[key]
		switch c.Outcome {
		case ContactNoAnswer:
			p.tries, p.last = p.tries+1, time.UnixMilli(c.At)
		case ContactCallBack:
			p = past{due: c.On, note: c.Note}
		case ContactConfirmed, ContactLet:
			p = past{}
		}
		out[key] = p
	}
	return out
}

// callFor returns the line of a listing, where its landlord is to be called.
func callFor(id string, e *briefListing, log past, today civil.Date, freshDays int) (Call, bool) {
	l := &e.Record
	if l.Phone == "" || l.Status != landlords.StatusOpen && l.Status != landlords.StatusPaused {
		return Call{}, false
	}
	c := Call{Listing: id, Landlord: e.Landlord, Name: l.Name, Phone: l.Phone, Address: l.Address, Note: log.note, Since: l.ConfirmedOn, Tries: log.tries, LastTry: log.last}
	switch {
	case log.due > today:
		return c, false
	case log.due != 0:
		c.Reason, c.Since = CallBackDue, log.due
	case l.Status == landlords.StatusPaused:
		return c, false
	case l.ConfirmedOn == 0:
		c.Reason = CallUnproven
	case int(today-l.ConfirmedOn) > freshDays-confirmAhead:
		c.Reason = CallConfirm
	default:
		return c, false
	}
	return c, true
}

// Rang is what came of a call from the ring list.
type Rang struct {
	Listing    string // or
	Submission string // of a wish to be called
	Outcome    ContactOutcome
	On         civil.Date // for call_back
	Note       string
	Who        string
}

// RecordCall notes what came of a call, and does to the listing what follows.
// Errors: NotFound; Invalid for an outcome that a call has not, or a day to call
// back that is past.
func (o *Office) RecordCall(ctx context.Context, r Rang) error {
	switch r.Outcome {
	case ContactConfirmed, ContactNoAnswer, ContactLet:
	case ContactCallBack:
		if r.On < o.Today() {
			return apperr.New(apperr.Invalid, "Choose the day to call back.").In("ring.no_day", nil)
		}
	default:
		return apperr.New(apperr.Invalid, "%q does not come of a call.", string(r.Outcome))
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		entry := Contact{Who: r.Who, Listing: r.Listing, Submission: r.Submission, Outcome: r.Outcome, On: r.On, Note: r.Note}
		if r.Submission != "" {
			rec, err := Submissions.Get(tx, r.Submission)
			if err != nil {
				return err
			}
			if r.Outcome == ContactConfirmed || r.Outcome == ContactLet {
				rec.Value.State, rec.Value.Who, rec.Value.Decided = SubmissionDone, r.Who, o.now().UnixMilli()
				if err := Submissions.Put(tx, &rec); err != nil {
					return err
				}
			}
			return o.logContact(tx, entry)
		}
		rec, err := Listings.Get(tx, r.Listing)
		if err != nil {
			return err
		}
		entry.Landlord = LandlordID(rec.Value.Record.Landlord())
		change := StatusChange{Who: r.Who, Why: "call"}
		switch r.Outcome {
		case ContactConfirmed:
			if rec.Value.Record.Status == landlords.StatusPaused {
				change.To = landlords.StatusOpen
			}
			err = o.ChangeStatusIn(tx, &rec, change)
		case ContactLet:
			change.To, change.Why = landlords.StatusLet, string(WordLetElse)
			err = o.ChangeStatusIn(tx, &rec, change)
		}
		if err != nil {
			return err
		}
		return o.logContact(tx, entry)
	})
}

// OnCall is a home that staff registers while its landlord is on the phone.
type OnCall struct {
	Listing    landlords.Listing
	Submission string // id of the wish to be called that the call answers; "" for none
	SendLink   bool   // send the landlord a private link
	Who        string
}

// RegisterOnCall stores the home as a listing that is open and confirmed today,
// and answers the wish to be called. Errors: NotFound; Invalid with a
// *ProblemsError.
func (o *Office) RegisterOnCall(ctx context.Context, c OnCall) (out Saved, err error) {
	c.Listing.FirstSeen(o.Today())
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		if out, err = createIn(tx, o, &listingDesk, c.Listing, c.Who); err != nil {
			return err
		}
		if c.Submission != "" {
			rec, err := Submissions.Get(tx, c.Submission)
			if err != nil {
				return err
			}
			if sub := &rec.Value; sub.CallMe != nil && sub.State == SubmissionWaiting {
				sub.State, sub.Listing, sub.Who, sub.Decided = SubmissionDone, out.ID, c.Who, o.now().UnixMilli()
				if err := Submissions.Put(tx, &rec); err != nil {
					return err
				}
			}
		}
		rec, err := Listings.Get(tx, out.ID)
		if err != nil {
			return err
		}
		if err := o.logContact(tx, Contact{Who: c.Who, Listing: out.ID, Submission: c.Submission, Landlord: rec.Value.Landlord, Outcome: ContactRegister}); err != nil || !c.SendLink {
			return err
		}
		return o.sendLink(tx, &rec, "registered")
	})
	return out, err
}
