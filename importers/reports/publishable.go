package reports

import (
	"io"
	"math"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/disclosure"
)

// Publishable writes the month's workbook that may leave the office: counts of
// households as disclosure publishes them, and figures about units that tell of
// nobody. Errors: as Turnover.
func Publishable(w io.Writer, lang i18n.Lang, in TurnoverInput) (err error) {
	defer apperr.Annotate(&err, "reports.Publishable(%v)", lang)
	if in.Month.First.IsZero() {
		return apperr.New(apperr.Invalid, "A turnover workbook needs a month.")
	}
	r := newPublishable(lang, in)
	r.sheet1()
	r.meanings()
	return r.write(w)
}

// publishable is the workbook with what may be told.
type publishable struct {
	*turnoverReport
	series []disclosure.Release // the last twelve months, the one reported last
	year   vacancy.Account      // the twelve months up to the one reported
}

func newPublishable(lang i18n.Lang, in TurnoverInput) *publishable {
	ledger := in.Ledger()
	r := &publishable{turnoverReport: &turnoverReport{in: in, period: vacancy.MonthPeriod(in.Month)}}
	r.book = newBook(lang)
	r.named(r.heading()+", "+r.monthName(in.Month), in.Made)
	first := in.Month
	for i := range in.Units {
		if from := in.Units[i].InServiceFrom; !from.IsZero() && from < first.First {
			first = civil.MonthOf(from)
		}
	}
	for i := range in.Stays {
		if from := in.Stays[i].From; !from.IsZero() && from < first.First {
			first = civil.MonthOf(from)
		}
	}
	releases := disclosure.Releases(ledger, first, in.Month)
	r.series = releases[max(0, len(releases)-12):]
	r.year = ledger.Account(vacancy.Period{From: in.Month.Add(-11).First, To: in.Month.End()})
	return r
}

// sheet1 writes the figures, then the twelve months.
func (r *publishable) sheet1() {
	p := r.page(sheetPlan{name: r.sheet("summary"), onePage: true, tab: deep, widths: []float64{46, 16, 16, 16, 16, 16, 16, 16, 16, 16}})
	p.title(r.heading(), r.monthName(r.in.Month)+" · "+r.say("publishable.under"))
	now := r.series[len(r.series)-1]
	head := func(s, side string) cell {
		l := headLook
		l.side = side
		return cell{value: s, look: l}
	}
	p.add(32, head(r.say("summary.figure"), "left"), head(r.say("publishable.year"), "right"), head(r.say("publishable.month"), "right"))
	own := func(f disclosure.Figure) cell {
		if now.Own == nil {
			return cell{value: r.say("publishable.small"), look: bodyLook.as(whole)}
		}
		c, ok := now.Own[f]
		if !ok {
			return cell{look: bodyLook.as(whole)}
		}
		return r.told(c)
	}
	for _, f := range disclosure.Figures {
		label := bodyLook
		if f != disclosure.MoveIns && f != disclosure.MoveOuts && f != disclosure.Households {
			label.indent = 3
		}
		month := own(f)
		if f == disclosure.Households {
			month = r.told(now.Year[f])
		}
		p.add(18, cell{value: r.say("publishable.figure." + string(f)), look: label}, r.told(now.Year[f]), month)
	}
	p.add(18, cell{value: r.say("figure.vacancy_rate"), look: bodyLook}, cell{value: coarse(r.year.VacancyRate), look: bodyLook.as(percent)}, cell{look: bodyLook})
	p.add(18, cell{value: r.say("figure.units_in_service"), look: bodyLook}, cell{look: bodyLook}, cell{value: r.year.Close.InService, look: bodyLook.as(whole)})
	p.skip(12)
	heads := []cell{head(r.say("publishable.to"), "left")}
	for _, f := range disclosure.Figures {
		heads = append(heads, head(r.say("publishable.figure."+string(f)), "right"))
	}
	p.add(46, heads...)
	for _, release := range r.series {
		cells := []cell{{value: r.monthShort(release.Month), look: bodyLook}}
		for _, f := range disclosure.Figures {
			cells = append(cells, r.told(release.Year[f]))
		}
		p.add(rowHeight, cells...)
	}
	p.end()
}

// coarse returns a rate to the tenth of a percent that is shown: six decimals would
// give the days away that it was made of.
func coarse(rate *float64) *float64 {
	if rate == nil {
		return nil
	}
	r := math.Round(*rate*1000) / 1000
	return &r
}

// told returns a figure as it may be told. One that there is no release of yet is blank.
func (r *publishable) told(c disclosure.Cell) cell {
	l := bodyLook.as(whole)
	switch {
	case c.Hidden:
		return cell{value: r.say("publishable.hidden"), look: l}
	case c.N == 0:
		return cell{look: l}
	}
	return cell{value: c.N, look: l}
}

// meanings says how the figures were made fit to be told.
func (r *publishable) meanings() {
	p := r.page(sheetPlan{name: r.sheet("definitions"), widths: meaningWidths, frozen: tableHeader, tab: faint})
	p.title(r.say("definitions.title"), r.say("publishable.under"))
	p.meaningHeader()
	p.meaning(r.say("publishable.rule"), r.say("publishable.rule_text"))
	p.meaning(r.say("publishable.year"), r.say("publishable.year_text"))
	for _, key := range []string{"move_ins", "move_outs", "moved_to_own_home", "vacancy_rate", "units_in_service"} {
		p.meaning(r.say("figure."+key), r.say("define."+key))
	}
	for _, key := range []string{"period", "occupancy", "service"} {
		p.meaning(r.say("basis."+key), r.say("define."+key))
	}
	p.end()
}
