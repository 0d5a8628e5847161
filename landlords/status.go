package landlords

import "slices"

// Status is where a listing is in its life.
type Status string

// The statuses.
const (
	StatusSubmitted Status = "submitted" // sent in, not yet verified by staff
	StatusOpen      Status = "open"      // free to be matched
	StatusReserved  Status = "reserved"  // offered to one household
	StatusLet       Status = "let"
	StatusPaused    Status = "paused"
	StatusWithdrawn Status = "withdrawn"
	StatusExpired   Status = "expired" // not confirmed for too long
)

// Statuses lists every status in the order of a listing's life.
var Statuses = []Status{StatusSubmitted, StatusOpen, StatusReserved, StatusLet, StatusPaused, StatusWithdrawn, StatusExpired}

var nextStatuses = map[Status][]Status{
	StatusSubmitted: {StatusOpen, StatusWithdrawn},
	StatusOpen:      {StatusReserved, StatusLet, StatusPaused, StatusWithdrawn, StatusExpired},
	StatusReserved:  {StatusOpen, StatusLet, StatusPaused, StatusWithdrawn},
	StatusLet:       {StatusOpen, StatusWithdrawn},
	StatusPaused:    {StatusOpen, StatusLet, StatusWithdrawn, StatusExpired},
	StatusWithdrawn: {StatusOpen},
	StatusExpired:   {StatusOpen, StatusLet, StatusWithdrawn},
}

// CanBecome reports whether a listing in status s may go to next.
func (s Status) CanBecome(next Status) bool { return slices.Contains(nextStatuses[s], next) }

// Offered reports whether the landlord still has the home on offer: a listing
// that is let, withdrawn or expired has left the list.
func (s Status) Offered() bool {
	return s != StatusLet && s != StatusWithdrawn && s != StatusExpired
}
