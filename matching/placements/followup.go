package placements

import (
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// FollowUpMonths lists when a household that has moved is followed up, in
// months after the lease starts.
var FollowUpMonths = []int{1, 3, 6, 12}

// CheckResult is how a follow-up talk found the household.
type CheckResult string

// The results of a follow-up.
const (
	GoingWell    CheckResult = "going_well"
	NeedsSupport CheckResult = "needs_support"
	MovedOut     CheckResult = "moved_out" // no further follow-up is due
)

// CheckResults lists every result of a follow-up.
var CheckResults = []CheckResult{GoingWell, NeedsSupport, MovedOut}

// Check is a follow-up talk that was held.
type Check struct {
	Months int         `json:"months"` // which one, of FollowUpMonths
	Result CheckResult `json:"result"`
	Date   civil.Date  `json:"date"`
	By     string      `json:"by"` // user id
}

// DueFollowUp is a follow-up talk to hold.
type DueFollowUp struct {
	Months int        `json:"months"` // which one, of FollowUpMonths
	Date   civil.Date `json:"date"`   // the day it became due
}

// Due returns the follow-ups that are due on a date or before and not held yet,
// the earliest first. They count from the start of the lease, also where moving
// in was not recorded, and end when the household has moved out.
func (p *Placement) Due(on civil.Date) []DueFollowUp {
	if p.State != Lease && !p.Housed() || p.LeaseStart.IsZero() {
		return nil
	}
	var out []DueFollowUp
	for _, months := range FollowUpMonths {
		date := p.LeaseStart.AddMonths(months)
		if date <= on && !p.held(months) {
			out = append(out, DueFollowUp{Months: months, Date: date})
		}
	}
	return out
}

// held reports whether the follow-up was held, or is not called for any more.
func (p *Placement) held(months int) bool {
	return slices.ContainsFunc(p.Checks, func(c Check) bool { return c.Months == months || c.Result == MovedOut })
}

// checkNew returns an Invalid error where the talk cannot be recorded.
func (p *Placement) checkNew(c Check) error {
	switch {
	case !slices.Contains(FollowUpMonths, c.Months):
		return apperr.New(apperr.Invalid, "There is no follow-up after %d months.", c.Months)
	case !slices.Contains(CheckResults, c.Result):
		return apperr.New(apperr.Invalid, "%q is not a result of a follow-up.", string(c.Result))
	case p.held(c.Months):
		return apperr.New(apperr.Invalid, "The follow-up after %d months has been recorded, or the household has moved out.", c.Months)
	}
	return nil
}
