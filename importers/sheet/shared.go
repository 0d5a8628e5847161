package sheet

import (
	"archive/zip"
	"context"
	"hash/maphash"
	"unicode/utf16"
	"unicode/utf8"
)

// stringTable holds a workbook's shared strings: their bytes one after another
// in blocks, so that a million strings are not a million allocations. The texts
// handed out are parts of the blocks, which never change.
type stringTable struct {
	blocks []string // closed blocks
	open   []byte   // the block that is being filled
	refs   [][]stringRef
	count  int
	bytes  int64
}

// stringRef is where a string is: 24 bits of block, 16 of offset, 24 of length.
type stringRef uint64

const (
	stringBlock = 32 << 10
	refBlock    = 8 << 10
)

func (t *stringTable) at(i int) string {
	r := t.refs[i/refBlock][i%refBlock]
	off, n := r>>24&0xFFFF, r&0xFFFFFF
	return t.blocks[r>>40][off : off+n]
}

func (t *stringTable) add(text []byte) {
	if len(t.open) > 0 && len(t.open)+len(text) > stringBlock {
		t.close()
	}
	if t.count%refBlock == 0 {
		t.refs = append(t.refs, make([]stringRef, 0, refBlock))
	}
	last := &t.refs[len(t.refs)-1]
	*last = append(*last, stringRef(len(t.blocks))<<40|stringRef(len(t.open))<<24|stringRef(len(text)))
	t.open = append(t.open, text...)
	t.count++
	t.bytes += int64(len(text))
}

// close ends the block that is being filled.
func (t *stringTable) close() {
	t.blocks = append(t.blocks, string(t.open))
	t.open = t.open[:0]
}

// readStrings reads the part of shared strings.
func (w *workbook) readStrings(ctx context.Context, f *zip.File, where string) error {
	t := &w.strings
	var text []byte
	err := w.document(ctx, f, where, spaceMain, "sst", func(s *scanner) error {
		return s.children(spaceMain, func() error {
			if string(s.local) != "si" {
				return s.skip()
			}
			var err error
			if text, err = s.richText(text[:0], w.limits.CellRunes); err != nil {
				return err
			}
			if t.bytes+int64(len(text)) > w.limits.StringBytes {
				return tooLarge("", "together they take more than %d MB", w.limits.StringBytes>>20)
			}
			if t.count == w.limits.Cells {
				return tooLarge("", "there are more than %d", w.limits.Cells)
			}
			t.add(text)
			return nil
		})
	})
	t.close()
	t.open = nil
	return err
}

// richText reads the text of the current element (si or is), which is in t
// elements of its own or within runs; phonetic readings are left out. It reads
// on to the end tag and appends the text to dst.
func (s *scanner) richText(dst []byte, limit int) ([]byte, error) {
	depth := len(s.open)
	for {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		if tok == tokenEnd && len(s.open) < depth {
			break
		}
		if tok != tokenStart {
			continue
		}
		switch {
		case s.space == spaceMain && string(s.local) == "t":
			from := len(dst)
			if dst, err = s.content(dst, limit); err != nil {
				return dst, err
			}
			dst = append(dst[:from], unescape(dst[from:])...)
		case s.space == spaceMain && string(s.local) == "r":
		default:
			if err := s.skip(); err != nil {
				return dst, err
			}
		}
	}
	if err := checkRunes(dst, limit); err != nil {
		return dst, err
	}
	return dst, nil
}

// content appends the text of the current element and reads on to its end tag.
// Elements within it are not expected.
func (s *scanner) content(dst []byte, limit int) ([]byte, error) {
	for {
		tok, err := s.next()
		switch {
		case err != nil:
			return dst, err
		case tok == tokenEnd:
			return dst, nil
		case tok == tokenStart:
			return dst, damaged("", "there is a tag where a value should be")
		}
		if dst = append(dst, s.text...); len(dst) > 8*limit { // _xHHHH_ takes 7 bytes for a character
			return dst, checkRunes(dst, 0)
		}
	}
}

// checkRunes refuses text that is longer than limit characters.
func checkRunes(b []byte, limit int) error {
	if len(b) > limit && (limit == 0 || utf8.RuneCount(b) > limit) {
		return tooLarge("", "a cell has more text than a cell can hold (%d characters)", maxCellRunes)
	}
	return nil
}

// unescape resolves _xHHHH_, the form in which workbooks write characters that
// XML cannot hold (ECMA-376 part 1, 22.9.2.19), in place. Two of them make one
// character beyond U+FFFF; half a pair stands for itself.
func unescape(b []byte) []byte {
	n := 0
	for i := 0; i < len(b); {
		r, ok := escaped(b[i:])
		took := 7
		if ok && utf16.IsSurrogate(r) {
			low, _ := escaped(b[i+7:])
			r = utf16.DecodeRune(r, low)
			took, ok = 14, r != utf8.RuneError
		}
		if !ok {
			b[n] = b[i]
			n, i = n+1, i+1
			continue
		}
		n += utf8.EncodeRune(b[n:], r) // at most 4 bytes, in the place of 7 or 14
		i += took
	}
	return b[:n]
}

func escaped(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		d := unhex(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

// interner remembers short texts, because columns repeat theirs: Ja, Leilighet,
// Mo i Rana. It has a fixed size, so a file without repeats costs only the look.
type interner struct {
	seed  maphash.Seed
	texts []string
}

const (
	internSlots = 1 << 12
	internBytes = 48
)

func (t *interner) text(b []byte) string {
	if len(b) > internBytes {
		return string(b)
	}
	if t.texts == nil {
		t.seed, t.texts = maphash.MakeSeed(), make([]string, internSlots)
	}
	slot := &t.texts[maphash.Bytes(t.seed, b)%internSlots]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}
