package reports

import (
	"strings"
	"unicode/utf8"
)

// definitions writes what every figure of the summary means, in plain words.
func (r *turnoverReport) definitions() {
	p := r.page(sheetPlan{name: r.sheet("definitions"), widths: meaningWidths, frozen: tableHeader, tab: faint})
	p.title(r.say("definitions.title"), r.say("definitions.under"))
	p.meaningHeader()
	p.meaningSection(r.say("definitions.basis"))
	for _, key := range []string{"period", "occupancy", "service", "unit_days", "faults", "publishing"} {
		p.meaning(r.say("basis."+key), r.say("define."+key))
	}
	for _, s := range r.sections() {
		p.meaningSection(r.say("section." + s.key))
		if s.key == "reasons" {
			p.meaning(r.say("basis.reasons"), r.say("define.reasons"))
			continue
		}
		for _, f := range s.figures {
			p.meaning(r.say("figure."+f.key), r.say("define."+f.key))
		}
	}
	p.meaningSection(r.say("definitions.sheets"))
	for _, key := range []string{"periods", "splits", "outcomes", "waiting", "supply", "restated"} {
		p.meaning(r.sheet(key), r.say("define."+key))
	}
	p.meaningSection(r.say("yearend.title"))
	for _, key := range []string{"owned_share", "newly", "exchanges", "renewals", "returns"} {
		p.meaning(r.say("yearend."+key), r.say("define.yearend_"+key))
	}
	p.end()
}

// meaningWidths are the columns of a sheet that says what words mean.
var meaningWidths = []float64{44, 112}

func (p *page) meaningHeader() {
	p.add(22, cell{value: p.b.say("column.figure"), look: headLook}, cell{value: p.b.say("column.definition"), look: headLook})
}

func (p *page) meaningSection(s string) {
	p.add(18, cell{value: s, look: sectionLook}, cell{look: sectionLook})
}

func (p *page) meaning(name, words string) {
	label, body := bodyLook, bodyLook
	label.bold, label.wrap, body.wrap = true, true, true
	height := 6 + 13*float64(max(lines(name, 40), lines(words, 118)))
	p.add(height, cell{value: name, look: label}, cell{value: words, look: body})
}

// lines returns how many lines the text takes at a width in characters of
// running text. Those are narrower in Arial than the digits that column widths
// are counted in.
func lines(s string, width int) int {
	n := 0
	for part := range strings.SplitSeq(s, "\n") {
		n += max(1, (utf8.RuneCountInString(part)+width-1)/width)
	}
	return n
}
