package sheet

import (
	"bytes"
	"math"
	"path/filepath"
	"strings"
)

const (
	sniffBytes   = 64 << 10
	sniffRecords = 300
)

// separatorLine reads the line sep=; with which Excel lets a file name its own
// separator.
func separatorLine(sample []byte) (comma byte, ok bool) {
	line, _, _ := bytes.Cut(sample, []byte("\n"))
	s := strings.Trim(strings.TrimSuffix(string(line), "\r"), `"`)
	if len(s) != 5 || !strings.EqualFold(s[:4], "sep=") {
		return 0, false
	}
	c := s[4]
	isWord := c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
	return c, !isWord && c != '"' && c != ' '
}

// sniff finds the separator of a text from how it begins: the one that splits
// the most records into equally many fields. Commas stand in texts and numbers
// too, where semicolons and tabs hardly do, so a comma counts half. Text without
// any separator is one column.
func sniff(sample []byte, name string) byte {
	candidates := []byte{';', '\t', ','}
	if strings.EqualFold(filepath.Ext(name), ".tsv") {
		candidates = []byte{'\t', ';', ','}
	}
	best, bestScore := candidates[0], 0.0
	for _, comma := range candidates {
		score := splitScore(sample, comma)
		if comma == ',' {
			score /= 2
		}
		if score > bestScore {
			best, bestScore = comma, score
		}
	}
	return best
}

// splitScore is the share of records with the commonest number of fields, times
// the logarithm of that number.
func splitScore(sample []byte, comma byte) float64 {
	p := newRecordParser(bytes.NewReader(sample), comma, DefaultLimits)
	tally := map[int]int{}
	records := 0
	for records < sniffRecords {
		if _, err := p.next(); err != nil { // the sample's end, or a field that does not end in it
			break
		}
		if len(p.rec) > 0 { // not a blank line
			records++
			tally[len(p.ends)]++
		}
	}
	best := 0.0
	for fields, n := range tally {
		best = max(best, float64(n)/float64(records)*math.Log2(float64(fields)))
	}
	return best
}
