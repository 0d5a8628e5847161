package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func turnoverCommand(a *app) *cobra.Command {
	var month, out string
	cmd := &cobra.Command{
		Use:   "turnover",
		Short: "Give the month's turnover and vacancy, as figures or as the workbook",
		Long: `Turnover counts moves, unit-days and void days of the transitional units in one
month, from the dated occupancies. With -o it writes the workbook that goes out
each month: summary with charts, movements, voids, units, placements,
definitions and the control that they add up.`,
		Example: `  boligklar turnover --month 2026-11
  boligklar turnover --month 2026-11 --format json
  boligklar turnover --month 2026-11 -o turnover-2026-11.xlsx`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := civil.ParseMonth(month)
			if err != nil {
				return usageError{fmt.Errorf("--month: %w", err)}
			}
			if out != "" {
				if err := needExtension("-o", out, ".xlsx"); err != nil {
					return err
				}
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				if out != "" {
					in, err := o.TurnoverReport(cmd.Context(), m, a.lang)
					if err == nil {
						err = sheet.WriteFile(out, func(w io.Writer) error { return reports.Turnover(w, a.lang, in) })
					}
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
	a.required(cmd, "month")
	a.formats(cmd, "text", "json")
	cmd.MarkFlagsMutuallyExclusive("format", "output")
	return cmd
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

// turnoverLines returns the figures in the order of the control line, then the
// rates.
func turnoverLines(lang i18n.Lang, f vacancy.MonthFigures) []turnoverLine {
	count := strconv.Itoa
	decimal := func(v *float64, factor float64, decimals int) string {
		if v == nil {
			return "–"
		}
		text := strconv.FormatFloat(*v*factor, 'f', decimals, 64)
		if lang != i18n.English {
			text = strings.Replace(text, ".", ",", 1)
		}
		return text
	}
	days := func(v *float64) string { return decimal(v, 1, 1) }
	percent := func(v *float64) string {
		if v == nil {
			return decimal(v, 1, 1)
		}
		return decimal(v, 100, 1) + " %"
	}
	return []turnoverLine{
		{"opening_occupied", count(f.OpeningOccupied)}, {"move_ins", count(f.MoveIns)}, {"move_outs", count(f.MoveOuts)},
		{"closing_occupied", count(f.ClosingOccupied)}, {"available_unit_days", count(f.AvailableUnitDays)},
		{"occupied_unit_days", count(f.OccupiedUnitDays)}, {"vacancy_rate", percent(f.VacancyRate)},
		{"turnover_rate", percent(f.TurnoverRate)}, {"moved_to_own_home", count(f.MovedToOwnHome)},
		{"median_void_days", days(f.MedianVoidDays)}, {"median_stay_days", days(f.MedianStayDays)},
	}
}
