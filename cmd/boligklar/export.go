package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
)

const kindsHelp = "listings, households, units, occupancies"

func exportCommand(a *app) *cobra.Command {
	var out string
	var canonical bool
	var match office.MatchRequest
	var on dateFlag
	var availability []string
	cmd := &cobra.Command{
		Use:   "export KIND",
		Short: "Write listings, households, units, occupancies or matches as .xlsx or .csv",
		Long: `Export writes every record of a kind (` + kindsHelp + `)
to a workbook or a text file; the extension of -o decides. What is exported
imports again as unchanged. Headers and words are in --lang; --canonical writes
field names and values as programs have them.

The kind matches writes the ranked pairs of today (or --on), with reasons.`,
		Example: `  boligklar export listings -o listings.xlsx
  boligklar export listings -o open.csv --availability open
  boligklar export households -o households.csv --lang en
  boligklar export matches -o matches.xlsx --on 2026-12-01`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			style := importers.Style{Lang: a.lang, Canonical: canonical}
			if err := needExtension("-o", out, ".xlsx", ".csv"); err != nil {
				return err
			}
			filter := office.ExportFilter{}
			for _, v := range availability {
				if !slices.Contains(landlords.Availabilities, landlords.Availability(v)) {
					return usageError{fmt.Errorf("--availability %s: give open, unconfirmed or closed", v)}
				}
				filter.Availability = append(filter.Availability, landlords.Availability(v))
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				if args[0] == "matches" {
					match.On = on.Date
					n, err := o.ExportMatches(cmd.Context(), match, out, a.lang)
					return a.report(err, "cli.export.done", map[string]any{"N": n, "File": out})
				}
				kind, err := needKind(args[0])
				if err != nil {
					return err
				}
				bar := a.progress()
				n, err := o.ExportSome(cmd.Context(), kind, out, style, filter, bar.update)
				bar.finish()
				return a.report(err, "cli.export.done", map[string]any{"N": n, "File": out})
			})
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "the file to write; .xlsx or .csv; replaces what is there")
	f.BoolVar(&canonical, "canonical", false, "field names and values as programs have them")
	f.StringSliceVar(&availability, "availability", nil, "of listings: only those that are open, unconfirmed or closed today")
	f.Var(&on, "on", "of matches: the day that they hold for (default today)")
	f.BoolVar(&match.Every, "every", false, "of matches: blocked pairs as well")
	f.IntVar(&match.Top, "top", 0, "of matches: at most so many for each household")
	a.required(cmd, "output")
	return cmd
}

func templateCommand(a *app) *cobra.Command {
	var out string
	var canonical bool
	cmd := &cobra.Command{
		Use:     "template KIND",
		Short:   "Write an empty table to fill in",
		Long:    "Template writes an empty table of a kind (" + kindsHelp + ")\nwith the headers and drop-down lists that import understands.",
		Example: "  boligklar template listings -o new-listings.xlsx",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := needExtension("-o", out, ".xlsx", ".csv"); err != nil {
				return err
			}
			kind, err := needKind(args[0])
			if err != nil {
				return err
			}
			err = office.Template(kind, out, importers.Style{Lang: a.lang, Canonical: canonical})
			return a.report(err, "cli.template.done", map[string]any{"File": out})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file to write; .xlsx or .csv; replaces what is there")
	cmd.Flags().BoolVar(&canonical, "canonical", false, "field names and values as programs have them")
	a.required(cmd, "output")
	return cmd
}

// needKind reads a kind that must be named.
func needKind(s string) (importers.Kind, error) {
	kind, err := importers.ParseKind(s)
	if err == nil && kind == "" {
		_, err = importers.ParseKind("?" + s)
	}
	if err != nil {
		return "", usageError{err}
	}
	return kind, nil
}

// required marks a flag that the command cannot do without.
func (a *app) required(cmd *cobra.Command, flag string) {
	if err := cmd.MarkFlagRequired(flag); err != nil {
		panic(err) // the flag was defined a line above
	}
}

// report says that something is done, where it is.
func (a *app) report(err error, key string, params map[string]any) error {
	if err != nil {
		return err
	}
	p := printer{w: a.stdout}
	p.printf("%s\n", a.lang.T(key, params))
	return p.err
}
