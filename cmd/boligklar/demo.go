package main

import (
	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/storage"
)

func demoCommand(a *app) *cobra.Command {
	var on dateFlag
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Fill an empty store with a made-up municipality",
		Long: `Demo fills an empty store with a made-up municipality the size of Rana: about
100 transitional units, 60 listings, 40 households and two years of occupancies.
Nobody in it exists. It has a user for each role, and serve says how to sign in.`,
		Example: "  boligklar demo --data demo-data\n  boligklar serve --data demo-data",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(db *storage.DB) error {
				o := a.office(db)
				day := on.Date
				if day == 0 {
					day = o.Today()
				}
				data := demo.Municipality(day, seed)
				err := o.Fill(cmd.Context(), data, a.who())
				if err == nil {
					err = addDemoUsers(cmd.Context(), a.users(db), a.who())
				}
				return a.report(err, "cli.demo.done", map[string]any{"Units": len(data.Units), "Listings": len(data.Listings),
					"Households": len(data.Households), "Occupancies": len(data.Occupancies), "Data": a.config.Data})
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the day that the demo is made for (default today)")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "another number makes another municipality")
	return cmd
}
