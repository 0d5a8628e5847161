package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
)

func TestText(t *testing.T) {
	for name, test := range map[string]struct{ data, want string }{
		"semicolons":             {"a;b;c\r\n1;;3\r\n", "1: A=text a|B=text b|C=text c\n2: A=text 1|C=text 3"},
		"commas":                 {"a,b,c\n1,\"x, y\",3\n", "1: A=text a|B=text b|C=text c\n2: A=text 1|B=text x, y|C=text 3"},
		"tabs":                   {"a\tb\n1\tx, y; z\n", "1: A=text a|B=text b\n2: A=text 1|B=text x, y; z"},
		"old Mac line ends":      {"a;b\r1;2\r", "1: A=text a|B=text b\n2: A=text 1|B=text 2"},
		"no line end":            {"a;b\n1;2", "1: A=text a|B=text b\n2: A=text 1|B=text 2"},
		"one column":             {"navn\nOla\n", "1: A=text navn\n2: A=text Ola"},
		"blank lines":            {"\n\na;b\n;\n \n1;2\n\n", "3: A=text a|B=text b\n5: A=text  \n6: A=text 1|B=text 2"},
		"quotes":                 {"a;b\n\"x \"\"y\"\"\";\"\"\n\"1\n2\r\n3\";z\nlast;1\n", "1: A=text a|B=text b\n2: A=text x \"y\"\n3: A=text 1\n2\r\n3|B=text z\n6: A=text last|B=text 1"},
		"quotes within":          {"a;b\nen \"fin\" leilighet;\"x\"y\n", "1: A=text a|B=text b\n2: A=text en \"fin\" leilighet|B=text xy"},
		"decimal commas":         {"Adresse;Leie\nStorgata 1;8500,50\nStorgata 2;9000,00\nStorgata 3;9100,25\n", "1: A=text Adresse|B=text Leie\n2: A=text Storgata 1|B=text 8500,50\n3: A=text Storgata 2|B=text 9000,00\n4: A=text Storgata 3|B=text 9100,25"},
		"commas in addresses":    {"Ref;Adresse\n1;Storgata 1, 8622 Mo\n2;Storgata 2, 8622 Mo\n", "1: A=text Ref|B=text Adresse\n2: A=text 1|B=text Storgata 1, 8622 Mo\n3: A=text 2|B=text Storgata 2, 8622 Mo"},
		"lists of words":         {"Ref;Merknad\n1;stor, lys, ny\n2;lys, ny, fin\n3;a, b, c\n", "1: A=text Ref|B=text Merknad\n2: A=text 1|B=text stor, lys, ny\n3: A=text 2|B=text lys, ny, fin\n4: A=text 3|B=text a, b, c"},
		"title rows":             {"Utleieliste, november 2026\nOppdatert 1.11, av Kari\n\nNr;Adresse;Leie\n1;A, B;1,5\n2;C, D;2,5\n", "1: A=text Utleieliste, november 2026\n2: A=text Oppdatert 1.11, av Kari\n4: A=text Nr|B=text Adresse|C=text Leie\n5: A=text 1|B=text A, B|C=text 1,5\n6: A=text 2|B=text C, D|C=text 2,5"},
		"semicolons in a set":    {"ref,name,security,areas\n1,A,nav;deposit,Mo\n2,B,nav;deposit,Selfors\n3,C,,Mo\n", "1: A=text ref|B=text name|C=text security|D=text areas\n2: A=text 1|B=text A|C=text nav;deposit|D=text Mo\n3: A=text 2|B=text B|C=text nav;deposit|D=text Selfors\n4: A=text 3|B=text C|D=text Mo"},
		"separator line":         {"sep=,\r\na,b;c\r\n1,2\r\n", "2: A=text a|B=text b;c\n3: A=text 1|B=text 2"},
		"separator line, pipe":   {"SEP=|\na|b\n", "2: A=text a|B=text b"},
		"no separator line":      {"sep=x\na;b\n", "1: A=text sep=x\n2: A=text a|B=text b"},
		"UTF-8":                  {"blåbær;ø\n", "1: A=text blåbær|B=text ø"},
		"UTF-8 with mark":        {"\xef\xbb\xbfblåbær;ø\n", "1: A=text blåbær|B=text ø"},
		"mark and quote":         {"\xef\xbb\xbf\"a;b\";c\n", "1: A=text a;b|B=text c"},
		"Windows-1252":           {"bl\xe5b\xe6r;\xf8\x80\x96\n", "1: A=text blåbær|B=text ø€–"},
		"UTF-16 little":          {string(encodeUTF16("\uFEFFblåbær;😀\r\n", false)), "1: A=text blåbær|B=text 😀"},
		"UTF-16 big":             {string(encodeUTF16("\uFEFFblåbær;😀\r\n", true)), "1: A=text blåbær|B=text 😀"},
		"disarmed formulas":      {"a;b;c;d;e\n'=1+1;'-5;''x;'Ola';'\n", "1: A=text a|B=text b|C=text c|D=text d|E=text e\n2: A=text =1+1|B=text -5|C=text 'x|D=text 'Ola'|E=text '"},
		"a stray control or two": {"a;b\x0b\n" + strings.Repeat("x;y\n", 200), ""},
		"only a mark":            {"\xef\xbb\xbf", "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := openBytes(t, []byte(test.data), "liste.csv", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, book)
			if test.want == "" {
				return
			}
			if want := strings.TrimSuffix("[liste.csv]\n"+test.want+"\n", "\n\n"); strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestTextRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		data, says string
		code       apperr.Code
		limits     Limits
	}{
		"quote not ended":      {"a;b\n1;\"x\ny\n", "line 2", apperr.Unreadable, Limits{}},
		"NUL":                  {"a;b\n1;\x00\n", "not a text", apperr.Unreadable, Limits{}},
		"UTF-16 without mark":  {string(encodeUTF16("a;b\n", false)), "not a text", apperr.Unreadable, Limits{}},
		"NUL in UTF-16":        {string(encodeUTF16("\uFEFFa;\x00\n", false)), "not a text", apperr.Unreadable, Limits{}},
		"half a UTF-16":        {string(encodeUTF16("\uFEFFa;b", false)) + "x", "UTF-16", apperr.Unreadable, Limits{}},
		"controls":             {"a\x01\x02\x03;b\n", "not a text", apperr.Unreadable, Limits{}},
		"damaged UTF-8":        {"blåbær;ørn;\xff\n", "UTF-8", apperr.Unreadable, Limits{}},
		"damaged after a mark": {"\xef\xbb\xbfa;\xe5\n", "UTF-8", apperr.Unreadable, Limits{}},
		"too many rows":        {"1\n2\n\n3\n", "2 rows", apperr.TooLarge, Limits{Rows: 2}},
		"too many columns":     {"a;b;c;;d\n", "column C", apperr.TooLarge, Limits{Columns: 3}},
		"too many cells":       {"a;b\nc;d\n", "3 values", apperr.TooLarge, Limits{Cells: 3}},
		"too long":             {"a;" + strings.Repeat("æ", 32_768) + "\n", "line 1", apperr.TooLarge, Limits{}},
		"too long in quotes":   {"a;\"" + strings.Repeat("x\n", 1_000_000), "quotation mark", apperr.TooLarge, Limits{}},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := openBytes(t, []byte(test.data), "liste.csv", test.limits)
			if err == nil {
				t.Fatalf("opened: %q", dump(t, book))
			}
			wantCode(t, err, test.code)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
		})
	}
	t.Run("blank columns are free", func(t *testing.T) {
		book, err := openBytes(t, []byte("a;b;;;;;;;\n"), "liste.csv", Limits{Columns: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := dump(t, book), "[liste.csv]\n1: A=text a|B=text b\n"; got != want {
			t.Errorf("got %q", got)
		}
	})
}

// Characters and line ends must come out whole wherever the buffers end.
func TestTextAcrossBuffers(t *testing.T) {
	for _, pad := range []int{bufferSize - 3, bufferSize - 2, bufferSize - 1, bufferSize, 3*bufferSize - 1} {
		lines := strings.Repeat("x", 20_000) + ";y\r\n"
		head := strings.Repeat(lines, pad/len(lines))
		head += strings.Repeat("z", pad-len(head))
		text := head + "ø\"\"\r\n\"å\"\"\r\n\";ø\r\n"
		for name, data := range map[string][]byte{
			"UTF-8":        []byte(text),
			"UTF-16":       encodeUTF16("\uFEFF"+text, false),
			"Windows-1252": []byte(strings.NewReplacer("ø", "\xf8", "å", "\xe5").Replace(text)),
		} {
			t.Run(fmt.Sprintf("%s %d", name, pad), func(t *testing.T) {
				book, err := openBytes(t, data, "a.csv", Limits{})
				if err != nil {
					t.Fatal(err)
				}
				got := dump(t, book)
				if !strings.HasSuffix(got, "ø\"\"\n"+fmt.Sprint(pad/len(lines)+2)+": A=text å\"\r\n|B=text ø\n") {
					t.Errorf("got an end of %q", got[len(got)-40:])
				}
			})
		}
	}
}

func TestWindows1252(t *testing.T) {
	for b, want := range map[byte]rune{0x80: '€', 0x81: 0x81, 0x85: '…', 0x8E: 'Ž', 0x91: '‘', 0x96: '–', 0x9F: 'Ÿ', 0xA0: 0xA0, 0xC6: 'Æ', 0xE5: 'å', 0xFF: 'ÿ'} {
		if got := windows1252[b-0x80]; got != want {
			t.Errorf("byte %#x is %q, want %q", b, got, want)
		}
	}
}

// FuzzText looks for texts that confuse the reader: it must come to an end, what
// it accepts can be read again, all of it is valid UTF-8, and rows ascend.
func FuzzText(f *testing.F) {
	f.Add([]byte("a;b\r\n\"1\n2\";'=x\r\n"))
	f.Add([]byte("sep=,\na,b\n"))
	f.Add([]byte("\xef\xbb\xbfæ\tø\n"))
	f.Add([]byte("\xff\xfea\x00;\x00"))
	f.Add([]byte("Tittel, med komma\n\nA;B\n1,5;\xe5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := open(t.Context(), bytes.NewReader(data), int64(len(data)), "a.csv", Limits{})
		if err != nil {
			if code := apperr.CodeOf(err); code != apperr.Unreadable && code != apperr.TooLarge {
				t.Errorf("got the code %s for %v", code, err)
			}
			return
		}
		if got := dump(t, book); !utf8.ValidString(got) || got != dump(t, book) {
			t.Errorf("got %q", got)
		}
		last := 0
		for row, err := range book.Rows(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Number <= last || len(row.Cells) == 0 || row.Cells[len(row.Cells)-1].Kind == Blank {
				t.Errorf("row %d after %d ends in a blank", row.Number, last)
			}
			last = row.Number
		}
	})
}

// FuzzSniff writes tables of any words with each separator: the sniffer must find
// which, decimal commas in a column and a comma in the title notwithstanding.
func FuzzSniff(f *testing.F) {
	f.Add("Adresse", "Leie", "Storgata 1", "Selfors")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		for _, s := range []*string{&a, &b, &c, &d} {
			*s = "x" + strings.Map(func(r rune) rune {
				if r < ' ' || strings.ContainsRune(";,\"", r) {
					return -1
				}
				return r
			}, *s)
		}
		for _, comma := range []string{";", "\t", ","} {
			price := "8500,50"
			if comma == "," {
				price = "8500"
			}
			data := "Liste, november\n\n" + strings.Join([]string{a, b, "Leie"}, comma) + strings.Repeat("\n"+strings.Join([]string{c, d, price}, comma), 3)
			if got := sniff([]byte(data), "a.csv"); string(got) != comma {
				t.Errorf("in %q got %q, want %q", data, got, comma)
			}
		}
	})
}
