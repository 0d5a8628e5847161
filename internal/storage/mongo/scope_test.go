package mongo_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// scope watches that every command names a municipality, over the whole contract.
type scope struct{ seen atomic.Int64 }

var scopes scope

func (s *scope) monitor(t *testing.T) *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		s.seen.Add(1)
		if err := scoped(e.CommandName, e.Command); err != nil {
			t.Errorf("%s: %v\n%s", e.CommandName, err, e.Command)
		}
	}}
}

// scoped returns an error for a command that reads or writes documents without
// naming the one municipality that they belong to.
func scoped(name string, command bson.Raw) error {
	each := func(field, filter string) error {
		values, err := command.Lookup(field).Array().Values()
		if err != nil || len(values) == 0 {
			return fmt.Errorf("%s cannot be read", field)
		}
		for _, v := range values {
			d := v.Document()
			if filter != "" {
				d = d.Lookup(filter).Document()
			}
			if d.Lookup("municipality").Type != bson.TypeString {
				return fmt.Errorf("no municipality in %s", d)
			}
		}
		return nil
	}
	one := func(v bson.RawValue) error {
		if d, ok := v.DocumentOK(); !ok || d.Lookup("municipality").Type != bson.TypeString {
			return fmt.Errorf("no municipality")
		}
		return nil
	}
	switch name {
	case "find":
		// the one question that is about all: how far each feed is
		if command.Lookup("find").StringValue() == "_feeds" && command.Lookup("filter", "seq", "$gt").Type != 0 {
			return nil
		}
		if command.Lookup("find").StringValue() == "_feeds" && command.Lookup("filter", "municipality", "$in").Type == bson.TypeArray {
			return nil // how far those are that somebody watches
		}
		return one(command.Lookup("filter"))
	case "findAndModify":
		return one(command.Lookup("query"))
	case "insert":
		return each("documents", "")
	case "update":
		return each("updates", "q")
	case "delete":
		return each("deletes", "q")
	case "aggregate":
		stages, err := command.Lookup("pipeline").Array().Values()
		if err != nil || len(stages) == 0 {
			return fmt.Errorf("no stages")
		}
		if stages[0].Document().Lookup("$changeStream").Type != 0 {
			return nil // of the feeds
		}
		return one(stages[0].Document().Lookup("$match"))
	case "hello", "ping", "endSessions", "commitTransaction", "abortTransaction", "getMore", "killCursors",
		"create", "createIndexes", "dropIndexes", "listIndexes", "listCollections":
		return nil // about no document
	}
	return fmt.Errorf("a command that nobody has thought about")
}

func TestScoped(t *testing.T) {
	raw := func(d bson.D) bson.Raw {
		b, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	in := bson.D{{Key: "municipality", Value: "1833"}}
	for _, test := range []struct {
		name    string
		command bson.D
		ok      bool
	}{
		{"find", bson.D{{Key: "find", Value: "units"}, {Key: "filter", Value: in}}, true},
		{"find", bson.D{{Key: "find", Value: "units"}, {Key: "filter", Value: bson.D{{Key: "_id", Value: "1833:x"}}}}, false},
		{"find", bson.D{{Key: "find", Value: "units"}, {Key: "filter", Value: bson.D{{Key: "seq", Value: bson.D{{Key: "$gt", Value: 0}}}}}}, false},
		{"update", bson.D{{Key: "updates", Value: bson.A{bson.D{{Key: "q", Value: in}}, bson.D{{Key: "q", Value: bson.D{}}}}}}, false},
		{"delete", bson.D{{Key: "deletes", Value: bson.A{bson.D{{Key: "q", Value: in}}}}}, true},
		{"insert", bson.D{{Key: "documents", Value: bson.A{bson.D{{Key: "_id", Value: 1}}}}}, false},
		{"aggregate", bson.D{{Key: "pipeline", Value: bson.A{bson.D{{Key: "$match", Value: in}}}}}, true},
		{"aggregate", bson.D{{Key: "pipeline", Value: bson.A{bson.D{{Key: "$group", Value: bson.D{}}}}}}, false},
		{"mapReduce", bson.D{{Key: "mapReduce", Value: "units"}}, false},
	} {
		if err := scoped(test.name, raw(test.command)); (err == nil) != test.ok {
			t.Errorf("%s %v: got %v, want ok %t", test.name, test.command, err, test.ok)
		}
	}
}
