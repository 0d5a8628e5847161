package main

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching"
)

// analysisCommand is a subcommand that asks something of the whole matching.
func (a *app) analysisCommand(cmd *cobra.Command, ask func(*cobra.Command, *office.Office, *office.Analysis) error) *cobra.Command {
	var on dateFlag
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.withOffice(cmd.Context(), func(o *office.Office) error {
			analysis, err := o.Analysis(cmd.Context(), on.Date)
			if err != nil {
				return err
			}
			return ask(cmd, o, analysis)
		})
	}
	cmd.Flags().Var(&on, "on", "the day to evaluate for, 2026-12-01 (default today)")
	a.formats(cmd, "text", "json")
	return cmd
}

// printJSON writes a value as one line of JSON.
func (a *app) printJSON(v any) error {
	data, err := json.Marshal(v)
	return a.print(data, err)
}

func whatifCommand(a *app) *cobra.Command {
	var household string
	cmd := a.analysisCommand(&cobra.Command{
		Use:   "whatif --household REF",
		Short: "Tell which step would open most homes for a household",
		Long: `Whatif tells for each step that a household could take how many more listings
would be eligible, and the best score among them: obtaining a guarantee, reaching
an employment level, raising the rent, accepting another place, waiting a month.
For a household that is not ready nothing opens; it is told what would once it is.`,
		Example: "  boligklar whatif --household H-012 --on 2026-12-01",
	}, func(cmd *cobra.Command, o *office.Office, an *office.Analysis) error {
		r, err := an.WhatIf(cmd.Context(), household)
		if err == nil {
			err = o.Looked(cmd.Context(), a.who(), r.Household)
		}
		if err != nil || a.format == "json" {
			if err == nil {
				err = a.printJSON(r)
			}
			return err
		}
		p, now := printer{w: a.stdout}, "cli.whatif.now"
		if r.WhenReady != nil {
			r, now = *r.WhenReady, "cli.whatif.when_ready"
		}
		p.printf("%s\n", a.lang.T(now, map[string]any{"Household": r.Household, "N": r.Eligible}))
		for _, s := range r.Steps {
			if s.Gained > 0 {
				p.printf("  +%-3d %-50s %s %.1f\n", s.Gained, a.stepWords(s), s.BestRef, s.BestScore)
			}
		}
		return p.err
	})
	cmd.Flags().StringVar(&household, "household", "", "the household, by its reference")
	a.required(cmd, "household")
	return cmd
}

// stepWords says what a step is.
func (a *app) stepWords(s matching.ReadinessStep) string {
	return a.lang.T("cli.step."+string(s.Step), map[string]any{
		"Form": a.lang.T("matching.form."+s.Form, nil), "Level": a.lang.T("matching.level."+string(s.Level), nil),
		"Amount": s.Amount, "Place": s.Place, "Until": s.Until.String(),
	})
}

func negotiateCommand(a *app) *cobra.Command {
	var listing, landlord string
	var all bool
	cmd := a.analysisCommand(&cobra.Command{
		Use:   "negotiate (--listing REF | --landlord NAME | --all)",
		Short: "Tell how many more households a landlord's concession would let qualify",
		Long: `Negotiate tells for each requirement of a listing how many more ready households
would qualify were it relaxed by one step: what is worth a call to the landlord.`,
		Example: "  boligklar negotiate --listing U-004\n  boligklar negotiate --all --format json",
	}, func(cmd *cobra.Command, _ *office.Office, an *office.Analysis) (err error) {
		var out []matching.LandlordNegotiation
		switch {
		case listing != "":
			n, err := an.NegotiateListing(cmd.Context(), listing)
			if err != nil || a.format == "json" {
				if err == nil {
					err = a.printJSON(n)
				}
				return err
			}
			p := printer{w: a.stdout}
			a.printNegotiation(&p, n.Listing, n.Qualified, n.Steps)
			return p.err
		case landlord != "":
			out, err = an.NegotiateLandlord(cmd.Context(), landlord)
		default:
			out, err = an.NegotiationValues(cmd.Context(), an.Query)
		}
		if err != nil || a.format == "json" {
			if err == nil {
				err = a.printJSON(map[string]any{"landlords": out})
			}
			return err
		}
		p := printer{w: a.stdout}
		for _, n := range out {
			a.printNegotiation(&p, landlordAndListings(n), n.Qualified, n.Steps)
		}
		return p.err
	})
	f := cmd.Flags()
	f.StringVar(&listing, "listing", "", "one listing, by its reference")
	f.StringVar(&landlord, "landlord", "", "all listings of a landlord, by name")
	f.BoolVar(&all, "all", false, "every landlord, the most worthwhile first")
	cmd.MarkFlagsMutuallyExclusive("listing", "landlord", "all")
	cmd.MarkFlagsOneRequired("listing", "landlord", "all")
	return cmd
}

// landlordAndListings is a landlord's name with the listings that it is about:
// two landlords may share a name, and some listings state none.
func landlordAndListings(n matching.LandlordNegotiation) string {
	var refs []string
	for _, l := range n.Listings {
		refs = append(refs, l.Listing)
	}
	return strings.TrimSpace(n.Landlord + " (" + strings.Join(refs, ", ") + ")")
}

func (a *app) printNegotiation(p *printer, who string, qualified int, steps []matching.NegotiationStep) {
	p.printf("%s\n", a.lang.T("cli.negotiate.now", map[string]any{"Who": who, "N": qualified}))
	for _, s := range steps {
		if s.Gained == 0 {
			continue
		}
		amount := ""
		if s.Amount != nil {
			amount = strconv.Itoa(*s.Amount)
		}
		p.printf("  +%-3d %s\n", s.Gained, a.lang.T("cli.concession."+string(s.Concession), map[string]any{
			"Form": a.lang.T("matching.form."+s.Form, nil), "Level": a.lang.T("matching.level."+string(s.Level), nil), "Amount": amount}))
	}
}

func fairnessCommand(a *app) *cobra.Command {
	return a.analysisCommand(&cobra.Command{
		Use:   "fairness",
		Short: "Show who is eligible, proposed and housed, by size, security and employment",
		Long: `Fairness counts households by size, form of security and employment, and how many
of each are eligible for some listing, proposed to a landlord, and housed. Counts
below 4 are hidden, and what would give them away. It judges nothing.`,
	}, func(cmd *cobra.Command, _ *office.Office, an *office.Analysis) error {
		f, err := an.Fairness(cmd.Context())
		if err != nil || a.format == "json" {
			if err == nil {
				err = a.printJSON(f)
			}
			return err
		}
		p := printer{w: a.stdout}
		for _, d := range f.Dimensions {
			p.printf("%-28s %10s %10s %10s %10s\n", a.lang.T("cli.fairness."+d.By, nil), a.lang.T("kind.households", nil),
				a.lang.T("cli.fairness.eligible", nil), a.lang.T("cli.fairness.proposed", nil), a.lang.T("cli.fairness.housed", nil))
			for _, g := range d.Groups {
				p.printf("  %-26s %10s %10s %10s %10s\n", g.Value, countWords(g.Households), countWords(g.Eligible), countWords(g.Proposed), countWords(g.Housed))
			}
		}
		p.printf("%s\n", a.lang.T("cli.fairness.note", nil))
		return p.err
	})
}

func countWords(c matching.Count) string {
	if c.Hidden {
		return "<4"
	}
	return strconv.Itoa(c.N)
}

// allocationJSON is what assign prints for scripts.
type allocationJSON struct {
	Pairs       []allocatedJSON  `json:"pairs"`
	Total       float64          `json:"total"`
	GreedyTotal float64          `json:"greedy_total"`
	Unassigned  []unassignedJSON `json:"unassigned"`
	Prices      []priceJSON      `json:"prices"`
	Differences []differenceJSON `json:"differences"`
}

type allocatedJSON struct {
	Household string  `json:"household"`
	Listing   string  `json:"listing"`
	RankValue float64 `json:"rank_value"`
}

type unassignedJSON struct {
	Household string `json:"household"`
	Why       string `json:"why"`
}

type priceJSON struct {
	Listing string  `json:"listing"`
	Price   float64 `json:"price"`
}

// differenceJSON is a household for which the allocation differs from the greedy
// list; null is no listing, or no other household.
type differenceJSON struct {
	Household string  `json:"household"`
	Greedy    *string `json:"greedy"`
	Listing   *string `json:"listing"`
	Other     *string `json:"other"` // household that gets the greedy listing instead
	Why       string  `json:"why"`
	Chain     int     `json:"chain"` // differences of one chain belong together
	Gain      float64 `json:"gain"`  // what the chain adds to the total
}

func assignCommand(a *app) *cobra.Command {
	return a.analysisCommand(&cobra.Command{
		Use:   "assign",
		Short: "Propose the best overall allocation of listings to households",
		Long: `Assign proposes at most one household for each listing, over eligible pairs, so
that the sum of rank values is as large as it can be; shows where that differs
from taking the best pairs one by one, and what one more listing like each would
be worth. It proposes; people decide.`,
		Example: "  boligklar assign --on 2026-12-01 --format json",
	}, func(cmd *cobra.Command, o *office.Office, an *office.Analysis) error {
		allocation, err := an.Allocate(cmd.Context(), nil, nil)
		if err != nil {
			return err
		}
		out := referTo(an, &allocation)
		if err := looked(cmd.Context(), a, o, out.Pairs, func(p *allocatedJSON) string { return p.Household }); err != nil {
			return err
		}
		if err := looked(cmd.Context(), a, o, out.Unassigned, func(u *unassignedJSON) string { return u.Household }); err != nil {
			return err
		}
		if a.format == "json" {
			return a.printJSON(out)
		}
		return a.printAllocation(out)
	})
}

// referTo turns an allocation's numbers into references, in four decimals.
func referTo(an *office.Analysis, al *matching.Allocation) allocationJSON {
	four := matching.FourDecimals
	household := func(i int) string { return an.Candidate(i).Ref() }
	listing := func(j int) string { return an.Offer(j).Ref() }
	optional := func(i int, ref func(int) string) *string {
		if i < 0 {
			return nil
		}
		s := ref(i)
		return &s
	}
	out := allocationJSON{Total: four(al.Total), GreedyTotal: four(al.GreedyTotal),
		Pairs: []allocatedJSON{}, Unassigned: []unassignedJSON{}, Prices: []priceJSON{}, Differences: []differenceJSON{}}
	for _, p := range al.Pairs {
		out.Pairs = append(out.Pairs, allocatedJSON{household(p.Candidate), listing(p.Offer), four(p.RankValue)})
	}
	for _, u := range al.Unassigned {
		out.Unassigned = append(out.Unassigned, unassignedJSON{household(u.Candidate), string(u.Why)})
	}
	priced := map[int]bool{}
	for _, p := range al.Prices {
		priced[p.Offer] = true
		out.Prices = append(out.Prices, priceJSON{listing(p.Offer), four(p.Price)})
	}
	for j := range an.Offers() {
		if !priced[j] { // one more would add nothing
			out.Prices = append(out.Prices, priceJSON{listing(j), 0})
		}
	}
	for _, d := range al.Differences {
		out.Differences = append(out.Differences, differenceJSON{household(d.Candidate), optional(d.Greedy, listing), optional(d.Best, listing),
			optional(d.Other, household), string(d.Why), d.Chain, four(d.Gain)})
	}
	return out
}

func (a *app) printAllocation(out allocationJSON) error {
	p := printer{w: a.stdout}
	p.printf("%s\n", a.lang.T("cli.assign.total", map[string]any{"N": len(out.Pairs), "Total": out.Total, "Greedy": out.GreedyTotal}))
	for _, pair := range out.Pairs {
		p.printf("  %-14s %-14s %6.1f\n", pair.Household, pair.Listing, pair.RankValue)
	}
	or := func(s *string) string {
		if s == nil {
			return "–"
		}
		return *s
	}
	if len(out.Differences) > 0 {
		p.printf("%s\n", a.lang.T("cli.assign.differences", nil))
	}
	for _, d := range out.Differences {
		p.printf("  %-14s %s\n", d.Household, a.lang.T("allocation.difference."+d.Why, map[string]any{"Greedy": or(d.Greedy), "Best": or(d.Listing), "Other": or(d.Other)}))
	}
	for i, price := range out.Prices {
		if price.Price == 0 {
			break // the highest come first
		}
		if i == 0 {
			p.printf("%s\n", a.lang.T("cli.assign.prices", nil))
		}
		p.printf("  %-14s %6.1f\n", price.Listing, price.Price)
	}
	for i, u := range out.Unassigned {
		if i == 0 {
			p.printf("%s\n", a.lang.T("cli.assign.unassigned", nil))
		}
		p.printf("  %-14s %s\n", u.Household, a.lang.T("allocation.unassigned."+u.Why, nil))
	}
	return p.err
}

func policyPreviewCommand(a *app) *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use:   "preview FILE",
		Short: "Show which eligible pairs a policy file would gain and lose",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			policy, err := a.soundPolicy(args[0])
			if err != nil {
				return err
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				an, err := o.Analysis(cmd.Context(), on.Date)
				if err != nil {
					return err
				}
				q := an.Query
				q.Options = matching.Options{EligibleOnly: true}
				preview, err := an.PreviewPolicy(cmd.Context(), q, policy, math.MaxInt32)
				if err == nil {
					err = looked(cmd.Context(), a, o, preview.Pairs, func(p *matching.PreviewPair) string { return p.Household })
				}
				if err != nil || a.format == "json" {
					if err == nil {
						err = a.printJSON(preview)
					}
					return err
				}
				p := printer{w: a.stdout}
				p.printf("%s\n", a.lang.T("cli.policy.preview", map[string]any{"Gained": preview.Gained, "Lost": preview.Lost, "Kept": preview.Kept}))
				for _, pair := range preview.Pairs {
					p.printf("  %-14s %-14s %s\n", pair.Household, pair.Listing, a.lang.T("cli.preview."+pair.Change, nil))
				}
				return p.err
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the day to evaluate for (default today)")
	a.formats(cmd, "text", "json")
	return cmd
}
