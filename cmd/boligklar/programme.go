package main

import (
	"errors"
	"fmt"
	"slices"

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

The publishable variant tells of the five whole calendar years before this one
together, as known when this year began, rounded to fives and without counts below 4:
so two publications tell nothing of the few between them. It takes no period.`,
		Example: `  boligklar programme --from 2024-01 --to 2025-12
  boligklar programme --from 2024-01 --to 2025-12 --format json
  boligklar programme --variant publishable`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case variant != "full" && variant != "publishable":
				return usageError{fmt.Errorf("--variant %s: use full or publishable", variant)}
			case variant == "publishable" && (from != "" || to != ""):
				return usageError{errors.New("--variant publishable: what may be published is of fixed years; leave --from and --to out")}
			case variant == "publishable":
				return a.publishedProgramme(cmd)
			case from == "" || to == "":
				return usageError{errors.New("--from, --to: give the first and the last month, 2024-01 and 2025-12")}
			}
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
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				r, err := o.Programme(cmd.Context(), first, last)
				switch {
				case err != nil:
					return err
				case a.format == "json":
					return a.printJSON(r)
				}
				return a.printProgramme(&r)
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the first month, 2024-01")
	cmd.Flags().StringVar(&to, "to", "", "the last month, 2025-12")
	cmd.Flags().StringVar(&variant, "variant", "full", "full, or publishable with small counts hidden")
	a.formats(cmd, "text", "json")
	return cmd
}

// publishedProgramme prints what may leave the office.
func (a *app) publishedProgramme(cmd *cobra.Command) error {
	return a.withOffice(cmd.Context(), func(o *office.Office) error {
		shown, err := o.PublishedProgramme(cmd.Context())
		if err != nil {
			return err
		}
		if a.format == "json" {
			return a.printJSON(shown)
		}
		cell := func(s programme.Shown) string {
			if s.Share == nil {
				return a.lang.T("fairness.hidden", nil)
			}
			return shareText(*s.Share)
		}
		began := a.lang.T("fairness.hidden", nil)
		if shown.Households != nil {
			began = fmt.Sprint(*shown.Households)
		}
		t := a.programmeTable()
		t.line(civil.MonthOf(shown.From), civil.MonthOf(shown.To).Add(-1), began, cell(shown.Within12), cell(shown.Within24), cell(shown.StillHoused))
		t.marks()
		return t.p.err
	})
}

func (a *app) printProgramme(r *programme.Report) error {
	t := a.programmeTable()
	for _, k := range append(slices.Clone(r.Cohorts), r.Total) {
		t.line(k.First(), k.Last(), fmt.Sprint(k.Households), shareText(k.Within12), shareText(k.Within24), shareText(k.StillHoused))
	}
	t.marks()
	if r.NoStart > 0 {
		t.p.printf("%s\n", a.lang.T("programme.no_start", map[string]any{"N": r.NoStart}))
	}
	return t.p.err
}

func shareText(s programme.Share) string {
	text := fmt.Sprintf("%d/%d", s.N, s.Of)
	if s.Unknown > 0 {
		text += fmt.Sprintf(" (%d ?)", s.Unknown)
	}
	return text
}

// programmeTable is the table of the shares, its header printed.
type programmeTable struct {
	a *app
	p printer
}

func (a *app) programmeTable() *programmeTable {
	t := &programmeTable{a, printer{w: a.stdout}}
	t.p.printf("%-22s %10s %16s %16s %16s\n", a.lang.T("programme.began", nil), a.lang.T("kind.households", nil), "12", "24", "+12")
	return t
}

func (t *programmeTable) line(first, last civil.Month, households string, within12, within24, stillHoused string) {
	t.p.printf("%-22s %10s %16s %16s %16s\n", first.String()+" - "+last.String(), households, within12, within24, stillHoused)
}

// marks says what the columns are.
func (t *programmeTable) marks() {
	for _, m := range [][2]string{{"12", "within_12"}, {"24", "within_24"}, {"+12", "still_housed"}} {
		t.p.printf("%4s: %s\n", m[0], t.a.lang.T("programme."+m[1], nil))
	}
}
