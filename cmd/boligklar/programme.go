package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching/programme"
)

func programmeCommand(a *app) *cobra.Command {
	var from, to, variant string
	cmd := &cobra.Command{
		Use:   "programme --from MONTH --to MONTH",
		Short: "Tell how many households rented or bought a home after individual follow-up",
		Long: `Programme gives the programme's success share. A cohort is the households that
began individual follow-up in the months from --from to --to, both included, by
the checklist. It counts those that rented or bought a home of their own within
12 and within 24 months, of those that have had that time, and those that were
still housed 12 months after they moved.

The publishable variant gives whole calendar years together and hides counts below 4.`,
		Example: `  boligklar programme --from 2024-01 --to 2025-12
  boligklar programme --from 2024-01 --to 2025-12 --format json
  boligklar programme --from 2024-01 --to 2025-12 --variant publishable`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			first, err := civil.ParseMonth(from)
			if err != nil {
				return usageError{fmt.Errorf("--from: %w", err)}
			}
			last, err := civil.ParseMonth(to)
			switch {
			case err != nil:
				return usageError{fmt.Errorf("--to: %w", err)}
			case last.First < first.First:
				return usageError{errors.New("--to: the period ends before it begins")}
			case variant != "full" && variant != "publishable":
				return usageError{fmt.Errorf("--variant %s: use full or publishable", variant)}
			}
			if variant == "publishable" {
				first, last = programme.WholeYears(first, last)
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				r, err := o.Programme(cmd.Context(), first, last)
				switch {
				case err != nil:
					return err
				case a.format == "json" && variant == "publishable":
					return a.printJSON(r.Publish())
				case a.format == "json":
					return a.printJSON(r)
				}
				return a.printProgramme(&r, variant == "publishable")
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the first month, 2024-01")
	cmd.Flags().StringVar(&to, "to", "", "the last month, 2025-12")
	cmd.Flags().StringVar(&variant, "variant", "full", "full, or publishable with small counts hidden")
	a.required(cmd, "from")
	a.required(cmd, "to")
	a.formats(cmd, "text", "json")
	return cmd
}

func (a *app) printProgramme(r *programme.Report, publish bool) error {
	p := printer{w: a.stdout}
	header := func() {
		p.printf("%-22s %10s %16s %16s %16s\n", a.lang.T("programme.began", nil), a.lang.T("kind.households", nil), "12", "24", "+12")
	}
	share := func(s programme.Share) string {
		text := fmt.Sprintf("%d/%d", s.N, s.Of)
		if s.Unknown > 0 {
			text += fmt.Sprintf(" (%d ?)", s.Unknown)
		}
		return text
	}
	line := func(k *programme.Cohort, households string, shares ...string) {
		p.printf("%-22s %10s %16s %16s %16s\n", k.First().String()+" - "+k.Last().String(), households, shares[0], shares[1], shares[2])
	}
	header()
	if publish {
		shown := r.Publish()
		cell := func(s programme.Shown) string {
			if s.Share == nil {
				return a.lang.T("fairness.hidden", nil)
			}
			return share(*s.Share)
		}
		began := a.lang.T("fairness.hidden", nil)
		if shown.Households != nil {
			began = fmt.Sprint(*shown.Households)
		}
		line(&r.Total, began, cell(shown.Within12), cell(shown.Within24), cell(shown.StillHoused))
	} else {
		for i := range r.Cohorts {
			k := &r.Cohorts[i]
			line(k, fmt.Sprint(k.Households), share(k.Within12), share(k.Within24), share(k.StillHoused))
		}
		line(&r.Total, fmt.Sprint(r.Total.Households), share(r.Total.Within12), share(r.Total.Within24), share(r.Total.StillHoused))
	}
	for _, mark := range []string{"12", "24", "+12"} {
		key := map[string]string{"12": "programme.within_12", "24": "programme.within_24", "+12": "programme.still_housed"}[mark]
		p.printf("%4s: %s\n", mark, a.lang.T(key, nil))
	}
	if r.NoStart > 0 && !publish {
		p.printf("%s\n", a.lang.T("programme.no_start", map[string]any{"N": r.NoStart}))
	}
	return p.err
}
