package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

func copyCommand(a *app) *cobra.Command {
	var from, to string
	var all bool
	cmd := &cobra.Command{
		Use:   "copy",
		Short: "Copy a municipality from one store to another, either way",
		Long: `Copy takes the municipality of BOLIGKLAR_MUNICIPALITY, or every one with --all,
over into another store: from the file in a folder to a MongoDB cluster, or back.
In the end it compares both, register by register, by the number of records and a
hash of their contents. A copy that was cut off goes on where it stood when the
command is given again.

--from and --to are a folder or a connection string; the one that is left out is
the store of the settings, so that a password need not stand on the command line.
Stop the programs that write to either store first.`,
		Example: `  BOLIGKLAR_STORE_FILE=/run/secrets/store boligklar copy --from boligklar-data
  BOLIGKLAR_STORE_FILE=/run/secrets/store boligklar copy --to boligklar-data --all`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, to := cmp.Or(from, a.storeName()), cmp.Or(to, a.storeName())
			if from == to {
				return usageError{errors.New("--from and --to are the same store")}
			}
			return a.copy(cmd.Context(), from, to, all)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "folder or connection string of the store to copy; that of the settings where it is empty")
	cmd.Flags().StringVar(&to, "to", "", "folder or connection string of the store to copy to; that of the settings where it is empty")
	cmd.Flags().BoolVar(&all, "all", false, "copy every municipality of the store")
	return cmd
}

func (a *app) copy(ctx context.Context, from, to string, all bool) (err error) {
	source, err := openStore(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := openStore(ctx, to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	municipalities := []string{a.config.Municipality}
	if all {
		if municipalities, err = source.Municipalities(ctx); err != nil {
			return err
		}
	}
	for _, m := range municipalities {
		done, err := storage.Copy(ctx, source, target, m, nil)
		if err != nil {
			return err
		}
		records := 0
		for _, c := range done.Collections {
			records += c.Records
		}
		if records == 0 && !all {
			return apperr.New(apperr.NotFound, "There is nothing of municipality %s in the store to copy.", m).In("copy.nothing", map[string]any{"Municipality": m})
		}
		if err := a.report(nil, "copy.done", map[string]any{"Municipality": m, "Changes": done.Changes, "Records": records}); err != nil {
			return err
		}
		p := printer{w: a.stdout}
		for _, c := range done.Collections {
			if c.Records > 0 {
				p.printf("  %-20s %8d  sha256:%s\n", c.Name, c.Records, c.Hash)
			}
		}
		if p.err != nil {
			return p.err
		}
	}
	return nil
}
