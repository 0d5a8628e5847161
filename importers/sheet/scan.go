package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"io"
)

// A scanner reads XML 1.0 (fifth edition) with namespaces, as far as workbooks
// use it, and is strict about it: tags match, there is one root with nothing
// after it, attributes are quoted and unique, prefixes are declared, characters
// are XML's own and valid UTF-8. Document types are refused, and so are names
// with characters beyond ASCII, which no workbook part has.
//
// It allocates nothing per token: names, attributes and texts are slices that
// are valid until the next call of next. encoding/xml would take longer over
// this than all the rest of an import.
type scanner struct {
	r        io.Reader
	buf      []byte // buf[pos:end] is read but not yet scanned
	pos, end int
	eof      bool
	started  bool // the declaration's place is past
	wide     bool // the bytes were UTF-16 before r turned them into UTF-8

	// The token that next returned.
	local []byte // name of a start or end tag, without its prefix
	space space  // its namespace
	attrs []attr
	text  []byte

	scratch  []byte // decoded texts and values of the current token
	names    []byte // raw names of the open elements, one after another
	open     []element
	bound    []binding
	rootDone bool
	selfEnd  bool // the current start tag was also its end
}

type token uint8

const (
	tokenStart token = iota // local, space, attrs
	tokenEnd                // local, space
	tokenText               // text; one run may come in several pieces
	tokenEOF
)

type attr struct {
	space  space // none where the name has no prefix
	prefix []byte
	local  []byte
	value  []byte
}

type element struct {
	name  int // where its raw name begins in names
	local int // where its local name begins in names
	space space
	own   space // the namespace of names without a prefix in it
	bound int   // how many bindings there were before it
}

type binding struct {
	prefix string
	space  space
}

// space is a namespace that readers ask for, by the standard's transitional and
// strict names alike.
type space uint8

const (
	spaceNone space = iota
	spaceOther
	spaceXML
	spaceXMLNS
	spaceMain          // SpreadsheetML
	spaceRel           // attributes that refer to a relationship
	spaceRelationships // parts that list relationships
	spaceTypes         // the list of content types
)

func spaceOf(uri []byte) space {
	switch string(uri) {
	case "":
		return spaceNone
	case "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
		"http://purl.oclc.org/ooxml/spreadsheetml/main":
		return spaceMain
	case "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
		"http://purl.oclc.org/ooxml/officeDocument/relationships":
		return spaceRel
	case "http://schemas.openxmlformats.org/package/2006/relationships":
		return spaceRelationships
	case "http://schemas.openxmlformats.org/package/2006/content-types":
		return spaceTypes
	case "http://www.w3.org/XML/1998/namespace":
		return spaceXML
	}
	return spaceOther
}

const (
	bufferSize = 64 << 10
	maxMarkup  = 1 << 20 // longest tag, comment or CDATA section
	maxDepth   = 200
	maxAttrs   = 200
)

// syntaxError says what is wrong with XML. It never quotes the text.
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

var errNeedMore = errors.New("sheet: more bytes are needed")

// reset makes s ready for another document.
func (s *scanner) reset(r io.Reader) {
	if s.buf == nil {
		s.buf = make([]byte, bufferSize)
	}
	*s = scanner{r: r, buf: s.buf, attrs: s.attrs[:0], scratch: s.scratch[:0], names: s.names[:0], open: s.open[:0], bound: s.bound[:0]}
}

// fill reads until the buffer is full or the document ends, and reports whether
// there is more than before. What is unread keeps its place at s.pos.
func (s *scanner) fill() (bool, error) {
	if s.eof {
		return false, nil
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxMarkup {
			return false, syntaxError("a tag or comment is over a million characters long")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	before := s.end
	for s.end < len(s.buf) {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
			break
		}
		if err != nil {
			return false, err
		}
	}
	return s.end > before, nil
}

// next reads the next token.
func (s *scanner) next() (token, error) {
	if s.selfEnd {
		s.selfEnd = false
		return s.endElement(), nil
	}
	s.scratch = s.scratch[:0]
	for {
		if !s.started {
			if err := s.start(); err != nil {
				return 0, err
			}
		}
		if s.pos == s.end {
			more, err := s.fill()
			if err != nil {
				return 0, err
			}
			if !more {
				return tokenEOF, s.finish()
			}
		}
		if s.buf[s.pos] != '<' {
			tok, skip, err := s.run()
			if err != nil || !skip {
				return tok, err
			}
			continue
		}
		tok, skip, err := s.markup()
		if err == errNeedMore {
			more, ferr := s.fill()
			if ferr != nil {
				return 0, ferr
			}
			if !more {
				return 0, syntaxError("it ends in the middle of a tag")
			}
			continue
		}
		if err != nil || !skip {
			return tok, err
		}
	}
}

// start looks at the first bytes of the document.
func (s *scanner) start() error {
	if _, err := s.fill(); err != nil {
		return err
	}
	s.started = true
	b := s.buf[:s.end]
	if bytes.HasPrefix(b, []byte("\xfe\xff")) || bytes.HasPrefix(b, []byte("\xff\xfe")) {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(b)), s.r)
		if s.eof {
			rest = bytes.NewReader(bytes.Clone(b))
		}
		s.r, s.pos, s.end, s.eof, s.wide = newUTF16Reader(rest), 0, 0, false, true
		if _, err := s.fill(); err != nil {
			return err
		}
		b = s.buf[:s.end]
	}
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) && !s.wide {
		s.pos = 3
	}
	if bytes.HasPrefix(s.buf[s.pos:s.end], []byte("<?xml")) && s.end > s.pos+5 && isSpace(s.buf[s.pos+5]) {
		for !bytes.Contains(s.buf[s.pos:s.end], []byte("?>")) {
			if more, err := s.fill(); err != nil || !more {
				return cmp.Or(err, error(syntaxError("its XML declaration is not closed")))
			}
		}
		return s.declaration()
	}
	return nil
}

func (s *scanner) finish() error {
	switch {
	case len(s.open) > 0:
		return syntaxError("it ends before its last tag is closed")
	case !s.rootDone:
		return syntaxError("it is empty")
	}
	return nil
}

// run reads text up to the next tag, or a piece of it where it is long.
func (s *scanner) run() (tok token, skip bool, err error) {
	var n int
	from := 0
	for {
		n = bytes.IndexByte(s.buf[s.pos+from:s.end], '<')
		if n >= 0 {
			n += from
			break
		}
		if n = s.end - s.pos; s.eof {
			break
		}
		if n >= len(s.buf)/2 && n >= 2*longestRef {
			n = safeCut(s.buf[s.pos:s.end])
			break
		}
		from = n
		if _, err := s.fill(); err != nil {
			return 0, false, err
		}
	}
	raw := s.buf[s.pos : s.pos+n]
	s.pos += n
	if len(s.open) == 0 {
		for _, c := range raw {
			if !isSpace(c) {
				return 0, false, syntaxError("there is text outside the outermost tag")
			}
		}
		return 0, true, nil
	}
	s.text, err = s.decodeText(raw)
	return tokenText, false, err
}

// longestRef is more bytes than a character reference has, leading zeros apart.
const longestRef = 16

// safeCut returns where text may be cut: not within a character, a reference,
// a line end or what could be the end of a CDATA section. There is more of b
// than all of these together.
func safeCut(b []byte) int {
	n := len(b)
	if i := bytes.LastIndexByte(b[n-longestRef:], '&'); i >= 0 {
		n += i - longestRef
	}
	for i := 0; i < 4 && n > 0 && b[n-1] >= 0x80; i++ {
		n--
		if b[n] >= 0xC0 {
			break
		}
	}
	for i := 0; i < 2 && b[n-1] == ']'; i++ {
		n--
	}
	if b[n-1] == '\r' {
		n--
	}
	return n
}

// markup reads what begins with <.
func (s *scanner) markup() (tok token, skip bool, err error) {
	b := s.buf[s.pos:s.end]
	if len(b) < 2 {
		return 0, false, errNeedMore
	}
	switch b[1] {
	case '/':
		tok, err = s.endTag(b)
		return tok, false, err
	case '?':
		return 0, true, s.instruction(b)
	case '!':
		return s.section(b)
	}
	if err := s.startTag(b); err != nil {
		return 0, false, err
	}
	return tokenStart, false, nil
}

func (s *scanner) endTag(b []byte) (token, error) {
	if len(s.open) == 0 {
		return 0, syntaxError("a tag is closed that was never opened")
	}
	e := &s.open[len(s.open)-1]
	name := s.names[e.name:]
	i := 2 + len(name)
	if len(b) <= i {
		if len(b) < i && !bytes.HasPrefix(name, b[2:]) {
			return 0, syntaxError("tags do not match")
		}
		return 0, errNeedMore
	}
	if string(b[2:i]) != string(name) {
		return 0, syntaxError("tags do not match")
	}
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return 0, errNeedMore
	}
	if b[i] != '>' {
		return 0, syntaxError("tags do not match")
	}
	s.pos += i + 1
	return s.endElement(), nil
}

// endElement closes the innermost element.
func (s *scanner) endElement() token {
	e := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.local, s.space = s.names[e.local:], e.space
	s.names = s.names[:e.name]
	s.bound = s.bound[:e.bound]
	s.rootDone = s.rootDone || len(s.open) == 0
	return tokenEnd
}

// skip reads to the end of the element whose start tag was just read. Rows of a
// sheet must not be within, lest they be passed over.
func (s *scanner) skip() error {
	for depth := len(s.open); len(s.open) >= depth; {
		tok, err := s.next()
		if err != nil {
			return err
		}
		if tok == tokenStart && s.space == spaceMain && (string(s.local) == "row" || string(s.local) == "sheetData") {
			return damaged("", "a row is out of its place")
		}
	}
	return nil
}

// tail reads what may follow the root, and the end of the document.
func (s *scanner) tail() error {
	tok, err := s.next()
	if err == nil && tok != tokenEOF {
		err = syntaxError("something follows the outermost tag")
	}
	return err
}

// attr returns the value of the attribute with a name and no prefix.
func (s *scanner) attr(name string) (value []byte, ok bool) {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.space == spaceNone && string(a.local) == name {
			return a.value, true
		}
	}
	return nil, false
}
