package main

import (
	"context"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/web"
)

func serveCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages, and /healthz and /readyz for a supervisor",
		Long: `Serve answers browsers: for now with a page that says what is in the store. It
listens on this machine only, unless --addr says otherwise, and stops on Ctrl-C
or SIGTERM when the requests under way are answered.`,
		Example: "  boligklar serve --addr 127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(db *storage.DB) error {
				o := a.office(db)
				var lc net.ListenConfig
				ln, err := lc.Listen(cmd.Context(), "tcp", a.config.Addr)
				if err != nil {
					return apperr.Wrap(err, apperr.Unavailable, "Nothing can listen on %s. Choose another address with --addr.", a.config.Addr)
				}
				if err := a.report(nil, "cli.serve.listening", map[string]any{"Addr": ln.Addr().String()}); err != nil {
					return err
				}
				logger := slog.New(slog.NewTextHandler(a.stderr, nil))
				stop, err := a.startBackground(cmd.Context(), db, logger)
				if err != nil {
					return err
				}
				defer stop()
				unfollow := o.Follow(cmd.Context(), logger)
				defer unfollow()
				return web.Serve(cmd.Context(), ln, web.New(web.Config{Logger: logger, Now: a.now}, webOffice{o}))
			})
		},
	}
	cmd.Flags().StringVar(&a.config.Addr, "addr", a.config.Addr, "address to listen on (BOLIGKLAR_ADDR)")
	return cmd
}

// webOffice gives the pages what they ask of the office.
type webOffice struct{ *office.Office }

// Contents implements web.Office.
func (o webOffice) Contents(ctx context.Context) (web.Contents, error) {
	c, err := o.Office.Contents(ctx)
	if err != nil {
		return web.Contents{}, apperr.Wrap(err, apperr.Unavailable, "The store does not answer.")
	}
	out := web.Contents{Municipality: o.Name()}
	for _, count := range c.Counts {
		out.Counts = append(out.Counts, web.Count{Kind: string(count.Kind), N: count.N})
	}
	if last := c.LastImport; last != nil {
		s := last.Summary
		out.LastImport = &web.Import{At: last.At.Local(), Created: s.Created, Updated: s.Updated, Unchanged: s.Unchanged, Rejected: s.Rejected}
	}
	return out, nil
}
