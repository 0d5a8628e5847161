package office

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// SentMonth is a month whose figures were sent. It is frozen: later corrections are
// told beside it.
type SentMonth struct {
	Month  string         `json:"month"` // 2026-11
	At     time.Time      `json:"at"`
	Who    string         `json:"who"`
	Report vacancy.Report `json:"report"`
}

// Variant is whom a workbook is for.
type Variant string

// The variants.
const (
	Full        Variant = "full"        // for the office: names no one, but tells of each household
	Publishable Variant = "publishable" // small counts hidden: may leave the office
)

// KeptReport is a month's workbook as it was made.
type KeptReport struct {
	Month    string    `json:"month"`
	Variant  Variant   `json:"variant"`
	Lang     i18n.Lang `json:"lang"`
	At       time.Time `json:"at"`
	Workbook []byte    `json:"workbook"` // .xlsx
}

// What the monthly reports keep.
var (
	SentMonths = storage.NewCollection[SentMonth](storage.Schema{
		Name: "sent_months", Unique: []storage.Unique{{Name: "month", Paths: []string{"month"}}},
	})
	KeptReports = storage.NewCollection[KeptReport](storage.Schema{
		Name: "kept_reports", Unique: []storage.Unique{{Name: "month", Paths: []string{"month", "variant", "lang"}}},
	})
	ReportCollections = []storage.AnyCollection{SettlementPlan, SentMonths, KeptReports}
)

// Mailing says who is told when a month's report is ready. The workbook itself is not
// mailed: the link asks for signing in.
type Mailing struct {
	Lang i18n.Lang
	To   []string // e-mail addresses
	Link string   // address of the pages; "" leaves the link out
}

// MonthlyReport makes a month's workbooks in every language, keeps them, freezes the
// month and tells those on the list, in one transaction. A month that was sent stays as
// it is: doing it again does nothing. It reports whether it did something. Errors: Invalid for a month that has not ended,
// and those of the store.
func (o *Office) MonthlyReport(ctx context.Context, month civil.Month, mail Mailing, who string) (made bool, err error) {
	defer apperr.Annotate(&err, "office.MonthlyReport(%v)", month)
	if month.First.IsZero() || month.End() > o.Today() {
		return false, apperr.New(apperr.Invalid, "The month has not ended yet.").In("turnover.not_ended", nil)
	}
	if sent, err := o.sent(ctx, month); sent || err != nil {
		return false, err
	}
	// The workbooks are made before the transaction, which no other write waits for then.
	frozen, books, err := o.monthBooks(ctx, month)
	if err != nil {
		return false, err
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		made = false
		switch _, err := SentMonths.GetBy(tx, "month", month.String()); {
		case err == nil: // by another process meanwhile
			return nil
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
		now := o.now().UTC()
		for _, book := range books {
			book.At = now
			if err := KeptReports.Put(tx, &storage.Record[KeptReport]{Value: book}); err != nil {
				return err
			}
		}
		if err := SentMonths.Put(tx, &storage.Record[SentMonth]{Value: SentMonth{Month: month.String(), At: now, Who: who, Report: frozen}}); err != nil {
			return err
		}
		made = true
		return o.mailReport(tx, month, mail)
	})
	return made, err
}

// sent reports whether a month was sent.
func (o *Office) sent(ctx context.Context, month civil.Month) (sent bool, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		_, err := SentMonths.GetBy(tx, "month", month.String())
		sent = err == nil
		if apperr.CodeOf(err) == apperr.NotFound {
			return nil
		}
		return err
	})
	return sent, err
}

// monthBooks makes a month's workbooks, both variants in every language, with the
// report that they all rest on.
func (o *Office) monthBooks(ctx context.Context, month civil.Month) (vacancy.Report, []KeptReport, error) {
	facts, err := o.monthFacts(ctx, month, true)
	if err != nil {
		return vacancy.Report{}, nil, err
	}
	m, err := reports.NewMonth(facts.in)
	if err != nil {
		return vacancy.Report{}, nil, err
	}
	var books []KeptReport
	for _, lang := range i18n.Langs {
		for _, v := range []Variant{Full, Publishable} {
			var buf bytes.Buffer
			if err := v.write(&buf, m, lang); err != nil {
				return vacancy.Report{}, nil, err
			}
			books = append(books, KeptReport{Month: month.String(), Variant: v, Lang: lang, Workbook: buf.Bytes()})
		}
	}
	return facts.history.Report(month), books, nil
}

// write writes a month's workbook of the variant.
func (v Variant) write(w io.Writer, m *reports.Month, lang i18n.Lang) error {
	if v == Publishable {
		return m.Publishable(w, lang)
	}
	return m.Turnover(w, lang)
}

// WriteReport writes a month's workbook as the store has it now. Errors: Invalid
// without a month, and those of the store and of w.
func (o *Office) WriteReport(ctx context.Context, w io.Writer, month civil.Month, v Variant, lang i18n.Lang) error {
	in, err := o.TurnoverReport(ctx, month)
	if err != nil {
		return err
	}
	m, err := reports.NewMonth(in)
	if err != nil {
		return err
	}
	return v.write(w, m, lang)
}

func (o *Office) mailReport(tx *storage.Tx, month civil.Month, mail Mailing) error {
	params := map[string]any{"Month": month.String(), "Municipality": o.Name(), "Link": mail.Link + "/reports/turnover?month=" + month.String()}
	text := "turnover.mail.text"
	if mail.Link == "" {
		text = "turnover.mail.text_bare"
	}
	for _, to := range mail.To {
		err := outbox.Enqueue(tx, outbox.Message{Channel: outbox.Email, To: to, Title: mail.Lang.T("turnover.mail.title", params), Text: mail.Lang.T(text, params),
			Purpose: "monthly_report", Register: "sent_months", Key: month.String(), Once: fmt.Sprintf("monthly_report:%s:%s", month, to)}, o.now())
		if err != nil {
			return err
		}
	}
	return nil
}

// maxCatchUp is how many months a first run after a long pause makes.
const maxCatchUp = 24

// MonthlyReports makes the reports that are due: from the month after the last one
// that was sent to the month before today, and only the latter where none was. It is
// the work of a job on the first of each month, and does no harm at other times.
// Errors are those of MonthlyReport.
func (o *Office) MonthlyReports(ctx context.Context, mail Mailing, who string) (made []civil.Month, err error) {
	last := civil.MonthOf(o.Today()).Add(-1)
	next := last
	sent, err := o.SentMonths(ctx)
	if err != nil {
		return nil, err
	}
	if n := len(sent); n > 0 {
		latest, err := civil.ParseMonth(sent[n-1].Month)
		if err != nil {
			return nil, err
		}
		next = max2(latest.Add(1), last.Add(1-maxCatchUp))
	}
	for ; next.First <= last.First; next = next.Add(1) {
		ok, err := o.MonthlyReport(ctx, next, mail, who)
		if err != nil {
			return made, err
		}
		if ok {
			made = append(made, next)
		}
	}
	return made, nil
}

func max2(a, b civil.Month) civil.Month {
	if a.First > b.First {
		return a
	}
	return b
}

// SentMonths returns the months that were sent, in order. Errors are those of the store.
func (o *Office) SentMonths(ctx context.Context) ([]SentMonth, error) {
	var out []SentMonth
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range SentMonths.Find(tx, storage.Query{Sort: "month"}) {
			if err != nil {
				return err
			}
			out = append(out, rec.Value)
		}
		return nil
	})
	return out, err
}

// KeptReport returns a month's workbook as it was made. Errors: NotFound.
func (o *Office) KeptReport(ctx context.Context, month civil.Month, v Variant, lang i18n.Lang) (KeptReport, error) {
	var out KeptReport
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := KeptReports.GetBy(tx, "month", month.String(), string(v), string(lang))
		out = rec.Value
		return err
	})
	return out, err
}
