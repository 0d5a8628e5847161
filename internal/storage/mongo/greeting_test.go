package mongo

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

// TestGreetings holds what servers are taken, by their answer to hello.
func TestGreetings(t *testing.T) {
	minutes := int32(30)
	for _, test := range []struct {
		name string
		g    greeting
		says string // "" is taken
	}{
		{"replica set", greeting{SetName: "rs0", MaxWireVersion: 21, Sessions: &minutes}, ""},
		{"sharded", greeting{Msg: "isdbgrid", MaxWireVersion: 9, Sessions: &minutes}, ""},
		{"4.2", greeting{SetName: "rs0", MaxWireVersion: 8, Sessions: &minutes}, "Use version 4.4 or later"},
		{"standalone", greeting{MaxWireVersion: 21, Sessions: &minutes}, "start mongod with --replSet rs0, run rs.initiate()"},
		{"without sessions", greeting{SetName: "rs0", MaxWireVersion: 21}, "has no sessions"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.g.check()
			switch {
			case test.says == "" && err != nil:
				t.Errorf("got %v, want it taken", err)
			case test.says != "" && (apperr.CodeOf(err) != apperr.Unreadable || !strings.Contains(err.Error(), test.says)):
				t.Errorf("got %v, want it refused with %q", err, test.says)
			}
		})
	}
}
