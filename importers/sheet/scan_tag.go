package sheet

import (
	"bytes"
)

const (
	classSpace = 1 << iota
	classNameStart
	className
	classPlain // stands for itself in text and attribute values
)

// class sorts the bytes of XML.
var class = func() (t [256]uint8) {
	for _, c := range " \t\r\n" {
		t[c] |= classSpace
	}
	for c := range 256 {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80 || c == '_' || c == ':'
		digit := '0' <= c && c <= '9' || c == '-' || c == '.'
		if letter {
			t[c] |= classNameStart
		}
		if letter || digit {
			t[c] |= className
		}
		if c >= ' ' && c < 0x80 && c != '<' && c != '&' && c != '>' && c != '"' && c != '\'' {
			t[c] |= classPlain
		}
	}
	return t
}()

func isSpace(c byte) bool { return class[c]&classSpace != 0 }

// name returns the length of the name that b begins with.
func name(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errNeedMore
	}
	if class[b[0]]&classNameStart == 0 {
		return 0, syntaxError("a tag or attribute has no proper name")
	}
	n := 1
	for n < len(b) && class[b[n]]&className != 0 {
		n++
	}
	if n == len(b) {
		return 0, errNeedMore
	}
	return n, nil
}

// colon returns where the local part of a name begins: 0 without a prefix.
func colon(name []byte) (int, error) {
	i := bytes.IndexByte(name, ':')
	if i < 0 {
		return 0, nil
	}
	if i == 0 || i == len(name)-1 || bytes.IndexByte(name[i+1:], ':') >= 0 || class[name[i+1]]&classNameStart == 0 {
		return 0, syntaxError("a name has a misplaced colon")
	}
	return i + 1, nil
}

// startTag reads a start tag, from its < on.
func (s *scanner) startTag(b []byte) error {
	if s.rootDone {
		return syntaxError("something follows the outermost tag")
	}
	if len(s.open) >= maxDepth {
		return syntaxError("tags are nested too deeply")
	}
	n, err := name(b[1:])
	if err != nil {
		return err
	}
	raw := b[1 : 1+n]
	s.attrs = s.attrs[:0]
	i, selfEnd, declares, err := s.attributes(b, 1+n)
	if err != nil {
		return err
	}
	local := 0
	for _, c := range raw {
		if c == ':' {
			if local, err = colon(raw); err != nil {
				return err
			}
			break
		}
	}
	e := element{name: len(s.names), local: len(s.names) + local, bound: len(s.bound)}
	if len(s.open) > 0 {
		e.own = s.open[len(s.open)-1].own
	}
	if declares {
		if err := s.declare(&e); err != nil {
			return err
		}
	}
	if e.space = e.own; local > 0 {
		if e.space, err = s.resolve(raw[:local-1]); err != nil {
			return err
		}
	}
	for k := range s.attrs {
		a := &s.attrs[k]
		if len(a.prefix) > 0 && a.space != spaceXMLNS {
			if a.space, err = s.resolve(a.prefix); err != nil {
				return err
			}
		}
	}
	s.names = append(s.names, raw...)
	s.open = append(s.open, e)
	s.local, s.space = raw[local:], e.space
	s.selfEnd = selfEnd
	s.pos += i
	return nil
}

// attributes reads the attributes of a start tag from b[i] to its end. It
// returns where the tag ends and whether it declares namespaces.
func (s *scanner) attributes(b []byte, i int) (end int, selfEnd, declares bool, err error) {
	for {
		gap := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, false, false, errNeedMore
		}
		switch b[i] {
		case '>':
			return i + 1, false, declares, nil
		case '/':
			if i+1 == len(b) {
				return 0, false, false, errNeedMore
			}
			if b[i+1] != '>' {
				return 0, false, false, syntaxError("a tag is not closed")
			}
			return i + 2, true, declares, nil
		}
		if gap == i {
			return 0, false, false, syntaxError("there is no space before an attribute")
		}
		var a attr
		if a, i, err = s.attribute(b, i); err != nil {
			return 0, false, false, err
		}
		for k := range s.attrs {
			if o := &s.attrs[k]; bytes.Equal(o.local, a.local) && bytes.Equal(o.prefix, a.prefix) {
				return 0, false, false, syntaxError("an attribute is given twice")
			}
		}
		if len(s.attrs) == maxAttrs {
			return 0, false, false, syntaxError("a tag has too many attributes")
		}
		if string(a.prefix) == "xmlns" || len(a.prefix) == 0 && string(a.local) == "xmlns" {
			a.space, declares = spaceXMLNS, true
		}
		s.attrs = append(s.attrs, a)
	}
}

// attribute reads one attribute from b[i] on and returns where it ends.
func (s *scanner) attribute(b []byte, i int) (a attr, end int, err error) {
	n, err := name(b[i:])
	if err != nil {
		return a, 0, err
	}
	a.local = b[i : i+n]
	if bytes.IndexByte(a.local, ':') >= 0 {
		local, err := colon(a.local)
		if err != nil {
			return a, 0, err
		}
		a.prefix, a.local = a.local[:local-1], a.local[local:]
	}
	i += n
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return a, 0, errNeedMore
	}
	if b[i] != '=' {
		return a, 0, syntaxError("an attribute has no value")
	}
	i++
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return a, 0, errNeedMore
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return a, 0, syntaxError("an attribute's value is not quoted")
	}
	i++
	from := i
	for i < len(b) && class[b[i]]&classPlain != 0 {
		i++
	}
	if i < len(b) && b[i] == quote { // nothing to decode, as nearly always
		a.value = b[from:i]
		return a, i + 1, nil
	}
	n = bytes.IndexByte(b[i:], quote)
	if n < 0 {
		return a, 0, errNeedMore
	}
	a.value, err = s.decodeValue(b[from : i+n])
	return a, i + n + 1, err
}

// declare binds what the current start tag declares.
func (s *scanner) declare(e *element) error {
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.space != spaceXMLNS {
			continue
		}
		uri := spaceOf(a.value)
		if len(a.prefix) == 0 { // xmlns="..."
			if uri == spaceXML {
				return syntaxError("a namespace is misused")
			}
			e.own = uri
			continue
		}
		isXML := string(a.local) == "xml"
		if uri == spaceNone || string(a.local) == "xmlns" || isXML != (uri == spaceXML) {
			return syntaxError("a namespace is misused")
		}
		s.bound = append(s.bound, binding{string(a.local), uri})
	}
	return nil
}

// resolve returns the namespace of a prefix.
func (s *scanner) resolve(prefix []byte) (space, error) {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if s.bound[i].prefix == string(prefix) {
			return s.bound[i].space, nil
		}
	}
	if string(prefix) == "xml" {
		return spaceXML, nil
	}
	return 0, syntaxError("a prefix is not declared")
}
