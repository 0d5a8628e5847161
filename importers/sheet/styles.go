package sheet

import (
	"archive/zip"
	"context"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxStyles = 70_000 // Excel has 65,490

// readStyles finds out which cell styles show a date.
func (w *workbook) readStyles(ctx context.Context, f *zip.File, where string) error {
	w.styled = true
	dates := map[int]bool{} // formats of the workbook's own
	return w.document(ctx, f, where, spaceMain, "styleSheet", func(s *scanner) error {
		return s.children(spaceMain, func() error {
			switch string(s.local) {
			case "numFmts":
				return s.children(spaceMain, func() error {
					v, _ := s.attr("numFmtId")
					id, err := strconv.Atoi(string(v))
					if err != nil || len(dates) > maxStyles {
						return damaged("", "a number format is wrong")
					}
					code, _ := s.attr("formatCode")
					dates[id] = isDateFormat(string(code))
					return s.skip()
				})
			case "cellXfs":
				return s.children(spaceMain, func() error {
					if string(s.local) != "xf" {
						return s.skip()
					}
					id := 0
					if v, ok := s.attr("numFmtId"); ok {
						var err error
						if id, err = strconv.Atoi(string(v)); err != nil {
							return damaged("", "a number format is wrong")
						}
					}
					if len(w.styles) == maxStyles {
						return damaged("", "there are too many")
					}
					date, own := dates[id]
					w.styles = append(w.styles, own && date || !own && isBuiltinDate(id))
					return s.skip()
				})
			}
			return s.skip()
		})
	})
}

// isBuiltinDate reports whether a number format that every workbook has shows a
// day, month or year (ECMA-376 part 1, 18.8.30, East Asian ones included). The
// formats of a time alone, 18-21 and 45-47, do not.
func isBuiltinDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
}

// isDateFormat reports whether a number format's code shows a day, month or
// year (ECMA-376 part 1, 18.8.31). Only its first section counts, the one for
// positive numbers.
func isDateFormat(code string) bool {
	date := false
	monthOrMinute := false // an m without hours before it: minutes only if seconds follow
	var prev byte          // the last part of a date or time
	for len(code) > 0 && code[0] != ';' {
		part, n := formatPart(code)
		code = code[n:]
		switch part {
		case 0:
			continue
		case '0':
			if prev != 's' { // after seconds, digits are their fraction
				return false
			}
			continue
		case 'y', 'd':
			date = true
		case 's':
			monthOrMinute = monthOrMinute && prev != 'm'
		case 'm':
			monthOrMinute = monthOrMinute || prev != 'h'
		}
		prev = part
	}
	return date || monthOrMinute
}

// formatPart reads what a format code begins with. Part is y, m, d, h or s, 0
// for a place of a digit, and zero for what shows no part of a value. The m of
// elapsed minutes counts as an h, since it is never a month.
func formatPart(code string) (part byte, n int) {
	switch c := code[0]; c {
	case '"':
		if i := strings.IndexByte(code[1:], '"'); i >= 0 {
			return 0, i + 2
		}
		return 0, len(code)
	case '\\', '_', '*': // the next character stands for itself, its width, or is repeated
		_, n := utf8.DecodeRuneInString(code[1:])
		return 0, 1 + n
	case '[': // elapsed time, or a colour, condition or locale
		n := strings.IndexByte(code, ']') + 1
		if n == 0 {
			return 0, len(code)
		}
		switch unit := strings.ToLower(code[1 : n-1]); {
		case unit != "" && (strings.Trim(unit, "h") == "" || strings.Trim(unit, "m") == ""):
			return 'h', n
		case unit != "" && strings.Trim(unit, "s") == "":
			return 's', n
		}
		return 0, n
	case '0', '#', '?':
		return '0', 1
	case 'Y', 'y', 'M', 'm', 'D', 'd', 'H', 'h', 'S', 's':
		n := 1
		for n < len(code) && code[n]|0x20 == c|0x20 {
			n++
		}
		return c | 0x20, n
	case 'E', 'e':
		if len(code) > 1 && (code[1] == '+' || code[1] == '-') { // an exponent
			return '0', 2
		}
	}
	for _, word := range []string{"General", "AM/PM", "A/P"} {
		if len(code) >= len(word) && strings.EqualFold(code[:len(word)], word) {
			return 0, len(word)
		}
	}
	return 0, 1
}
