package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
)

func forecastCommand(a *app) *cobra.Command {
	var months int
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "Say how many units will be free in the months ahead",
		Long: `Forecast draws what may come from notices, the ends of leases and how long
households have stayed, and holds it against the planned settlements. A band holds
eight of ten of the futures drawn. Below 0 is a shortage.`,
		Example: `  boligklar forecast --months 12
  boligklar forecast plan --month 2027-02 --households 4 --persons 11 --minors 1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				f, check, err := o.Forecast(cmd.Context(), months)
				if err != nil {
					return err
				}
				if a.format == "json" {
					return a.print(json.Marshal(struct {
						*forecast.Forecast
						Backtest forecast.Backtest `json:"backtest"`
						Held     float64           `json:"bands_held"`
					}{f, check, check.Share()}))
				}
				p := printer{w: a.stdout}
				p.printf("%s\n", a.lang.T("cli.forecast.now", map[string]any{"Free": f.FreeNow, "Living": f.Living, "OutOfOrder": f.Broken}))
				p.printf("%s\n", a.lang.T("cli.forecast.header", nil))
				for _, m := range f.Months {
					p.printf("%s %6d–%-4d %6d %6d %8d–%-6d %6d\n", m.Month, m.Freed.Low, m.Freed.High, m.LeasesEnd, m.Planned, m.Free.Low, m.Free.High, m.Placements)
				}
				if check.Bands > 0 {
					p.printf("%s\n", a.lang.T("cli.forecast.check", map[string]any{"Percent": int(100*check.Share() + 0.5), "Bands": check.Bands}))
				}
				return p.err
			})
		},
	}
	cmd.Flags().IntVar(&months, "months", 12, "how many months ahead, at most 36")
	a.formats(cmd, "text", "json")
	cmd.AddCommand(forecastPlanCommand(a))
	return cmd
}

func forecastPlanCommand(a *app) *cobra.Command {
	var month string
	var p forecast.Planned
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Set the settlement planned for a month",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if p.Month, err = civil.ParseMonth(month); err != nil {
				return usageError{fmt.Errorf("--month: %w", err)}
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				return a.report(o.Plan(cmd.Context(), p, a.who()), "cli.saved", map[string]any{"Key": month})
			})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, 2027-02")
	cmd.Flags().IntVar(&p.Households, "households", 0, "households to settle")
	cmd.Flags().IntVar(&p.Persons, "persons", 0, "persons in these households")
	cmd.Flags().IntVar(&p.Minors, "minors", 0, "unaccompanied minors, who are apart from the others")
	a.required(cmd, "month")
	return cmd
}
