package importers

import (
	"math"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

func readWhole(c sheet.Cell, text string) reading {
	if c.Kind == sheet.Number {
		if c.Number != math.Trunc(c.Number) || c.Number < 0 || c.Number > 1e6 {
			return reading{code: codeUnreadable}
		}
		return reading{value: known(Value{Int: int(c.Number)})}
	}
	if c.Kind != sheet.Text {
		return reading{code: codeUnreadable}
	}
	number := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(text, ",0"), ".0"))
	if head, tail, ok := cutNumber(number); ok && countUnits[spelling.Fold(tail)] {
		number = head
	}
	if n, ok := numberWords[spelling.Fold(number)]; ok {
		return reading{value: known(Value{Int: n})}
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > 1e6 {
		return reading{code: codeUnreadable}
	}
	return reading{value: known(Value{Int: n})}
}

// readModules reads how many modules are done: "5/8", "5 av 8" or 5. A
// spreadsheet may have taken "5/8" for the 5th of August.
func readModules(c sheet.Cell, text string) reading {
	if c.Kind == sheet.Date {
		_, _, day := c.Date.YMD()
		return reading{value: known(Value{Int: day})}
	}
	for _, of := range []string{"/", " av ", " of "} {
		done, all, found := strings.Cut(strings.ToLower(text), of)
		if !found {
			continue
		}
		asText := sheet.Cell{Kind: sheet.Text}
		if readWhole(asText, strings.TrimSpace(all)).code != "" {
			return reading{code: codeUnreadable}
		}
		return readWhole(asText, strings.TrimSpace(done))
	}
	return readWhole(c, text)
}

var (
	countUnits  = wordSet("soverom|sov|stk|personer|personar|person|pers|voksne|vaksne|voksen|vaksen|barn|born|bedrooms|bedroom|persons|people|adults|adult|children|child|rom|moduler|modular|modules|stk.|barn under 18|beds|bed")
	numberWords = map[string]int{
		"null": 0, "ingen": 0, "inga": 0, "none": 0, "zero": 0, "nei": 0,
		"en": 1, "ett": 1, "ein": 1, "ei": 1, "eitt": 1, "one": 1, "to": 2, "two": 2, "tre": 3, "three": 3,
		"fire": 4, "four": 4, "fem": 5, "five": 5, "seks": 6, "six": 6, "sju": 7, "syv": 7, "seven": 7,
		"atte": 8, "otte": 8, "eight": 8, "ni": 9, "nine": 9, "ti": 10, "ten": 10,
	}
)

// cutNumber splits "2 soverom" into "2" and "soverom".
func cutNumber(s string) (head, tail string, ok bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], strings.TrimSpace(s[i:]), i > 0 && i < len(s)
}
