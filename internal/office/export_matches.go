package office

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/matching"
)

// ExportMatches writes ranked pairs with their reasons to path: as .xlsx the
// match workbook, as .csv its table of pairs. It returns the number of pairs.
// Errors: those of Match and of sheet.Create.
func (o *Office) ExportMatches(ctx context.Context, req MatchRequest, path string, lang i18n.Lang) (int, error) {
	m, err := o.Match(ctx, req)
	if err != nil {
		return 0, err
	}
	in := reports.MatchesInput{Municipality: o.name, On: m.On, Engine: matching.EngineVersion, Policy: m.Policy.Hash()}
	for i := range m.Pairs {
		in.Pairs = append(in.Pairs, pairRow(&m.Pairs[i], lang))
	}
	for _, n := range m.NearMisses {
		in.NearMisses = append(in.NearMisses, nearMissRow(n, lang))
	}
	if strings.ToLower(filepath.Ext(path)) == ".xlsx" {
		return len(in.Pairs), sheet.WriteFile(path, func(w io.Writer) error { return reports.Matches(w, lang, in) })
	}
	return len(in.Pairs), sheet.Create(path, lang.T("kind.matches", nil), matchColumns(lang), func(w sheet.Writer) error {
		for _, p := range in.Pairs {
			var rent any
			if p.Rent != nil {
				rent = *p.Rent
			}
			err := w.Row([]any{p.Household, p.Listing, p.Address, p.Place, rent, lang.T("matching.eligibility."+p.Eligibility, nil),
				p.Score, p.Priority, p.RankValue, strings.Join(p.Blocks, " "), strings.Join(p.Asks, " "), strings.Join(p.Wishes, " ")})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func matchColumns(lang i18n.Lang) []sheet.Column {
	var out []sheet.Column
	for _, c := range []struct {
		key string
		typ sheet.ColumnType
	}{
		{"household", sheet.TextColumn}, {"listing", sheet.TextColumn}, {"address", sheet.TextColumn}, {"place", sheet.TextColumn},
		{"rent", sheet.MoneyColumn}, {"eligibility", sheet.TextColumn}, {"score", sheet.DecimalColumn}, {"priority", sheet.DecimalColumn},
		{"rank_value", sheet.DecimalColumn}, {"blocks", sheet.TextColumn}, {"asks", sheet.TextColumn}, {"wishes", sheet.TextColumn},
	} {
		out = append(out, sheet.Column{Header: lang.T("reports.column."+c.key, nil), Type: c.typ})
	}
	return out
}

func pairRow(r *matching.Result, lang i18n.Lang) reports.Pair {
	l := r.Offer.Listing
	row := reports.Pair{Household: r.Candidate.Ref(), Listing: r.Offer.Ref(), Address: l.Address, Place: l.PostalPlace, Rent: l.Rent,
		Eligibility: string(r.Eligibility), Score: matching.FourDecimals(r.Score), Priority: matching.FourDecimals(r.Priority), RankValue: matching.FourDecimals(r.RankValue)}
	for _, outcome := range r.Outcomes {
		why := func() string { return r.Why(outcome).Render(lang.T) }
		switch {
		case outcome.Outcome == matching.Pass:
		case outcome.Blocks():
			row.Blocks = append(row.Blocks, why())
		case outcome.Asks():
			row.Asks = append(row.Asks, why())
		case outcome.Outcome == matching.Fail:
			row.Wishes = append(row.Wishes, why())
		}
	}
	return row
}

func nearMissRow(n matching.NearMiss, lang i18n.Lang) reports.NearMiss {
	r, l := n.Result, n.Result.Offer.Listing
	return reports.NearMiss{Household: r.Candidate.Ref(), Listing: r.Offer.Ref(), Address: l.Address, Place: l.PostalPlace, Rent: l.Rent, Score: matching.FourDecimals(n.Score),
		Obstacle: r.Why(n.Outcome).Render(lang.T), Remedy: n.Outcome.Remedy.Message().Render(lang.T), Who: n.Outcome.Remedy.Who.Message().Render(lang.T)}
}
