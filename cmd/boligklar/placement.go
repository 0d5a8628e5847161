package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/placements"
)

func placementCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "placement",
		Short: "Follow a household towards a listing: propose, view, offer, lease, move in, follow up",
		Long: `Placement records what happens between a household and a listing. A proposal
prints the placement's id; the other commands take it. Nothing is told to the
landlord before the household's yes is recorded (accept).`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(proposeCommand(a), placementListCommand(a), declineCommand(a), followUpCommand(a))
	for _, s := range []struct {
		use, short string
		kind       placements.Kind
	}{
		{"accept", "Record the household's yes", placements.KindAccept},
		{"view", "Record a viewing", placements.KindView},
		{"offer", "Record the landlord's offer: reserves the listing, releases the other candidates", placements.KindOffer},
		{"lease", "Record the signed lease; --on is the day it starts", placements.KindLease},
		{"move-in", "Record moving in: ends the stay in the transitional unit on that day", placements.KindMoveIn},
		{"end", "Record the end of the tenancy", placements.KindEnd},
	} {
		step := office.PlacementStep{Kind: s.kind}
		add := a.stepCommand(s.use+" ID", s.short, &step, nil)
		if s.kind == placements.KindEnd {
			add.Flags().StringVar((*string)(&step.Reason), "reason", "", "where the household went, where the municipality sublet the home: "+joinCodes(vacancy.Reasons))
		}
		cmd.AddCommand(add)
	}
	return cmd
}

// stepCommand is a subcommand that records the next step of a placement.
func (a *app) stepCommand(use, short string, step *office.PlacementStep, fill func() error) *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if fill != nil {
				if err := fill(); err != nil {
					return err
				}
			}
			step.ID, step.Date, step.Who = args[0], on.Date, a.who()
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				if err := o.Advance(cmd.Context(), *step); err != nil {
					return err
				}
				if a.format != "json" {
					return a.report(nil, "cli.placement.recorded", nil)
				}
				rec, err := o.Placement(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.printJSON(placementRow(&rec))
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the day that it holds for, 2026-12-01 (default today)")
	cmd.Flags().StringVar(&step.Note, "note", "", "a note for the office's own use")
	a.formats(cmd, "text", "json")
	return cmd
}

func proposeCommand(a *app) *cobra.Command {
	var req office.ProposeRequest
	var on dateFlag
	cmd := &cobra.Command{
		Use:     "propose --household REF --listing REF",
		Short:   "Propose a pair, with what the engine knew and said of it",
		Example: "  boligklar placement propose --household H-012 --listing U-004",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			req.On, req.Who = on.Date, a.who()
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				id, err := o.Propose(cmd.Context(), req)
				if err != nil || a.format != "json" {
					return a.report(err, "cli.placement.proposed", map[string]any{"ID": id})
				}
				rec, err := o.Placement(cmd.Context(), id)
				if err != nil {
					return err
				}
				return a.printJSON(placementRow(&rec))
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Household, "household", "", "the household, by its reference")
	f.StringVar(&req.Listing, "listing", "", "the listing, by its reference")
	f.StringVar(&req.Why, "why", "", "why the pair is proposed although a rule stands against it")
	f.Var(&on, "on", "the day to evaluate for, 2026-12-01 (default today)")
	a.required(cmd, "household")
	a.required(cmd, "listing")
	a.formats(cmd, "text", "json")
	return cmd
}

func declineCommand(a *app) *cobra.Command {
	var by, reason, consequence, rule string
	var until dateFlag
	var correct map[string]string
	step := office.PlacementStep{Kind: placements.KindDecline}
	cmd := a.stepCommand("decline ID --by WHO --reason CODE", "Record a no: whose, why, and what follows from it", &step, func() error {
		if !slices.Contains(placements.DeclineReasons[placements.Decliner(by)], placements.Reason(reason)) {
			return usageError{fmt.Errorf("--reason: --by %s can have %s", by, joinCodes(placements.DeclineReasons[placements.Decliner(by)]))}
		}
		step.Decline = &placements.Decline{By: placements.Decliner(by), Reason: placements.Reason(reason), Consequence: placements.Consequence(consequence),
			Until: until.Date, Rule: matching.Rule(rule)}
		step.Correct = correct
		return nil
	})
	f := cmd.Flags()
	f.StringVar(&by, "by", "", "who declined: "+joinCodes(placements.Decliners))
	f.StringVar(&reason, "reason", "", "the code of why")
	f.StringVar(&consequence, "consequence", string(placements.NoConsequence), "what follows: "+joinCodes(placements.Consequences))
	f.Var(&until, "until", "of park_household: the first day free again")
	f.StringVar(&rule, "rule", "", "of requirement_corrected: the rule whose facts were corrected")
	f.StringToStringVar(&correct, "correct", nil, "of requirement_corrected: the listing's fields, as employment_requirement=permanent_job")
	a.required(cmd, "by")
	a.required(cmd, "reason")
	return cmd
}

func followUpCommand(a *app) *cobra.Command {
	var months int
	var result string
	step := office.PlacementStep{Kind: placements.KindFollowUp}
	cmd := a.stepCommand("follow-up ID --months N --result CODE", "Record a follow-up talk", &step, func() error {
		step.Check = &placements.Check{Months: months, Result: placements.CheckResult(result)}
		return nil
	})
	cmd.Flags().IntVar(&months, "months", 0, "which one: 1, 3, 6 or 12 months after the lease starts")
	cmd.Flags().StringVar(&result, "result", "", "how it went: "+joinCodes(placements.CheckResults))
	a.required(cmd, "months")
	a.required(cmd, "result")
	return cmd
}

func placementListCommand(a *app) *cobra.Command {
	var household, listing, state string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List placements: those on their way, or those of a household, a listing or a state",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state != "" && !slices.Contains(placements.States, placements.State(state)) {
				return usageError{errors.New("--state: give one of " + joinCodes(placements.States))}
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) (err error) {
				var recs []office.PlacementRecord
				switch {
				case household != "" || listing != "":
					recs, err = o.PlacementsOf(cmd.Context(), household, listing)
				case state != "":
					recs, err = o.PlacementsIn(cmd.Context(), placements.State(state))
				default:
					recs, err = o.PlacementsIn(cmd.Context(), placements.Proposal, placements.Viewing, placements.Offer, placements.Lease)
				}
				if err == nil {
					err = looked(cmd.Context(), a, o, recs, func(r *office.PlacementRecord) string { return r.Value.Placement.Personal.HouseholdRef })
				}
				if err != nil {
					return err
				}
				return a.printPlacements(recs)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&household, "household", "", "of one household, by its reference")
	f.StringVar(&listing, "listing", "", "of one listing, by its reference")
	f.StringVar(&state, "state", "", "in one state: "+joinCodes(placements.States))
	cmd.MarkFlagsMutuallyExclusive("household", "listing", "state")
	a.formats(cmd, "text", "json")
	return cmd
}

func (a *app) printPlacements(recs []office.PlacementRecord) error {
	rows := make([]placementJSON, len(recs))
	for i := range recs {
		rows[i] = placementRow(&recs[i])
	}
	if a.format == "json" {
		return a.printJSON(map[string]any{"placements": rows})
	}
	p := printer{w: a.stdout}
	if len(rows) == 0 {
		p.printf("%s\n", a.lang.T("cli.placement.none", nil))
	}
	for _, r := range rows {
		p.printf("%s  %-14s %-14s %s\n", r.ID, r.Household, r.Listing, a.lang.T("placements.state."+string(r.State), nil))
	}
	return p.err
}

// placementJSON is a placement as scripts see it.
type placementJSON struct {
	ID        string              `json:"id"`
	Household string              `json:"household"`
	Listing   string              `json:"listing"`
	State     placements.State    `json:"state"`
	Accepted  string              `json:"accepted,omitzero"`
	Score     json.Number         `json:"score"` // four decimals, as everywhere
	Decline   *placements.Decline `json:"decline,omitzero"`
	Steps     []placements.Step   `json:"steps"`
	Next      []placements.Kind   `json:"next"`
}

func placementRow(rec *office.PlacementRecord) placementJSON {
	p := &rec.Value.Placement
	next := p.State.Events()
	if next == nil {
		next = []placements.Kind{}
	}
	return placementJSON{ID: rec.ID, Household: p.Personal.HouseholdRef, Listing: p.Personal.ListingKey, State: p.State, Accepted: p.Accepted.String(),
		Score: json.Number(strconv.FormatFloat(p.Basis.Score, 'f', 4, 64)), Decline: p.Decline, Steps: p.Steps, Next: next}
}

func joinCodes[T ~string](codes []T) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return strings.Join(out, ", ")
}
