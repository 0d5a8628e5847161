package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func unitCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "unit",
		Short: "Add, end and list the transitional units",
		Long: `Unit works on the municipality's transitional units. A unit that is ended leaves
service on a day; its history stays.`,
		Example: `  boligklar unit add --unit-ref G-101 --address "Langnesgata 7" --ownership owned --bedrooms 2 --in-service-from 2026-12-01
  boligklar unit end G-101 --on 2027-06-01
  boligklar unit list`,
	}
	cmd.AddCommand(
		addCommand(a, "Add a unit", importers.UnitSchema, func(ctx context.Context, o *office.Office, u vacancy.Unit) (office.Saved, error) {
			return o.CreateUnit(ctx, u, a.who())
		}),
		unitEndCommand(a), unitListCommand(a),
	)
	return cmd
}

// addCommand is the subcommand that adds a record whose fields are flags.
func addCommand[R any](a *app, short string, s *importers.Schema[R], add func(context.Context, *office.Office, R) (office.Saved, error)) *cobra.Command {
	var given func() map[string]string
	cmd := &cobra.Command{
		Use:   "add",
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var none R
			record, problems := importers.FromTexts(s, none, given())
			if len(apperr.Errors(problems)) > 0 {
				return a.problems(&office.ProblemsError{Problems: problems}, nil)
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				saved, err := add(cmd.Context(), o, record)
				return a.saved(a.problems(err, nil), saved)
			})
		},
	}
	given = fieldFlags(cmd, s)
	a.formats(cmd, "text", "json")
	return cmd
}

// endCommand is the subcommand that ends something of a unit, from a day on. The day is
// the field of the record that --on fills.
func (a *app) endCommand(short, on, field string, end func(ctx context.Context, o *office.Office, unit string, on civil.Date) (office.Saved, error)) *cobra.Command {
	var day dateFlag
	cmd := &cobra.Command{
		Use:   "end UNIT",
		Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("UNIT: give the reference of one unit, not %d", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				saved, err := end(cmd.Context(), o, args[0], a.day(o, day))
				return a.saved(a.problems(err, map[string]string{field: "on"}), saved)
			})
		},
	}
	cmd.Flags().Var(&day, "on", on)
	a.formats(cmd, "text", "json")
	return cmd
}

// fieldFlags gives a command a flag for every field of a schema: --in-service-from
// for in_service_from. What was given is read as the cells of a sheet are.
func fieldFlags[R any](cmd *cobra.Command, s *importers.Schema[R]) (given func() map[string]string) {
	values := map[string]*string{}
	for i := range s.Columns {
		name := s.Columns[i].Name
		values[name] = cmd.Flags().String(strings.ReplaceAll(name, "_", "-"), "", "the field "+name+", written as in a sheet")
	}
	return func() map[string]string {
		out := map[string]string{}
		for name, v := range values {
			if *v != "" {
				out[name] = *v
			}
		}
		return out
	}
}

// problems turns what is wrong with a record into the sentences of an error, each with
// the flag that it is about: the field's, or the one that fills it.
func (a *app) problems(err error, flags map[string]string) error {
	p, ok := asProblems(err)
	if !ok {
		return err
	}
	var lines []string
	for _, problem := range apperr.Errors(p.Problems) {
		key := "edit.problem." + problem.Code
		switch {
		case strings.HasSuffix(key, "_missing"):
			key = "edit.problem.missing"
		case strings.HasSuffix(key, "_not_a_number"):
			key = "edit.problem.not_a_number"
		case !a.lang.Has(key):
			key = "edit.problem.value_unreadable"
		}
		text := a.lang.T(key, problem.Params)
		if flag := cmp.Or(flags[problem.Field], strings.ReplaceAll(problem.Field, "_", "-")); flag != "" {
			given, _ := problem.Params["Value"].(string)
			text = strings.TrimSpace("--"+flag+" "+given) + ": " + text
		}
		lines = append(lines, importers.Scrub(text))
	}
	return apperr.New(apperr.Invalid, "%s", strings.Join(lines, "\n"))
}

// saved tells what a command stored.
func (a *app) saved(err error, s office.Saved) error {
	if err != nil {
		return err
	}
	if a.format == "json" {
		return a.print(json.Marshal(map[string]any{"id": s.ID, "key": s.Key, "version": s.Version}))
	}
	return a.report(nil, "cli.saved", map[string]any{"Key": s.Key})
}

func unitEndCommand(a *app) *cobra.Command {
	return a.endCommand("Take a unit out of service for good, from a day on", "the first day out of service (default today)", "in_service_to",
		func(ctx context.Context, o *office.Office, unit string, on civil.Date) (office.Saved, error) {
			return o.CloseUnit(ctx, unit, on, a.who())
		})
}

// day returns the day of a flag, today where it was not given.
func (a *app) day(o *office.Office, flag dateFlag) civil.Date {
	if flag.IsZero() {
		return o.Today()
	}
	return flag.Date
}

// unitLine is a unit as `unit list` shows it.
type unitLine struct {
	vacancy.Unit
	Phase    vacancy.Phase `json:"phase"`
	Since    civil.Date    `json:"since"`
	Days     int           `json:"days"` // in the phase so far
	Holder   string        `json:"household_ref,omitzero"`
	Expected civil.Date    `json:"expected,omitzero"`
}

func unitListCommand(a *app) *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the units with what each is on a day",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				h, err := o.History(cmd.Context())
				if err != nil {
					return err
				}
				lines := unitLines(h, a.day(o, on))
				if err := looked(cmd.Context(), a, o, lines, func(l *unitLine) string { return l.Holder }); err != nil {
					return err
				}
				if a.format == "json" {
					return a.print(json.Marshal(lines))
				}
				p := printer{w: a.stdout}
				p.printf("%-10s %-30s %-14s %-10s %5s  %s\n", a.column("unit"), a.column("address"), a.column("status"), a.lang.T("units.from", nil), a.lang.T("units.days", nil), a.column("household"))
				for _, l := range lines {
					p.printf("%-10s %-30s %-14s %s %5d  %s\n", l.UnitRef, l.Address, a.lang.T("vacancy.phase."+string(l.Phase), nil), l.Since, l.Days, l.Holder)
				}
				return p.err
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the day (default today)")
	a.formats(cmd, "text", "json")
	return cmd
}

// column returns the header of a column as the workbooks have it.
func (a *app) column(key string) string { return a.lang.T("reports.column."+key, nil) }

func unitLines(h *vacancy.History, on civil.Date) []unitLine {
	lines := []unitLine{}
	far := civil.MustParse("1900-01-01")
	for _, t := range h.Timelines(vacancy.Period{From: far, To: on + 1}) {
		l := unitLine{Unit: t.Unit}
		if s, ok := t.At(on); ok {
			l.Phase, l.Since, l.Days, l.Holder, l.Expected = s.Phase, s.From, int(on-s.From)+1, s.HouseholdRef, s.Expected
		}
		lines = append(lines, l)
	}
	return lines
}

func occupancyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "occupancy",
		Short: "Let households move in and out of units, and list the stays",
		Long: `Occupancy works on who lives where. A unit holds one open stay at a time. The day
of a move-out is the first day that the unit is free again.`,
		Example: `  boligklar occupancy add --unit-ref G-101 --household-ref H-017 --persons 4 --from 2026-12-01
  boligklar occupancy end G-101 --on 2027-06-01 --reason private_rental
  boligklar occupancy list --open`,
	}
	cmd.AddCommand(
		addCommand(a, "Add a stay: a household moves in", importers.OccupancySchema, func(ctx context.Context, o *office.Office, stay vacancy.Occupancy) (office.Saved, error) {
			return o.MoveIn(ctx, stay, a.who())
		}),
		occupancyEndCommand(a), occupancyListCommand(a),
	)
	return cmd
}

func occupancyEndCommand(a *app) *cobra.Command {
	var reason string
	cmd := a.endCommand("End the stay in a unit, and begin to make it ready", "the first day that the unit is free again (default today)", "to",
		func(ctx context.Context, o *office.Office, unit string, on civil.Date) (office.Saved, error) {
			stay, problems := importers.FromTexts(importers.OccupancySchema, vacancy.Occupancy{}, map[string]string{"reason": reason})
			for _, p := range problems {
				if p.Field == "reason" {
					return office.Saved{}, usageError{fmt.Errorf("--reason %s: use one of %s", importers.Scrub(reason), joinCodes(vacancy.Reasons))}
				}
			}
			return o.MoveOut(ctx, unit, on, stay.Reason, a.who())
		})
	cmd.Flags().StringVar(&reason, "reason", "", "where the household went: "+joinCodes(vacancy.Reasons))
	a.required(cmd, "reason")
	return cmd
}

func occupancyListCommand(a *app) *cobra.Command {
	var open bool
	var unit string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the stays",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				h, err := o.History(cmd.Context())
				if err != nil {
					return err
				}
				if unit != "" && !slices.ContainsFunc(h.Units, func(u vacancy.Unit) bool { return u.UnitRef == unit }) {
					return apperr.New(apperr.NotFound, "There is no unit %q.", unit).In("units.unknown", map[string]any{"Unit": unit})
				}
				stays := []vacancy.Occupancy{}
				for _, s := range h.Stays {
					if (!open || s.To.IsZero()) && (unit == "" || s.UnitRef == unit) {
						stays = append(stays, s)
					}
				}
				if err := looked(cmd.Context(), a, o, stays, func(s *vacancy.Occupancy) string { return s.HouseholdRef }); err != nil {
					return err
				}
				if a.format == "json" {
					return a.print(json.Marshal(stays))
				}
				p := printer{w: a.stdout}
				p.printf("%-10s %-12s %-10s %-10s %s\n", a.column("unit"), a.column("household"), a.lang.T("units.from", nil), a.lang.T("units.free_from", nil), a.column("reason"))
				for _, s := range stays {
					reason := ""
					if s.Reason != "" {
						reason = a.lang.T("reports.figure.out_"+string(s.Reason), nil)
					}
					p.printf("%-10s %-12s %s %-10s %s\n", s.UnitRef, s.HouseholdRef, s.From, s.To, reason)
				}
				return p.err
			})
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "only stays that go on")
	cmd.Flags().StringVar(&unit, "unit", "", "only stays in this unit")
	a.formats(cmd, "text", "json")
	return cmd
}

// asProblems returns what is wrong with a record, where that is the error.
func asProblems(err error) (*office.ProblemsError, bool) {
	var p *office.ProblemsError
	return p, errors.As(err, &p)
}
