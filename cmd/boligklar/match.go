package main

import (
	"bufio"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching"
)

func matchCommand(a *app) *cobra.Command {
	var req office.MatchRequest
	var on dateFlag
	var all bool
	cmd := &cobra.Command{
		Use:   "match (--household REF | --listing REF | --all)",
		Short: "Rank households and listings, with the reason for every yes and no",
		Long: `Match evaluates households against listings by the rules: eligible, to be
clarified, or blocked; scores the fit; and says why. For one household or one
listing it also lists what is one step away, and whose step it is.

Without --every blocked pairs are left out. --top keeps the best N for each
household (with --listing: for the listing).`,
		Example: `  boligklar match --household H-012 --top 10
  boligklar match --listing U-004 --on 2026-12-01
  boligklar match --all --every --on 2026-12-01 --format jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if req.Top < 0 {
				return usageError{errors.New("--top: give a number of pairs")}
			}
			req.On = on.Date
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				m, err := o.Match(cmd.Context(), req)
				if err != nil {
					return err
				}
				seen := []string{req.Household}
				for i := range m.Pairs {
					seen = append(seen, m.Pairs[i].Candidate.Ref())
				}
				for i := range m.NearMisses {
					seen = append(seen, m.NearMisses[i].Result.Candidate.Ref())
				}
				if err := o.Looked(cmd.Context(), a.who(), seen...); err != nil {
					return err
				}
				return a.printMatches(m)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Household, "household", "", "one household, by its reference")
	f.StringVar(&req.Listing, "listing", "", "one listing, by its reference")
	f.BoolVar(&all, "all", false, "every household against every listing")
	f.Var(&on, "on", "the day to evaluate for, 2026-12-01 (default today)")
	f.IntVar(&req.Top, "top", 0, "at most so many pairs each; 0 is all")
	f.BoolVar(&req.Every, "every", false, "blocked pairs as well")
	cmd.MarkFlagsMutuallyExclusive("household", "listing", "all")
	cmd.MarkFlagsOneRequired("household", "listing", "all")
	a.formats(cmd, "text", "json", "jsonl")
	return cmd
}

func (a *app) printMatches(m *office.Matches) error {
	w := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(w)
	switch a.format {
	case "json":
		out := struct {
			Pairs      []matching.Result   `json:"pairs"`
			NearMisses []matching.NearMiss `json:"near_misses"`
		}{m.Pairs, m.NearMisses}
		if out.Pairs == nil {
			out.Pairs = []matching.Result{}
		}
		if out.NearMisses == nil {
			out.NearMisses = []matching.NearMiss{}
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	case "jsonl":
		for i := range m.Pairs {
			if err := enc.Encode(&m.Pairs[i]); err != nil {
				return err
			}
		}
	default:
		p := printer{w: w}
		a.printPairs(&p, m)
		if p.err != nil {
			return p.err
		}
	}
	return w.Flush()
}

func (a *app) printPairs(p *printer, m *office.Matches) {
	if len(m.Pairs) == 0 {
		p.printf("%s\n", a.lang.T("cli.match.none", nil))
	} else {
		p.printf("%-14s %-14s %6s %6s  %-16s %s\n", a.lang.T("cli.match.household", nil), a.lang.T("cli.match.listing", nil), a.lang.T("cli.match.score", nil),
			a.lang.T("cli.match.rank", nil), a.lang.T("cli.match.eligibility", nil), a.lang.T("cli.match.why", nil))
	}
	for i := range m.Pairs {
		r := &m.Pairs[i]
		why := ""
		for _, o := range r.Outcomes {
			if (o.Blocks() || o.Asks()) && why == "" {
				why = r.Why(o).Render(a.lang.T)
			}
		}
		p.printf("%-14s %-14s %6.1f %6.1f  %-16s %s\n", r.Candidate.Ref(), r.Offer.Ref(), r.Score, r.RankValue, r.Eligibility.Message().Render(a.lang.T), why)
	}
	if len(m.NearMisses) > 0 {
		p.printf("\n%s\n", a.lang.T("cli.match.near_misses", nil))
	}
	for _, n := range m.NearMisses {
		p.printf("%-14s %-14s %6.1f  %s\n", n.Result.Candidate.Ref(), n.Result.Offer.Ref(), n.Score, n.Outcome.Remedy.Message().Render(a.lang.T))
	}
}
