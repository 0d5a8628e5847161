package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching"
)

func doctorCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the store, say what is wrong and what to do",
		Long: `Doctor reads the whole store: its files, indexes, sequence of changes, unique
keys and every record. It changes nothing. Exit code 1 where something is wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := os.Stat(filepath.Join(a.config.Data, storeFile)); err != nil && a.config.Store == "" {
				return apperr.Wrap(err, apperr.NotFound, "There is no store in %q. Check --data.", a.config.Data).In("store.missing", map[string]any{"Data": a.config.Data})
			}
			var findings []storage.Finding
			err := a.withStore(cmd.Context(), func(db *storage.DB) (err error) {
				findings, err = db.Check(cmd.Context())
				return err
			})
			if err != nil {
				return err
			}
			return a.printFindings(findings)
		},
	}
	a.formats(cmd, "text", "json")
	return cmd
}

func (a *app) printFindings(findings []storage.Finding) error {
	p := printer{w: a.stdout}
	if a.format == "json" {
		if findings == nil {
			findings = []storage.Finding{}
		}
		data, err := json.Marshal(map[string]any{"data": a.config.Data, "findings": findings})
		if err != nil {
			return err
		}
		p.printf("%s\n", data)
	} else {
		for _, f := range findings {
			p.printf("%s\n  %s\n", f.Message, f.Remedy)
		}
		if len(findings) == 0 {
			p.printf("%s\n", a.lang.T("cli.doctor.sound", map[string]any{"Data": a.config.Data}))
		}
	}
	if p.err == nil && len(findings) > 0 {
		return apperr.New(apperr.Unreadable, "%s", a.lang.T("cli.doctor.unsound", map[string]any{"N": len(findings)}))
	}
	return p.err
}

// version is set at build time from the tag; a plain build has the commit.
var version = "dev"

func versionCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of the matching rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			commit := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						commit = s.Value
					}
				}
			}
			p := printer{w: a.stdout}
			if a.format == "json" {
				data, err := json.Marshal(map[string]string{"version": version, "commit": commit, "engine_version": matching.EngineVersion, "go": runtime.Version()})
				if err != nil {
					return err
				}
				p.printf("%s\n", data)
				return p.err
			}
			p.printf("boligklar %s (matching rules %s, %s)\n", version, matching.EngineVersion, runtime.Version())
			return p.err
		},
	}
	a.formats(cmd, "text", "json")
	return cmd
}
