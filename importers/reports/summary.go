package reports

import (
	"math"
	"strconv"
	"strings"
)

// summary writes the first sheet: a page for the director, with the figures to
// the left and the charts to the right.
func (r *turnoverReport) summary() {
	p := r.page(sheetPlan{
		name: r.sheet("summary"), onePage: true, tab: deep,
		widths: []float64{46, 13, 13, 13, 13, 13, 2.5, 12, 12, 12, 12, 12, 12},
	})
	p.title(r.heading(), r.subtitle())
	r.tiles(p)
	r.figureTable(p)
	r.verdictLine(p)
	r.charts(p)
	p.end()
}

func (r *turnoverReport) subtitle() string {
	line := r.tell("turnover.under", map[string]any{"Month": r.monthName(r.in.Month)})
	if !r.in.Made.IsZero() {
		line += " · " + r.tell("made", map[string]any{"Date": dayText(r.in.Made)})
	}
	return line
}

// tile is a figure shown large, over the columns from..to.
type tile struct {
	from, to int
	label    string
	big      cell
	small    string
}

// tiles writes the four figures that are asked for first.
func (r *turnoverReport) tiles(p *page) {
	at := func(key string) string { return absolute(summaryNowCol, r.rows.figures[key]) }
	f := r.now
	tiles := []tile{
		{1, 1, "vacancy_rate", cell{formula: at("vacancy_rate"), value: f.VacancyRate, look: look{kind: percent}},
			r.tell("tile.vacancy_rate", map[string]any{"Before": r.percentText(r.before.VacancyRate), "YearAgo": r.percentText(r.yearAgo.VacancyRate)})},
		{2, 3, "units_vacant", cell{formula: at("units_vacant"), value: f.units.Vacant, look: look{kind: whole}},
			r.tell("tile.units_vacant", map[string]any{"InService": f.units.InService})},
		{4, 6, "moves", cell{formula: at("move_ins") + `&" / "&` + at("move_outs"), value: itoa(f.MoveIns) + " / " + itoa(f.MoveOuts)},
			r.tell("tile.moves", map[string]any{"Before": itoa(r.before.MoveIns) + " / " + itoa(r.before.MoveOuts)})},
		{8, 10, "moved_to_own_home", cell{formula: at("moved_to_own_home"), value: f.MovedToOwnHome, look: look{kind: whole}},
			r.tell("tile.moved_to_own_home", map[string]any{"Outs": f.MoveOuts})},
		{11, 13, "median_void_days", cell{formula: at("median_void_days"), value: f.MedianVoidDays, look: look{kind: decimal}},
			r.tell("tile.median_void_days", map[string]any{"Before": r.numberText(r.before.MedianVoidDays)})},
	}
	lines := []struct {
		height float64
		cell   func(t tile) cell
	}{
		{18, func(t tile) cell {
			return cell{value: r.say("tile." + t.label + ".label"), look: look{size: 9, bold: true, color: deep}}
		}},
		{32, func(t tile) cell {
			t.big.look.size, t.big.look.bold, t.big.look.color = 22, true, deep
			return t.big
		}},
		{18, func(t tile) cell { return cell{value: t.small, look: look{size: 9, color: faint}} }},
	}
	for _, line := range lines {
		cells := make([]cell, 13)
		for _, t := range tiles {
			for c := t.from; c <= t.to; c++ {
				l := line.cell(t)
				l.look.fill, l.look.side, l.look.middle, l.look.gap = shallow, "center", true, true
				if c > t.from {
					l = cell{look: l.look}
				}
				cells[c-1] = l
			}
		}
		p.add(line.height, cells...)
		for _, t := range tiles {
			if t.to > t.from {
				p.merge(t.from, t.to)
			}
		}
	}
	p.skip(10)
}

// figureTable writes every figure beside last month's and that of a year ago.
func (r *turnoverReport) figureTable(p *page) {
	head := func(s, side string) cell {
		l := headLook
		l.side = side
		return cell{value: s, look: l}
	}
	p.add(30, head(r.say("summary.figure"), "left"), head(r.monthShort(r.now.Month), "right"), head(r.monthShort(r.before.Month), "right"),
		head(r.say("summary.change"), "right"), head(r.monthShort(r.yearAgo.Month), "right"), head(r.say("summary.change"), "right"))
	for _, s := range r.sections() {
		cells := make([]cell, 6)
		for i := range cells {
			cells[i].look = sectionLook
		}
		cells[0].value = r.say("section." + s.key)
		p.add(figureHeight, cells...)
		for _, f := range s.figures {
			r.figureRow(p, f)
		}
	}
}

// figureHeight is the height of the summary's rows in points. The charts stand
// beside them and are placed by it, so it is the default that excelize reckons with.
const figureHeight = 15

func (r *turnoverReport) figureRow(p *page, f figure) {
	value := func(m facts, col int) cell {
		c := cell{value: f.of(m), look: bodyLook.as(f.kind)}
		if f.formula != nil {
			c.formula = f.formula(func(key string) string { return cellName(col, r.rows.figures[key]) })
		}
		return c
	}
	label := bodyLook
	label.indent = 2
	now, before, yearAgo := value(r.now, summaryNowCol), value(r.before, summaryBeforeCol), value(r.yearAgo, summaryYearAgoCol)
	now.look.bold = true
	row := p.row + 1
	changes := [2]cell{change(f.kind, now, before, row, summaryBeforeCol, summaryNowCol), change(f.kind, now, yearAgo, row, summaryYearAgoCol, summaryNowCol)}
	p.add(figureHeight, cell{value: r.say("figure." + f.key), look: label}, now, before, changes[0], yearAgo, changes[1])
}

// change returns the cell of how much a figure has changed from column col to
// column nowCol: a live formula, with a dash where one of the two is missing.
func change(k kind, now, then cell, row, col, nowCol int) cell {
	l := bodyLook.as(signed)
	l.color = faint
	times := 1.0
	switch k {
	case percent:
		l.kind, times = points, 100
	case decimal:
		l.kind = signedOne
	case check:
		return cell{look: l}
	}
	a, b := cellName(nowCol, row), cellName(col, row)
	diff := a + "-" + b
	if times != 1 {
		// Rates have six decimals, so points have four; the rest is noise.
		diff = "ROUND(100*(" + diff + "),4)"
	}
	c := cell{formula: "IF(COUNT(" + a + "," + b + ")=2," + diff + "," + literal(missing) + ")", value: missing, look: l}
	x, okX := number(now.stored())
	y, okY := number(then.stored())
	if okX && okY {
		c.value = math.Round(times*(x-y)*1e4) / 1e4
	}
	return c
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// verdictLine says whether the sheets agree, and how much there is to look at.
func (r *turnoverReport) verdictLine(p *page) {
	p.skip(6)
	sum := r.cellOn("control", agreeDiffCol, r.rows.verdict)
	l := look{bold: true, color: sea, middle: true}
	verdict := cell{
		formula: "IF(" + sum + "=0," + literal(r.say("verdict.good")) + "," + literal(r.say("verdict.bad")) + ")",
		value:   r.say("verdict.good"), look: l,
	}
	if r.disagreements() != 0 {
		verdict.value, verdict.look.color = r.say("verdict.bad"), warning
	}
	p.add(figureHeight, verdict)
	if n := len(r.findings); n > 0 {
		p.add(figureHeight, cell{value: r.tell("verdict.findings", map[string]any{"Count": n}), look: look{bold: true, color: warning, middle: true}})
	}
	p.add(figureHeight, cell{value: r.say("verdict.office"), look: noteLook})
}

func (r *turnoverReport) percentText(v *float64) string {
	if v == nil {
		return missing
	}
	s := strconv.FormatFloat(*v*100, 'f', 1, 64)
	if r.lang == "en" {
		return s + "%"
	}
	return strings.Replace(s, ".", ",", 1) + " %"
}

func (r *turnoverReport) numberText(v *float64) string {
	if v == nil {
		return missing
	}
	s := strconv.FormatFloat(*v, 'f', -1, 64)
	if r.lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}
