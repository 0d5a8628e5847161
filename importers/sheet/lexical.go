package sheet

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// quoted puts a name into quotation marks, shortened where it is very long.
func quoted(name string) string {
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60]) + "…"
	}
	return strconv.Quote(name)
}

// blank reports whether b is white space alone.
func blank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// digits reads a whole number of at most nine digits without a sign.
func digits(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// reference1 reads a cell's place, as in B12.
func reference1(b []byte) (col, row int, ok bool) {
	i := 0
	for i < len(b) && i < 3 && 'A' <= b[i]&^0x20 && b[i]&^0x20 <= 'Z' {
		col = col*26 + int(b[i]&^0x20-'A') + 1
		i++
	}
	if i == 0 || i == len(b) || b[i] == '0' || col > maxColumns {
		return 0, 0, false
	}
	row, ok = digits(b[i:])
	return col - 1, row, ok && row <= maxRows
}

// area reads a rectangle of cells, as in A1:C2.
func area(b []byte) (m Merge, ok bool) {
	first, last, found := bytes.Cut(b, []byte(":"))
	if !found {
		last = first
	}
	var ok1, ok2 bool
	m.FirstColumn, m.FirstRow, ok1 = reference1(first)
	m.LastColumn, m.LastRow, ok2 = reference1(last)
	return m, ok1 && ok2 && m.FirstColumn <= m.LastColumn && m.FirstRow <= m.LastRow
}

var powersOf10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// number reads a decimal number in XML's form: digits with an optional sign,
// dot and exponent.
func number(b []byte) (float64, bool) {
	// Up to fifteen digits are exact in a float64, and so are the powers of ten
	// that divide them: one division rounds correctly.
	var mantissa int64
	i, n, point := 0, 0, -1
	if len(b) > 0 && b[0] == '-' {
		i = 1
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = n
			continue
		}
		if c < '0' || c > '9' || n == 15 {
			return slowNumber(b)
		}
		mantissa = mantissa*10 + int64(c-'0')
		n++
	}
	if n == 0 {
		return 0, false
	}
	f := float64(mantissa)
	if point >= 0 {
		f /= powersOf10[n-point]
	}
	if b[0] == '-' {
		f = -f
	}
	return f, true
}

func slowNumber(b []byte) (float64, bool) {
	if len(b) > 400 || strings.Trim(string(b), "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
