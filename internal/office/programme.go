package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/matching/programme"
)

// Programme returns the success of the households that began individual follow-up
// in the months from..to, as known today. Errors: Invalid where to is before from
// or the period is over 30 years, and those of the store.
func (o *Office) Programme(ctx context.Context, from, to civil.Month) (programme.Report, error) {
	if to.First < from.First || from.Add(12*30).First <= to.First {
		return programme.Report{}, apperr.New(apperr.Invalid, "The period ends before it begins, or is longer than 30 years.").In("programme.no_period", nil)
	}
	all, err := o.ProgrammeCourses(ctx)
	if err != nil {
		return programme.Report{}, err
	}
	return programme.ReportOf(all, from, to, o.Today()), nil
}

// PublishedProgramme returns what of the programme's success may be published today.
// Errors are those of the store.
func (o *Office) PublishedProgramme(ctx context.Context) (programme.Published, error) {
	all, err := o.ProgrammeCourses(ctx)
	if err != nil {
		return programme.Published{}, err
	}
	return programme.Publish(all, o.Today()), nil
}

// ProgrammeCourses returns the ways of all households, by when they began, for
// those who may see whom the figures are about. Errors are those of the store.
func (o *Office) ProgrammeCourses(ctx context.Context) (all []programme.Course, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		all, err = courses(tx)
		return err
	})
	return all, err
}

func courses(tx *storage.Tx) ([]programme.Course, error) {
	byRef := map[string]*programme.Course{}
	byID := map[string]*programme.Course{}
	for rec, err := range Households.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		c := &programme.Course{Ref: rec.Value.Record.Ref, ID: rec.ID}
		byRef[c.Ref], byID[rec.ID] = c, c
	}
	for rec, err := range HouseholdReadiness.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		if c := byID[rec.ID]; c != nil {
			c.Began = rec.Value.Items.Began()
		}
	}
	for rec, err := range Occupancies.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		if c := byRef[rec.Value.Record.HouseholdRef]; c != nil {
			addStay(c, &rec.Value.Record)
		}
	}
	for rec, err := range Placements.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		if c := byRef[rec.Value.Placement.Personal.HouseholdRef]; c != nil {
			addTenancy(c, &rec.Value.Placement)
		}
	}
	all := make([]programme.Course, 0, len(byID))
	for _, c := range byID {
		all = append(all, *c)
	}
	for rec, err := range ErasedCourses.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, rec.Value)
	}
	slices.SortFunc(all, programme.Compare)
	return all, nil
}

// addStay adds a stay in a transitional unit, and the home that the household
// left it for.
func addStay(c *programme.Course, o *vacancy.Occupancy) {
	c.Municipal = append(c.Municipal, programme.Stay{From: o.From, To: o.To})
	way := map[vacancy.Reason]programme.Way{vacancy.PrivateRental: programme.Rented, vacancy.Purchase: programme.Bought}[o.Reason]
	if way != "" && !o.To.IsZero() {
		c.Homes = append(c.Homes, programme.Home{Way: way, From: o.To})
	}
}

// sameMove is how many days the end of a stay and the moving in that a placement
// records may lie apart and still be one move.
const sameMove = 31

// addTenancy adds the home that a placement led to. The stay that ended with it
// tells of the same home, less exactly, so it gives way. A home that the
// municipality rents and sublets is none of the household's own.
func addTenancy(c *programme.Course, p *placements.Placement) {
	if p.MovedIn.IsZero() || p.Personal.Inputs != nil && p.Personal.Inputs.Listing.ContractForm == landlords.Sublet {
		return
	}
	h := programme.Home{Way: programme.Rented, From: p.MovedIn, To: p.EndedOn}
	for _, k := range p.Checks {
		if k.Result != placements.MovedOut {
			h.Seen = max(h.Seen, k.Date)
		}
	}
	c.Homes = slices.DeleteFunc(c.Homes, func(other programme.Home) bool {
		apart := other.From - h.From
		return other.Way == programme.Rented && other.To.IsZero() && other.Seen.IsZero() && -sameMove <= apart && apart <= sameMove
	})
	c.Homes = append(c.Homes, h)
}
