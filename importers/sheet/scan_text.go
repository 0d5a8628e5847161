package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// decodeText checks text and resolves its references and line ends. The result
// is raw itself where there is nothing to do.
func (s *scanner) decodeText(raw []byte) ([]byte, error) {
	i := 0
	for i < len(raw) && class[raw[i]]&classPlain != 0 {
		i++
	}
	if i == len(raw) {
		return raw, nil
	}
	change := false
	for i < len(raw) {
		c := raw[i]
		switch {
		case class[c]&classPlain != 0 || c == '\n' || c == '\t' || c == '"' || c == '\'':
			i++
		case c == '&' || c == '\r':
			change = true
			i++
		case c == '>':
			if i >= 2 && raw[i-1] == ']' && raw[i-2] == ']' {
				return nil, syntaxError("the end of a CDATA section stands alone")
			}
			i++
		default:
			n, err := char(raw[i:])
			if err != nil {
				return nil, err
			}
			i += n
		}
	}
	if !change {
		return raw, nil
	}
	return s.expand(raw, false)
}

// decodeValue checks an attribute's value and resolves its references; white
// space in it becomes spaces.
func (s *scanner) decodeValue(raw []byte) ([]byte, error) {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '<':
			return nil, syntaxError("an attribute's value contains a tag")
		case class[c]&classPlain != 0 || isSpace(c) || c == '&' || c == '>' || c == '"' || c == '\'':
			i++
		default:
			n, err := char(raw[i:])
			if err != nil {
				return nil, err
			}
			i += n
		}
	}
	return s.expand(raw, true)
}

// literal checks the text of a CDATA section, comment or instruction.
func (s *scanner) literal(raw []byte) ([]byte, error) {
	change := false
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c >= ' ' && c < 0x80 || c == '\n' || c == '\t':
			i++
		case c == '\r':
			change = true
			i++
		default:
			n, err := char(raw[i:])
			if err != nil {
				return nil, err
			}
			i += n
		}
	}
	if !change {
		return raw, nil
	}
	from := len(s.scratch)
	for i, c := range raw {
		if c != '\r' {
			s.scratch = append(s.scratch, c)
		} else if i+1 == len(raw) || raw[i+1] != '\n' {
			s.scratch = append(s.scratch, '\n')
		}
	}
	return s.scratch[from:], nil
}

// char returns the length of the character that b begins with, if it is one
// that XML allows.
func char(b []byte) (int, error) {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return 0, syntaxError("it is not valid UTF-8")
	}
	if !isChar(r) {
		return 0, syntaxError("it contains a control character")
	}
	return n, nil
}

// isChar is XML 1.0's production Char.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// expand resolves references in raw, which has been checked for characters, and
// normalises its line ends, or its white space where raw is a value.
func (s *scanner) expand(raw []byte, value bool) ([]byte, error) {
	from := len(s.scratch)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '&':
			r, n, err := reference(raw[i:])
			if err != nil {
				return nil, err
			}
			s.scratch = utf8.AppendRune(s.scratch, r)
			i += n - 1
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case value && isSpace(c):
			s.scratch = append(s.scratch, ' ')
		case c == '\r':
			s.scratch = append(s.scratch, '\n')
		default:
			s.scratch = append(s.scratch, c)
		}
	}
	return s.scratch[from:], nil
}

// reference reads the reference that b begins with.
func reference(b []byte) (r rune, n int, err error) {
	bad := syntaxError("a character reference is wrong")
	n = bytes.IndexByte(b[:min(len(b), longestRef)], ';')
	if n < 2 {
		return 0, 0, bad
	}
	ref := b[1:n]
	switch string(ref) {
	case "lt":
		return '<', n + 1, nil
	case "gt":
		return '>', n + 1, nil
	case "amp":
		return '&', n + 1, nil
	case "quot":
		return '"', n + 1, nil
	case "apos":
		return '\'', n + 1, nil
	}
	if ref[0] != '#' || len(ref) < 2 {
		return 0, 0, bad
	}
	base, digits := rune(10), ref[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return 0, 0, bad
	}
	for _, c := range digits {
		d := unhex(c)
		if d < 0 || d >= base {
			return 0, 0, bad
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, 0, bad
		}
	}
	if !isChar(r) {
		return 0, 0, bad
	}
	return r, n + 1, nil
}

// unhex returns the value of a hexadecimal digit, and -1 for anything else.
func unhex(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// section reads a comment or a CDATA section; anything else that begins with
// <! is a document type.
func (s *scanner) section(b []byte) (tok token, skip bool, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		n := bytes.Index(b[4:], []byte("--"))
		if n < 0 || 4+n+2 == len(b) {
			return 0, false, errNeedMore
		}
		if b[4+n+2] != '>' {
			return 0, false, syntaxError("a comment contains two hyphens")
		}
		_, err := s.literal(b[4 : 4+n])
		s.pos += 4 + n + 3
		return 0, true, err
	case bytes.HasPrefix(b, []byte(cdata)):
		if len(s.open) == 0 {
			return 0, false, syntaxError("there is text outside the outermost tag")
		}
		n := bytes.Index(b[len(cdata):], []byte("]]>"))
		if n < 0 {
			return 0, false, errNeedMore
		}
		s.text, err = s.literal(b[len(cdata) : len(cdata)+n])
		s.pos += len(cdata) + n + 3
		return tokenText, false, err
	case bytes.HasPrefix([]byte(comment), b), bytes.HasPrefix([]byte(cdata), b):
		return 0, false, errNeedMore
	}
	return 0, false, syntaxError("it has a document type, which workbooks must not have")
}

// instruction reads a processing instruction.
func (s *scanner) instruction(b []byte) error {
	end := bytes.Index(b, []byte("?>"))
	if end < 0 {
		return errNeedMore
	}
	if end < 2 {
		return syntaxError("an instruction has no name")
	}
	n, err := name(b[2 : end+1])
	if err != nil {
		return syntaxError("an instruction has no name")
	}
	if strings.EqualFold(string(b[2:2+n]), "xml") || bytes.IndexByte(b[2:2+n], ':') >= 0 {
		return syntaxError("an XML declaration is not at the beginning")
	}
	if 2+n < end && !isSpace(b[2+n]) {
		return syntaxError("an instruction has no proper name")
	}
	_, err = s.literal(b[2:end])
	s.pos += end + 2
	return err
}

// declaration reads the XML declaration at s.pos, all of which is in the buffer.
func (s *scanner) declaration() error {
	b := s.buf[s.pos:s.end]
	end := bytes.Index(b, []byte("?>"))
	b = append(bytes.Clone(b[5:end]), '>')
	n, selfEnd, _, err := s.attributes(b, 0)
	if err != nil || selfEnd || n != len(b) || len(s.attrs) == 0 {
		return syntaxError("its XML declaration is wrong")
	}
	for i, a := range s.attrs {
		switch v := string(a.value); string(a.local) {
		case "version":
			if i != 0 || v != "1.0" {
				return syntaxError("it is not XML 1.0")
			}
		case "encoding":
			if i != 1 || !(strings.EqualFold(v, "utf-8") && !s.wide || strings.EqualFold(v, "utf-16") && s.wide) {
				return syntaxError("its character encoding is not UTF-8 or UTF-16")
			}
		case "standalone":
			if i == 0 || v != "yes" && v != "no" {
				return syntaxError("its XML declaration is wrong")
			}
		default:
			return syntaxError("its XML declaration is wrong")
		}
	}
	if string(s.attrs[0].local) != "version" {
		return syntaxError("its XML declaration is wrong")
	}
	s.attrs = s.attrs[:0]
	s.pos += end + 2
	return nil
}
