package mongo

import (
	"strings"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"

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

// TestOutlived tells a transaction that met the server's limit from one that fell
// to a fault.
func TestOutlived(t *testing.T) {
	gone := driver.CommandError{Code: 251, Name: "NoSuchTransaction"}
	for _, test := range []struct {
		name string
		err  error
		took time.Duration
		want bool
	}{
		{"gone at once, after an election", gone, 12 * time.Second, false},
		{"gone at a limit of half a minute", gone, 31 * time.Second, true},
		{"a network that fails late", driver.CommandError{Labels: []string{"NetworkError"}}, 31 * time.Second, false},
		{"anything after most of a minute", driver.CommandError{Code: 112}, 50 * time.Second, true},
		{"a commit that took long to look for", again{gone}, 70 * time.Second, false},
	} {
		if got := outlived(test.err, test.took); got != test.want {
			t.Errorf("%s: got %t, want %t", test.name, got, test.want)
		}
	}
}
