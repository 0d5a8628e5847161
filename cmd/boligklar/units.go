package main

import (
	"encoding/json"
	"errors"
	"fmt"
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
	cmd.AddCommand(unitAddCommand(a), unitEndCommand(a), unitListCommand(a))
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

// problems turns what is wrong with a record into the sentences of an error.
func (a *app) problems(kind importers.Kind, err error) error {
	p, ok := asProblems(err)
	if !ok {
		return err
	}
	var lines []string
	for _, problem := range apperr.Errors(p.Problems) {
		lines = append(lines, importers.Message(a.lang, kind, problem))
	}
	return apperr.New(apperr.Invalid, "%s", strings.Join(lines, " "))
}

func unitAddCommand(a *app) *cobra.Command {
	var given func() map[string]string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add a unit",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			u, problems := importers.FromTexts(importers.UnitSchema, vacancy.Unit{}, given())
			if len(apperr.Errors(problems)) > 0 {
				return a.problems(importers.Units, &office.ProblemsError{Problems: problems})
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				saved, err := o.CreateUnit(cmd.Context(), u, a.who())
				return a.saved(a.problems(importers.Units, err), saved)
			})
		},
	}
	given = fieldFlags(cmd, importers.UnitSchema)
	a.formats(cmd, "text", "json")
	return cmd
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
	var on dateFlag
	cmd := &cobra.Command{
		Use:   "end UNIT",
		Short: "Take a unit out of service for good, from a day on",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				saved, err := o.CloseUnit(cmd.Context(), args[0], a.day(o, on), a.who())
				return a.saved(a.problems(importers.Units, err), saved)
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the first day out of service (default today)")
	a.formats(cmd, "text", "json")
	return cmd
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
	cmd.AddCommand(occupancyAddCommand(a), occupancyEndCommand(a), occupancyListCommand(a))
	return cmd
}

func occupancyAddCommand(a *app) *cobra.Command {
	var given func() map[string]string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add a stay: a household moves in",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stay, problems := importers.FromTexts(importers.OccupancySchema, vacancy.Occupancy{}, given())
			if len(apperr.Errors(problems)) > 0 {
				return a.problems(importers.Occupancies, &office.ProblemsError{Problems: problems})
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				saved, err := o.MoveIn(cmd.Context(), stay, a.who())
				return a.saved(a.problems(importers.Occupancies, err), saved)
			})
		},
	}
	given = fieldFlags(cmd, importers.OccupancySchema)
	a.formats(cmd, "text", "json")
	return cmd
}

func occupancyEndCommand(a *app) *cobra.Command {
	var on dateFlag
	var reason string
	cmd := &cobra.Command{
		Use:   "end UNIT",
		Short: "End the stay in a unit, and begin to make it ready",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			stay, problems := importers.FromTexts(importers.OccupancySchema, vacancy.Occupancy{}, map[string]string{"reason": reason})
			for _, p := range problems {
				if p.Field == "reason" {
					return usageError{fmt.Errorf("--reason %s: %s", reason, importers.Message(a.lang, importers.Occupancies, p))}
				}
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				err := o.MoveOut(cmd.Context(), args[0], a.day(o, on), stay.Reason, a.who())
				return a.saved(a.problems(importers.Occupancies, err), office.Saved{Key: args[0]})
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the first day that the unit is free again (default today)")
	cmd.Flags().StringVar(&reason, "reason", "", "where the household went: private_rental, purchase, other_municipal, left_municipality, ...")
	a.required(cmd, "reason")
	a.formats(cmd, "text", "json")
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
				for _, s := range stays {
					p.printf("%-10s %-12s %s %-10s %s\n", s.UnitRef, s.HouseholdRef, s.From, s.To, s.Reason)
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
