package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
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
// those who may see whom the figures are about; to be read only. Errors are those of
// the store.
func (o *Office) ProgrammeCourses(ctx context.Context) ([]programme.Course, error) {
	return o.programme.get(ctx, o, 0)
}

type programmeModel struct {
	refs   map[string]string     // of the households, by record id
	began  map[string]civil.Date // by the same
	stays  rows[Entry[vacancy.Occupancy]]
	placed rows[briefPlacement]
	erased rows[programme.Course]
}

func newProgrammeModel() model[[]programme.Course] {
	return &programmeModel{map[string]string{}, map[string]civil.Date{}, rows[Entry[vacancy.Occupancy]]{}, rows[briefPlacement]{}, rows[programme.Course]{}}
}

func (m *programmeModel) sources() []source {
	return []source{
		from(briefHouseholds, func(id string, h *briefHousehold) {
			if delete(m.refs, id); h != nil {
				m.refs[id] = h.Record.Ref
			}
		}),
		from(HouseholdReadiness, func(id string, r *Readiness) {
			if delete(m.began, id); r != nil {
				m.began[id] = r.Items.Began()
			}
		}),
		from(Occupancies, m.stays.put), from(briefPlacements, m.placed.put), from(ErasedCourses, m.erased.put),
	}
}

func (m *programmeModel) make(context.Context) ([]programme.Course, error) {
	byRef := make(map[string]*programme.Course, len(m.refs))
	for id, ref := range m.refs {
		byRef[ref] = &programme.Course{Ref: ref, ID: id, Began: m.began[id]}
	}
	for _, e := range m.stays.inOrder() {
		if c := byRef[e.Record.HouseholdRef]; c != nil {
			addStay(c, &e.Record)
		}
	}
	for _, b := range m.placed.inOrder() {
		if c := byRef[b.Placement.Personal.HouseholdRef]; c != nil && !b.sublet() {
			addTenancy(c, &b.Placement.Placement)
		}
	}
	all := make([]programme.Course, 0, len(byRef)+len(m.erased))
	for _, c := range byRef {
		all = append(all, *c)
	}
	for _, c := range m.erased {
		all = append(all, *c)
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
// tells of the same home, less exactly, so it gives way.
func addTenancy(c *programme.Course, p *placements.Placement) {
	if p.MovedIn.IsZero() {
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
