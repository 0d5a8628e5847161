package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

var errUTF16 = errors.New("it is not valid UTF-16")

// utf16Reader turns UTF-16 with a byte order mark into UTF-8 without one.
// Unpaired surrogates and an odd byte at the end are errors.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder // nil until the byte order mark is read
	out   [utf8.UTFMax]byte
	rest  []byte // of out, not yet delivered
}

func newUTF16Reader(r io.Reader) *utf16Reader {
	return &utf16Reader{r: bufio.NewReaderSize(r, bufferSize)}
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	for n < len(p) {
		r, err := u.readRune()
		if err != nil {
			if n > 0 && err == io.EOF {
				err = nil
			}
			return n, err
		}
		if len(p)-n >= utf8.UTFMax {
			n += utf8.EncodeRune(p[n:], r)
			continue
		}
		u.rest = u.out[:utf8.EncodeRune(u.out[:], r)]
		k := copy(p[n:], u.rest)
		u.rest = u.rest[k:]
		n += k
	}
	return n, nil
}

func (u *utf16Reader) readRune() (rune, error) {
	if u.order == nil {
		b, err := u.unit(binary.BigEndian)
		switch {
		case err != nil:
			return 0, err
		case b == 0xFEFF:
			u.order = binary.BigEndian
		case b == 0xFFFE:
			u.order = binary.LittleEndian
		default:
			return 0, errUTF16
		}
	}
	a, err := u.unit(u.order)
	if err != nil || !utf16.IsSurrogate(a) {
		return a, err
	}
	b, err := u.unit(u.order)
	if err != nil {
		return 0, errUTF16
	}
	r := utf16.DecodeRune(a, b)
	if r == utf8.RuneError {
		return 0, errUTF16
	}
	return r, nil
}

// unit reads one code unit.
func (u *utf16Reader) unit(order binary.ByteOrder) (rune, error) {
	hi, err := u.r.ReadByte()
	if err != nil {
		return 0, err
	}
	lo, err := u.r.ReadByte()
	if err != nil {
		if err == io.EOF {
			err = errUTF16
		}
		return 0, err
	}
	return rune(order.Uint16([]byte{hi, lo})), nil
}
