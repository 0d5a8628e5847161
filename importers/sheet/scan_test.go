package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// scanAll reads a document to its end and tells what it found, one event a
// line; neighbouring texts are one.
func scanAll(r io.Reader) (string, error) { return scanWith(r, bufferSize) }

// scanWith is scanAll with a buffer of another size, so that short documents
// too are read in pieces.
func scanWith(r io.Reader, size int) (string, error) {
	s := scanner{buf: make([]byte, size)}
	s.reset(r)
	var out, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			fmt.Fprintf(&out, "%q\n", text.String())
			text.Reset()
		}
	}
	for {
		tok, err := s.next()
		if err != nil {
			return "", err
		}
		switch tok {
		case tokenText:
			text.Write(s.text)
		case tokenEnd:
			flush()
			fmt.Fprintf(&out, "</%s>\n", s.local)
		case tokenEOF:
			return out.String(), nil
		case tokenStart:
			flush()
			fmt.Fprintf(&out, "<%s", s.local)
			for _, a := range s.attrs {
				fmt.Fprintf(&out, " %s=%q", a.local, spaces(string(a.value)))
			}
			out.WriteString(">\n")
		}
	}
}

// standardAll is scanAll by encoding/xml.
func standardAll(data []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var out, text strings.Builder
	depth := 0
	flush := func() {
		if text.Len() > 0 && depth > 0 {
			fmt.Fprintf(&out, "%q\n", text.String())
		}
		text.Reset()
	}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			text.Write(tok)
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&out, "</%s>\n", tok.Name.Local)
		case xml.StartElement:
			flush()
			depth++
			fmt.Fprintf(&out, "<%s", tok.Name.Local)
			for _, a := range tok.Attr {
				fmt.Fprintf(&out, " %s=%q", a.Name.Local, spaces(a.Value))
			}
			out.WriteString(">\n")
		}
	}
}

// spaces evens out white space: encoding/xml leaves line ends in attributes as
// they are, the standard makes spaces of them.
func spaces(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\t\r\n", r) {
			return ' '
		}
		return r
	}, s)
}

func TestScannerAccepts(t *testing.T) {
	long := strings.Repeat("æ & ]] > å\r\n", 30_000)
	for name, doc := range map[string]string{
		"declaration":   `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a/>`,
		"mark":          "\xef\xbb\xbf<a/>",
		"surroundings":  "<!-- x --><?pi y?>\n<a/>\n<!-- z -->\n<?pi?>",
		"attributes":    `<a b="1" c = '2' d="a&amp;b &#x41;&#65; > '" e='"'/>`,
		"namespaces":    `<x:a xmlns:x="u" x:b="1" b="2" xml:space="preserve"><c xmlns="v"/></x:a>`,
		"text":          "<a>x &lt;&gt;&amp;&quot;&apos; &#xD; \r\n \r ]] > &#x1F600; æøå</a>",
		"sections":      `<a>x<![CDATA[<b>&amp;]]]]>y<![CDATA[]]><!-- -- -->z</a>`,
		"long text":     "<a>" + strings.ReplaceAll(long, "&", "&amp;") + "</a>",
		"brackets":      "<a>" + strings.Repeat("]", 100_000) + "&gt;</a>",
		"references":    "<a>" + strings.Repeat("&#x1F600;]\r\n", 10_000) + "</a>",
		"long value":    `<a b="` + strings.Repeat("x", 300_000) + `"/>`,
		"many elements": "<a>" + strings.Repeat(`<b c="d">e</b>`, 20_000) + "</a>",
	} {
		if name == "sections" {
			doc = strings.Replace(doc, "<!-- -- -->", "<!-- - -->", 1)
		}
		t.Run(name, func(t *testing.T) {
			got, err := scanAll(strings.NewReader(doc))
			if err != nil {
				t.Fatal(err)
			}
			want, err := standardAll([]byte(doc))
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got %.300s\nwant %.300s", got, want)
			}
			for _, size := range []int{48, 64, 1000} {
				if pieces, err := scanWith(iotest.OneByteReader(strings.NewReader(doc)), size); err != nil || pieces != got {
					t.Errorf("by %d bytes: got %.300s, %v", size, pieces, err)
				}
			}
		})
	}
}

func TestScannerRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":              "",
		"only space":           " \n",
		"text alone":           "x",
		"text before":          "x<a/>",
		"text after":           "<a/>x",
		"CDATA outside":        "<![CDATA[x]]><a/>",
		"two roots":            "<a/><b/>",
		"not closed":           "<a><b></b>",
		"cut in a tag":         "<a><b",
		"cut in a value":       `<a b="c`,
		"cut in an end tag":    "<a></a",
		"cut in a comment":     "<a/><!-- x --",
		"crossed tags":         "<a><b></a></b>",
		"longer end tag":       "<a></ab>",
		"shorter end tag":      "<ab></a>",
		"stray end tag":        "</a>",
		"end tag with more":    "<a></a b>",
		"unquoted value":       "<a b=c/>",
		"no value":             "<a b/>",
		"no space":             `<a b="1"c="2"/>`,
		"attribute twice":      `<a b="1" b="2"/>`,
		"tag in a value":       `<a b="<"/>`,
		"bare ampersand":       "<a>x & y</a>",
		"unknown entity":       "<a>&nbsp;</a>",
		"entity not closed":    "<a>&amp</a>",
		"empty reference":      "<a>&#;</a>",
		"reference to NUL":     "<a>&#0;</a>",
		"surrogate":            "<a>&#xD800;</a>",
		"too large reference":  "<a>&#x110000;</a>",
		"bad digits":           "<a>&#x1G;</a>",
		"hex without x":        "<a>&#1F;</a>",
		"NUL":                  "<a>\x00</a>",
		"control character":    "<a>\x01</a>",
		"noncharacter":         "<a>\uFFFE</a>",
		"bad UTF-8":            "<a>\xff</a>",
		"overlong UTF-8":       "<a>\xc0\xaf</a>",
		"UTF-8 cut":            "<a>\xc3</a>",
		"bad UTF-8 in a value": "<a b='\xff'/>",
		"control in a comment": "<a><!-- \x01 --></a>",
		"CDATA end alone":      "<a>]]></a>",
		"CDATA not closed":     "<a><![CDATA[x]]</a>",
		"hyphens in comment":   "<a><!-- a -- b --></a>",
		"comment of three":     "<a><!-- a ---></a>",
		"document type":        "<!DOCTYPE a><a/>",
		"entity declaration":   `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`,
		"other declaration":    "<a><!ELEMENT b></a>",
		"late declaration":     ` <?xml version="1.0"?><a/>`,
		"version 1.1":          `<?xml version="1.1"?><a/>`,
		"other encoding":       `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`,
		"encoding not so":      `<?xml version="1.0" encoding="UTF-16"?><a/>`,
		"declaration not so":   `<?xml encoding="UTF-8"?><a/>`,
		"instruction not so":   "<a><? x?></a>",
		"undeclared prefix":    "<x:a/>",
		"undeclared attribute": `<a x:b="1"/>`,
		"out of scope":         `<a><b xmlns:x="u"/><x:c/></a>`,
		"two colons":           `<x:a:b xmlns:x="u"/>`,
		"colon first":          "<:a/>",
		"colon last":           `<x: xmlns:x="u"/>`,
		"name with a digit":    "<1a/>",
		"space before name":    "< a/>",
		"slash in a tag":       "<a / >",
		"too deep":             strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000),
		"too long a tag":       `<a b="` + strings.Repeat("x", 3_000_000) + `"/>`,
		"half a UTF-16":        "\xff\xfe<\x00a\x00/\x00>",
		"UTF-16 surrogate":     "\xff\xfe<\x00a\x00>\x00\x00\xd8<\x00/\x00a\x00>\x00",
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(doc), iotest.OneByteReader(strings.NewReader(doc))} {
				if got, err := scanAll(r); err == nil {
					t.Errorf("got %.300s, want an error", got)
				} else if _, ok := errors.AsType[syntaxError](err); !ok && err != errUTF16 {
					t.Errorf("got the error %v, want one of syntax", err)
				}
			}
		})
	}
}

// What is read in pieces is what is read whole, wherever the pieces end.
func TestScannerCutsAnywhere(t *testing.T) {
	for _, piece := range []string{"]]>", "\r\n", "\r", "\r\n]]&gt;", "&#x1F600;", "&#128512;&", "😀", "\xf0\x9f", "<![CDATA[]]]]>", "<b c='&lt;'/>", "</b>"} {
		for before := range 150 {
			doc := "<a>" + strings.Repeat("x", before) + piece + strings.Repeat("y", 70) + "</a>"
			want, wantErr := scanAll(strings.NewReader(doc))
			got, err := scanWith(strings.NewReader(doc), 64)
			if got != want || (err == nil) != (wantErr == nil) {
				t.Errorf("%q after %d bytes: got %q, %v, want %q, %v", piece, before, got, err, want, wantErr)
			}
		}
	}
}

func TestScannerReadsUTF16(t *testing.T) {
	doc := `<?xml version="1.0" encoding="utf-16"?><a b="å">` + strings.Repeat("æ😀", 40_000) + `</a>`
	want, err := scanAll(strings.NewReader(strings.Replace(doc, "utf-16", "utf-8", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"little", "big"} {
		t.Run(order, func(t *testing.T) {
			got, err := scanAll(bytes.NewReader(encodeUTF16("\uFEFF"+doc, order == "big")))
			if err != nil || got != want {
				t.Errorf("got %.100s, %v", got, err)
			}
		})
	}
}

// encodeUTF16 returns text in UTF-16.
func encodeUTF16(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// A reader's own error must come through, never be taken for the end.
func TestScannerTellsReadErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, doc := range []string{"", "<a>", "<a>x", "<a><b", "<a/>"} {
		r := io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken))
		if _, err := scanAll(r); !errors.Is(err, broken) {
			t.Errorf("after %q: got %v", doc, err)
		}
	}
}

// FuzzScanner holds the scanner against encoding/xml: what that finds malformed
// it refuses, and what it accepts has the same tags, values and texts.
func FuzzScanner(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><a b="c&amp;d"><x:e xmlns:x="u">f<![CDATA[g]]>&#65;</x:e><!-- h --><?i j?></a>`), uint8(7))
	f.Add([]byte(sheetXML(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c></row>`)), uint8(64))
	f.Add([]byte("<a>\r\n]]&gt;\xc3\xa6</a>"), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
			t.Skip("encoding/xml does not read UTF-16")
		}
		got, err := scanAll(bytes.NewReader(data))
		if pieces, perr := scanWith(&stepReader{data, int(step) + 1}, 64); pieces != got || (perr == nil) != (err == nil) {
			t.Errorf("in pieces: got %q, %v; whole: %q, %v", pieces, perr, got, err)
		}
		if err != nil {
			return
		}
		want, err := standardAll(data)
		if err != nil {
			t.Fatalf("accepted %q, where encoding/xml says %v", data, err)
		}
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}

// stepReader gives n bytes at a time.
type stepReader struct {
	data []byte
	n    int
}

func (r *stepReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.data[:min(r.n, len(r.data))])
	r.data = r.data[n:]
	return n, nil
}
