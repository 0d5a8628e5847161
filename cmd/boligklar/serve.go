package main

import (
	"log/slog"
	"slices"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/storage"
)

func serveCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages, and /healthz and /readyz for a supervisor",
		Long: `Serve answers browsers. It listens on this machine only, unless --addr says
otherwise, and stops on Ctrl-C or SIGTERM when the requests under way are
answered. With --drain it first says at /readyz that it is not ready any more, and
answers on for that long, so that a proxy has time to turn to another process; with
--metrics-addr Prometheus reads /metrics there. Where there are no users yet it prints a link, good for one day and one
use, by which the first is made. With --public-addr the pages for landlords are
served there, and nowhere else.`,
		Example: "  boligklar serve --addr 127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(db *storage.DB) error {
				o := a.office(db)
				ln, err := listen(cmd.Context(), a.config.Addr)
				if err != nil {
					return err
				}
				if err := a.report(nil, "cli.serve.listening", map[string]any{"Addr": ln.Addr().String()}); err != nil {
					return err
				}
				logger := slog.New(slog.NewTextHandler(a.stderr, nil))
				unfollow := o.Follow(cmd.Context(), logger)
				defer unfollow()
				f, stopFinder, err := a.startFinder(cmd.Context(), db, o, logger)
				if err != nil {
					return err
				}
				defer stopFinder()
				scheduler, stop, err := a.startBackground(cmd.Context(), db, logger, slices.Concat(o.Upkeep(), []jobs.Job{a.monthlyReports(o)}, a.tidying(db))...)
				if err != nil {
					return err
				}
				defer stop()
				return a.serveSite(cmd.Context(), db, o, f, scheduler, ln, logger)
			})
		},
	}
	cmd.Flags().StringVar(&a.config.PublicAddr, "public-addr", a.config.PublicAddr, "address for the pages for landlords; with the others where it is empty (BOLIGKLAR_PUBLIC_ADDR)")
	cmd.Flags().StringVar(&a.config.Metrics, "metrics-addr", a.config.Metrics, "address for /metrics, kept from the world; nowhere where it is empty (BOLIGKLAR_METRICS_ADDR)")
	cmd.Flags().DurationVar(&a.config.Drain, "drain", a.config.Drain, "how long to answer on after SIGTERM while /readyz says no (BOLIGKLAR_DRAIN)")
	cmd.Flags().StringVar(&a.config.Addr, "addr", a.config.Addr, "address to listen on (BOLIGKLAR_ADDR)")
	return cmd
}
