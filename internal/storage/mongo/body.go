package mongo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Bounds of the form in which a body can be queried.
const (
	maxDepth = 60      // the server's own is 100
	maxBSON  = 8 << 20 // so that the text fits beside it in the server's 16 MB
)

// encodeBody turns a body into the document that the server can query. A body
// that would not come back from it byte for byte (a number that is neither a
// 64-bit integer nor a plain float, a field name that the server has another use
// for) is kept as text as well; then the document holds only what a path leads
// to.
func encodeBody(body []byte) (doc bson.Raw, text []byte, err error) {
	if doc, err = toBSON(body, false); err != nil {
		return nil, nil, err
	}
	if len(doc) <= maxBSON {
		if back, err := toJSON(doc); err == nil && bytes.Equal(back, body) {
			return doc, nil, nil
		}
	}
	doc, err = toBSON(body, true)
	return doc, body, err
}

// toBSON turns a JSON object into a document with its fields in the same order.
// With scalars alone it leaves arrays out.
func toBSON(body []byte, scalars bool) (bson.Raw, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := readValue(d, scalars, 0)
	if err != nil {
		return nil, fmt.Errorf("mongo: body: %w", err)
	}
	object, ok := v.(bson.D)
	if !ok {
		return nil, fmt.Errorf("mongo: a body is %T, not an object", v)
	}
	return bson.Marshal(object)
}

// skipped stands for a value that is left out.
type skipped struct{}

func readValue(d *json.Decoder, scalars bool, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Number:
		return number(t), nil
	case json.Delim:
		if t == '{' {
			return readObject(d, scalars, depth+1)
		}
		return readArray(d, scalars, depth+1)
	}
	return t, nil // nil, bool or string
}

func readObject(d *json.Decoder, scalars bool, depth int) (any, error) {
	object := bson.D{}
	seen := map[string]int{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		v, err := readValue(d, scalars, depth)
		if err != nil {
			return nil, err
		}
		if _, skip := v.(skipped); skip || key == "" || key[0] == '$' || strings.ContainsAny(key, ".\x00") || depth > maxDepth {
			continue // no path leads there
		}
		if i, twice := seen[key]; twice {
			object[i].Value = v // the last one counts, as it does for encoding/json
			continue
		}
		seen[key] = len(object)
		object = append(object, bson.E{Key: key, Value: v})
	}
	_, err := d.Token()
	return object, err
}

func readArray(d *json.Decoder, scalars bool, depth int) (any, error) {
	array := bson.A{}
	for d.More() {
		v, err := readValue(d, scalars, depth)
		if err != nil {
			return nil, err
		}
		if _, skip := v.(skipped); !skip && !scalars && depth <= maxDepth {
			array = append(array, v)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if scalars {
		return skipped{}, nil
	}
	return array, nil
}

// number returns an int64 where the number is one, else a float64.
func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil { // out of range: as far as a float goes
		return math.Copysign(math.MaxFloat64, f)
	}
	return f
}

// toJSON writes a document as encoding/json would.
func toJSON(doc bson.Raw) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(doc))
	if err := writeDocument(&b, doc, false); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeDocument(b *bytes.Buffer, doc bson.Raw, array bool) error {
	elements, err := doc.Elements()
	if err != nil {
		return fmt.Errorf("mongo: a stored body cannot be read: %w", err)
	}
	open, end := byte('{'), byte('}')
	if array {
		open, end = '[', ']'
	}
	b.WriteByte(open)
	for i, e := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		if !array {
			if err := writeScalar(b, e.Key()); err != nil {
				return err
			}
			b.WriteByte(':')
		}
		if err := writeValue(b, e.Value()); err != nil {
			return err
		}
	}
	b.WriteByte(end)
	return nil
}

func writeValue(b *bytes.Buffer, v bson.RawValue) error {
	switch v.Type {
	case bson.TypeNull:
		b.WriteString("null")
	case bson.TypeBoolean:
		b.WriteString(strconv.FormatBool(v.Boolean()))
	case bson.TypeInt64:
		b.WriteString(strconv.FormatInt(v.Int64(), 10))
	case bson.TypeInt32:
		b.WriteString(strconv.FormatInt(int64(v.Int32()), 10))
	case bson.TypeDouble:
		return writeScalar(b, v.Double())
	case bson.TypeString:
		return writeScalar(b, v.StringValue())
	case bson.TypeEmbeddedDocument:
		return writeDocument(b, v.Document(), false)
	case bson.TypeArray:
		return writeDocument(b, bson.Raw(v.Array()), true)
	default:
		return fmt.Errorf("mongo: a stored body holds a %s, which is no JSON", v.Type)
	}
	return nil
}

// writeScalar writes a string or a float as encoding/json does.
func writeScalar(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// scalarAt returns the value at a path into a body; ok is false where it is
// missing or null.
func scalarAt(doc bson.Raw, path string) (bson.RawValue, bool) {
	v, err := doc.LookupErr(strings.Split(path, ".")...)
	if err != nil || v.Type == bson.TypeNull {
		return bson.RawValue{}, false
	}
	return v, true
}
