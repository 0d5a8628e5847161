package sheet

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"unicode/utf8"
)

// encoding is how a text file writes its characters.
type encoding uint8

const (
	encUTF8    encoding = iota
	encUTF8BOM          // with a byte order mark
	encUTF16            // with a byte order mark, which tells the order
	encWindows1252
)

// detectEncoding reads a file to its end. Text that is valid UTF-8 is UTF-8;
// other text is Windows-1252, the code page of Norwegian Windows, unless so
// much of it is UTF-8 that it must be damaged UTF-8.
func detectEncoding(ctx context.Context, r io.Reader) (encoding, error) {
	var tally byteTally
	buf := make([]byte, bufferSize)
	kept := 0 // bytes at the start of buf that began a character
	enc := encUTF8
	for first, atEnd := true, false; !atEnd; first = false {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := io.ReadFull(r, buf[kept:])
		atEnd = err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !atEnd {
			return 0, placed("", err)
		}
		b := buf[:kept+n]
		switch {
		case first && (bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))):
			return encUTF16, nil
		case first && bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
			enc = encUTF8BOM
		}
		kept = copy(buf, b[tally.add(b, atEnd):])
	}
	switch {
	case tally.nul || tally.controls > 2 && tally.controls > tally.bytes/200:
		return 0, notText("it is not a text file")
	case tally.broken == 0:
		return enc, nil
	case enc == encUTF8BOM || tally.letters > tally.broken:
		return 0, damaged("", "some of its letters are damaged: it is UTF-8 text with bytes that are not")
	}
	return encWindows1252, nil
}

// byteTally counts what tells encodings apart.
type byteTally struct {
	bytes    int
	nul      bool
	letters  int // characters of UTF-8 beyond ASCII
	broken   int // bytes that are no UTF-8
	controls int // control characters, in Windows-1252 too, other than tab and line ends
}

// add counts b and returns how much of it: all but a character at its end that
// may go on, unless it is the end of the text.
func (t *byteTally) add(b []byte, atEnd bool) int {
	i := 0
	for i < len(b) {
		c := b[i]
		if c < 0x80 {
			t.nul = t.nul || c == 0
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				t.controls++
			}
			i++
			continue
		}
		if !atEnd && !utf8.FullRune(b[i:]) {
			break
		}
		_, size := utf8.DecodeRune(b[i:])
		if i += size; size > 1 {
			t.letters++
			continue
		}
		t.broken++
		if c < 0xA0 && windows1252[c-0x80] == rune(c) {
			t.controls++
		}
	}
	t.bytes += i
	return i
}

// reader returns r's text as UTF-8 without a byte order mark.
func (e encoding) reader(r io.Reader) io.Reader {
	switch e {
	case encUTF16:
		return &plainText{newUTF16Reader(r)}
	case encWindows1252:
		return bufio.NewReader(&windows1252Reader{r: r}) // which never asks for less than a character
	case encUTF8BOM:
		var bom [3]byte
		if _, err := io.ReadFull(r, bom[:]); err != nil {
			return bytes.NewReader(nil)
		}
	}
	return r
}

// plainText refuses the NUL characters of what is no text.
type plainText struct{ r io.Reader }

func (p *plainText) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if bytes.IndexByte(b[:n], 0) >= 0 {
		return 0, notText("it is not a text file")
	}
	return n, err
}

// windows1252 has the characters of the bytes 0x80 to 0xFF (WHATWG Encoding,
// index windows-1252: the five bytes without a character stand for controls).
var windows1252 = func() (t [128]rune) {
	for i := range t {
		t[i] = rune(0x80 + i)
	}
	copy(t[:], []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"))
	return t
}()

// windows1252Reader turns Windows-1252 into UTF-8.
type windows1252Reader struct {
	r   io.Reader
	buf [4 << 10]byte
}

func (w *windows1252Reader) Read(p []byte) (int, error) {
	const widest = 3 // bytes of UTF-8 that one byte can become
	if len(p) < widest {
		return 0, io.ErrShortBuffer
	}
	k, err := w.r.Read(w.buf[:min(len(w.buf), len(p)/widest)])
	n := 0
	for _, c := range w.buf[:k] {
		if c < 0x80 {
			p[n] = c
			n++
		} else {
			n += utf8.EncodeRune(p[n:], windows1252[c-0x80])
		}
	}
	return n, err
}
