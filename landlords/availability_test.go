package landlords

import (
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
)

func TestAvailability(t *testing.T) {
	on := civil.MustParse("2026-11-25")
	for _, c := range []struct {
		name      string
		listing   Listing
		available Availability
		free      FreeFrom
	}{
		{"open and fresh", Listing{Status: StatusOpen, ConfirmedOn: on, AvailableFrom: on}, AvailabilityOpen, FreeNow},
		{"without status", Listing{ConfirmedOn: on, AvailableFrom: on + 1}, AvailabilityOpen, FreeLater},
		{"on the last fresh day", Listing{Status: StatusOpen, ConfirmedOn: on - 21}, AvailabilityOpen, FreeUnknown},
		{"a day too old", Listing{Status: StatusOpen, ConfirmedOn: on - 22, AvailableFrom: on - 90}, AvailabilityUnconfirmed, FreeNow},
		{"never confirmed", Listing{Status: StatusOpen}, AvailabilityUnconfirmed, FreeUnknown},
		{"let", Listing{Status: StatusLet, ConfirmedOn: on, AvailableFrom: on}, AvailabilityClosed, ""},
		{"paused", Listing{Status: StatusPaused, ConfirmedOn: on}, AvailabilityClosed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.listing.Availability(on, 21); got != c.available {
				t.Errorf("got %s, want %s", got, c.available)
			}
			if got := c.listing.Free(on); got != c.free {
				t.Errorf("got %q, want %q", got, c.free)
			}
		})
	}
}
