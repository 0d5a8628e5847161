package mongo

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// body reads an encoded body back, as a document does.
func body(t *testing.T, doc bson.Raw, text []byte) []byte {
	t.Helper()
	d := document{ID: "1833:x", Municipality: "1833", Body: doc, Text: text}
	out, err := d.doc("items")
	if err != nil {
		t.Fatal(err)
	}
	return out.Body
}

func TestBodyComesBack(t *testing.T) {
	for _, test := range []struct {
		name, json string
		exact      bool // without the text beside it
	}{
		{"the order of fields", `{"b":1,"a":2,"c":{"z":null,"y":[1,"x",{"k":true}]}}`, true},
		{"whole and broken numbers", `{"n":1,"f":1.5,"big":9007199254740993,"e":1e+21,"min":-9223372036854775808}`, true},
		{"letters", `{"s":"æøå \u2028 \u003cb\u003e \u0000 한 🏠"}`, true},
		{"nothing", `{}`, true},
		{"empty parts", `{"a":{},"b":[],"c":"","d":null}`, true},
		{"a number that is no float", `{"n":18446744073709551615,"d":1.10}`, false},
		{"minus nothing", `{"n":-0}`, false},
		{"a field name with a dot", `{"a.b":1,"c":2}`, false},
		{"a field name of the server's", `{"$set":1,"c":2}`, false},
		{"a field without a name", `{"":1,"c":2}`, false},
		{"white space", `{ "c": 2 }`, false},
		{"a name twice", `{"c":1,"c":2}`, false},
		{"deep", strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200), false},
		{"a long array of small numbers", `{"c":2,"a":[` + strings.TrimSuffix(strings.Repeat("1,", 1<<20), ",") + `]}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, text, err := encodeBody([]byte(test.json))
			if err != nil {
				t.Fatal(err)
			}
			if got := body(t, doc, text); string(got) != test.json {
				t.Errorf("got %.200s, want %.200s", got, test.json)
			}
			if (text == nil) != test.exact {
				t.Errorf("the text beside it: got %t, want %t", text != nil, !test.exact)
			}
			if len(doc)+len(text) > 15<<20 {
				t.Errorf("got %d bytes, more than the server takes", len(doc)+len(text))
			}
			if strings.Contains(test.json, `"c":2`) {
				if v, ok := scalarAt(doc, "c"); !ok || v.Int64() != 2 {
					t.Error("what a path leads to cannot be found")
				}
			}
		})
	}
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":{"b":[1.5,null,"x"]}}`, `{"$a":1e400}`, `{"a":"\ud800"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if !json.Valid(in) || bytes.TrimSpace(in)[0] != '{' {
			return
		}
		doc, text, err := encodeBody(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, doc, text); !bytes.Equal(got, in) {
			t.Errorf("got %q, want %q", got, in)
		}
		if _, err := bson.Marshal(bson.D{{Key: "body", Value: doc}}); err != nil {
			t.Error(err)
		}
	})
}

func TestFeedTokens(t *testing.T) {
	f := feed{}
	token := func(n int64) string { return strings.Repeat(string(rune('A'+n%26)), tokenSize) }
	for f.Seq = 0; f.Seq < 100; f.Seq++ {
		f.Tokens = f.withToken(token(f.Seq + 1))
	}
	for _, test := range []struct {
		seq         int64
		token       string
		held, known bool
	}{
		{100, token(100), true, true},
		{100, token(99), false, true},
		{99, token(99), true, true},
		{37, token(37), true, true},
		{36, token(36), false, false}, // pushed out
		{101, token(101), false, true},
	} {
		if held, known := f.holds(test.seq, test.token); held != test.held || known != test.known {
			t.Errorf("seq %d: got %t, %t, want %t, %t", test.seq, held, known, test.held, test.known)
		}
	}
}
