package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func turnoverCommand(a *app) *cobra.Command {
	var month, out, from, to, by, behind, variant string
	var yearEnd int
	cmd := &cobra.Command{
		Use:   "turnover",
		Short: "Give the month's turnover and vacancy, as figures or as the workbook",
		Long: `Turnover counts moves, unit-days and void days of the transitional units in one
month, from the dated occupancies. With -o it writes the workbook that goes out
each month: summary with charts, movements, voids, units, placements,
definitions and the control that they add up.

With --from and --to it takes any period: two months, both included, or two days,
of which the second is the first day after the period. --by splits it by the
units' ownership, size, area or purpose, and --behind lists what one figure counts.
--year-end gives the municipal figures of a year: owned share, newly moved-in
households, exchanges and renewals apart. The publishable variant of the workbook
hides small counts.`,
		Example: `  boligklar turnover --month 2026-11
  boligklar turnover --month 2026-11 --format json
  boligklar turnover --month 2026-11 -o turnover-2026-11.xlsx
  boligklar turnover --month 2026-11 -o to-publish.xlsx --variant publishable
  boligklar turnover --from 2026-01 --to 2026-11 --by ownership
  boligklar turnover --month 2026-11 --behind move_outs --format json
  boligklar turnover --year-end 2026`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if yearEnd != 0 {
				return a.yearEnd(cmd, yearEnd)
			}
			if month == "" && from == "" {
				return usageError{errors.New("--month: give a month, or --from and --to, or --year-end")}
			}
			if from != "" || by != "" || behind != "" {
				return a.turnoverOf(cmd, turnoverPeriod{month, from, to}, by, behind, out)
			}
			m, err := civil.ParseMonth(month)
			if err != nil {
				return usageError{fmt.Errorf("--month: %w", err)}
			}
			switch office.Variant(variant) {
			case office.Full:
			case office.Publishable:
				if out == "" {
					return usageError{errors.New("--variant publishable: say with -o where to write the workbook")}
				}
			default:
				return usageError{fmt.Errorf("--variant %s: use full or publishable", variant)}
			}
			if out != "" {
				if err := needExtension("-o", out, ".xlsx"); err != nil {
					return err
				}
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				if out != "" {
					err := sheet.WriteFile(out, func(w io.Writer) error {
						return o.WriteReport(cmd.Context(), w, m, office.Variant(variant), a.lang)
					})
					return a.report(err, "cli.turnover.done", map[string]any{"Month": m.String(), "File": out})
				}
				figures, err := o.Turnover(cmd.Context(), m)
				if err != nil {
					return err
				}
				return a.printTurnover(figures)
			})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, 2026-11")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write the workbook to this .xlsx; replaces what is there")
	cmd.Flags().StringVar(&from, "from", "", "first month or day of a period")
	cmd.Flags().StringVar(&to, "to", "", "last month of the period, or first day after it")
	cmd.Flags().StringVar(&by, "by", "", "split by ownership, size, area or purpose")
	cmd.Flags().StringVar(&behind, "behind", "", "list what is behind a figure: move_outs, units_vacant, out_purchase, ...")
	cmd.Flags().StringVar(&variant, "variant", "full", "of the workbook: full, or publishable with small counts hidden")
	cmd.Flags().IntVar(&yearEnd, "year-end", 0, "the year's municipal figures, so far where the year goes on")
	cmd.MarkFlagsMutuallyExclusive("month", "from", "year-end")
	for _, other := range []string{"output", "by", "behind"} {
		cmd.MarkFlagsMutuallyExclusive("year-end", other)
	}
	cmd.MarkFlagsRequiredTogether("from", "to")
	cmd.MarkFlagsMutuallyExclusive("by", "behind")
	a.formats(cmd, "text", "json")
	cmd.MarkFlagsMutuallyExclusive("format", "output")
	return cmd
}

// yearEnd prints the municipal figures of a year.
func (a *app) yearEnd(cmd *cobra.Command, year int) error {
	return a.withOffice(cmd.Context(), func(o *office.Office) error {
		y, err := o.YearEnd(cmd.Context(), year)
		if err != nil {
			return err
		}
		if a.format == "json" {
			return a.print(json.Marshal(y))
		}
		p := printer{w: a.stdout}
		p.printf("%s\n", a.lang.T("yearend_page.until", map[string]any{"Date": (y.To - 1).String()}))
		p.printf("%-48s %10s %10s\n", "", a.lang.T("reports.column.in_households", nil), a.lang.T("reports.column.in_persons", nil))
		line := func(key string, values ...any) {
			p.printf("%-48s", a.lang.T(key, nil))
			for _, v := range values {
				p.printf(" %10v", v)
			}
			p.printf("\n")
		}
		line("reports.yearend.units", y.Units.InService)
		line("reports.yearend.owned", y.Units.Owned)
		line("reports.yearend.leased_in", y.Units.LeasedIn)
		line("reports.yearend.owned_share", rateText(a.lang, y.OwnedShare))
		line("reports.yearend.living", y.Units.Households, y.Units.Persons)
		line("reports.yearend.newly", y.NewlyMovedIn.Households, y.NewlyMovedIn.Persons)
		line("reports.yearend.exchanges", y.Exchanges.Households, y.Exchanges.Persons)
		line("reports.yearend.renewals", y.Renewals.Households, y.Renewals.Persons)
		line("reports.yearend.returns", y.Returns.Households, y.Returns.Persons)
		return p.err
	})
}

// turnoverPeriod is a period as the flags have it.
type turnoverPeriod struct{ month, from, to string }

// period returns the days that are meant.
func (t turnoverPeriod) period() (p vacancy.Period, err error) {
	if t.month != "" {
		t.from, t.to = t.month, t.month
	}
	if first, err := civil.ParseMonth(t.from); err == nil {
		last, err := civil.ParseMonth(t.to)
		if err != nil {
			return p, fmt.Errorf("--to: %w", err)
		}
		return vacancy.Period{From: first.First, To: last.End()}, nil
	}
	if p.From, err = civil.Parse(t.from); err != nil {
		return p, fmt.Errorf("--from: %w", err)
	}
	if p.To, err = civil.Parse(t.to); err != nil {
		return p, fmt.Errorf("--to: %w", err)
	}
	return p, nil
}

// turnoverOf answers for any period, split or with what is behind a figure.
func (a *app) turnoverOf(cmd *cobra.Command, flags turnoverPeriod, by, behind, out string) error {
	period, err := flags.period()
	switch {
	case err != nil:
		return usageError{err}
	case out != "":
		return usageError{errors.New("-o: the workbook is of a month, without --by and --behind")}
	case behind != "" && !slices.Contains(figuresBehind(), behind):
		return usageError{fmt.Errorf("--behind %s: use one of %s", behind, strings.Join(figuresBehind(), ", "))}
	}
	return a.withOffice(cmd.Context(), func(o *office.Office) error {
		if behind != "" {
			e, err := o.Evidence(cmd.Context(), behind, period, "", "")
			if err != nil {
				return err
			}
			return a.printEvidence(e)
		}
		account, err := o.AccountOf(cmd.Context(), period, vacancy.Dimension(by))
		if err != nil {
			return err
		}
		if a.format == "json" {
			return a.print(json.Marshal(account))
		}
		p := printer{w: a.stdout}
		a.printAccount(&p, "", account.Account)
		for _, g := range account.Groups {
			a.printAccount(&p, a.groupName(account.By, g.Value), g.Account)
		}
		return p.err
	})
}

// figuresBehind lists the figures that --behind knows.
func figuresBehind() []string {
	out := slices.Clone(vacancy.EvidenceFigures)
	for _, r := range vacancy.Reasons {
		out = append(out, "out_"+string(r))
	}
	return out
}

// groupName returns what a group of units is called.
func (a *app) groupName(by vacancy.Dimension, value string) string {
	switch {
	case value == "":
		return a.lang.T("reports.splits.unknown", nil)
	case by == vacancy.ByOwnership:
		return a.lang.T("reports.ownership."+value, nil)
	case by == vacancy.ByPurpose:
		return a.lang.T("vacancy.purpose."+value, nil)
	case by == vacancy.BySize:
		return a.lang.T("reports.splits.bedrooms", map[string]any{"N": value})
	}
	return value
}

func (a *app) printAccount(p *printer, title string, account vacancy.Account) {
	if title != "" {
		p.printf("\n%s\n", title)
	}
	for _, line := range turnoverLines(a.lang, vacancy.MonthFigures{Figures: account.Figures}) {
		p.printf("%-48s %10s\n", a.lang.T("reports.figure."+line.figure, nil), line.value)
	}
	for _, heads := range []struct {
		key string
		h   vacancy.Heads
	}{{"persons_in", account.In}, {"persons_out", account.Out}, {"persons_own_home", account.OwnHome}, {"persons_closing", account.Closing}} {
		p.printf("%-48s %10d\n", a.lang.T("reports.figure."+heads.key, nil), heads.h.Persons)
	}
	p.printf("%-48s %10d\n", a.lang.T("cli.turnover.void_cost", nil), account.Cost.Total())
}

func (a *app) printEvidence(e vacancy.Evidence) error {
	if a.format == "json" {
		return a.print(json.Marshal(struct {
			vacancy.Evidence
			N int `json:"n"`
		}{e, e.N()}))
	}
	p := printer{w: a.stdout}
	for _, m := range e.Moves {
		p.printf("%s %-3s %-10s %-12s %s\n", m.Date, m.Direction, m.UnitRef, m.HouseholdRef, m.Reason)
	}
	for _, s := range e.Stays {
		p.printf("%-10s %-12s %s %s\n", s.UnitRef, s.HouseholdRef, s.From, s.To)
	}
	for _, d := range e.Days {
		p.printf("%-10s %6d\n", d.UnitRef, d.Days)
	}
	for _, u := range e.Units {
		p.printf("%-10s %s\n", u.UnitRef, u.Status)
	}
	for _, c := range e.Costs {
		p.printf("%-10s %6d %8d\n", c.UnitRef, c.Days, c.NOK)
	}
	p.printf("%d\n", e.N())
	return p.err
}

func (a *app) printTurnover(figures vacancy.MonthFigures) error {
	data, err := json.Marshal(figures)
	if err != nil {
		return err
	}
	p := printer{w: a.stdout}
	if a.format == "json" {
		p.printf("%s\n", data)
		return p.err
	}
	for _, line := range turnoverLines(a.lang, figures) {
		p.printf("%-48s %10s\n", a.lang.T("reports.figure."+line.figure, nil), line.value)
	}
	return p.err
}

type turnoverLine struct{ figure, value string }

// decimalText returns a number with so many decimals, a dash where it is missing.
func decimalText(lang i18n.Lang, v *float64, factor float64, decimals int) string {
	if v == nil {
		return "–"
	}
	text := strconv.FormatFloat(*v*factor, 'f', decimals, 64)
	if lang != i18n.English {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// rateText returns a share as a percentage.
func rateText(lang i18n.Lang, v *float64) string {
	text := decimalText(lang, v, 100, 1)
	if v != nil {
		text += " %"
	}
	return text
}

// turnoverLines returns the figures in the order of the control line, then the
// rates.
func turnoverLines(lang i18n.Lang, f vacancy.MonthFigures) []turnoverLine {
	count := strconv.Itoa
	days := func(v *float64) string { return decimalText(lang, v, 1, 1) }
	return []turnoverLine{
		{"opening_occupied", count(f.OpeningOccupied)}, {"move_ins", count(f.MoveIns)}, {"move_outs", count(f.MoveOuts)},
		{"closing_occupied", count(f.ClosingOccupied)}, {"available_unit_days", count(f.AvailableUnitDays)},
		{"occupied_unit_days", count(f.OccupiedUnitDays)}, {"vacancy_rate", rateText(lang, f.VacancyRate)},
		{"turnover_rate", rateText(lang, f.TurnoverRate)}, {"moved_to_own_home", count(f.MovedToOwnHome)},
		{"median_void_days", days(f.MedianVoidDays)}, {"median_stay_days", days(f.MedianStayDays)},
	}
}
