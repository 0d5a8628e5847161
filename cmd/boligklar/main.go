// Command boligklar matches private rental listings with refugee households
// that are ready to rent, and tracks vacancies and turnover in a municipality's
// transitional housing. `boligklar --help` lists what it can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Exit codes. Scripts rely on them.
const (
	exitOK       = 0
	exitFailed   = 1 // nothing was changed
	exitUsage    = 2 // the command was not understood
	exitRejected = 3 // done, but rows were rejected
)

func main() {
	// A day is a day in Norway, and people read Norwegian time, whatever the
	// machine's own zone: a server mostly keeps UTC.
	if oslo, err := time.LoadLocation("Europe/Oslo"); err == nil {
		time.Local = oslo
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// app is what the subcommands share.
type app struct {
	config config.Config
	lang   i18n.Lang
	stdout io.Writer
	stderr io.Writer
	now    func() time.Time
	format string
}

// errRejected is the outcome of an import that left rows out.
var errRejected = errors.New("rows were rejected")

// usageError is a command that was not understood.
type usageError struct{ error }

// run executes one command line and returns its exit code.
func run(ctx context.Context, args, environ []string, _ io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, now: time.Now}
	cfg, err := config.Load(environ)
	if err != nil {
		a.complain(apperr.MessageOf(err))
		return exitUsage
	}
	a.config = cfg
	root := newRoot(a)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	return a.exitCode(cmd, err)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "boligklar",
		Short: "Match private rentals with households that are ready to rent, and track transitional housing",
		Long: `Boligklar matches private rental listings with refugee households that are
ready to rent, and tracks vacancies and turnover in transitional housing.

A first round, from spreadsheets to matches and the month's workbook:

  boligklar import units.xlsx
  boligklar import listings.xlsx --dry-run      # shows what would happen
  boligklar import listings.xlsx
  boligklar import households.xlsx
  boligklar match --household H-012
  boligklar turnover --month 2026-11 -o turnover.xlsx

Everything is kept in one folder (--data). Exit codes: 0 done, 1 failed and
nothing changed, 2 the command was not understood, 3 done with rejected rows.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			a.lang, err = i18n.Parse(a.config.Lang)
			if err != nil {
				return usageError{err}
			}
			if strings.TrimSpace(a.config.Data) == "" {
				return usageError{errors.New("--data: give the folder of the store")}
			}
			return a.checkFormat(cmd)
		},
	}
	root.PersistentFlags().StringVar(&a.config.Data, "data", a.config.Data, "folder of the store, made where missing (BOLIGKLAR_DATA)")
	root.PersistentFlags().StringVar(&a.config.Lang, "lang", a.config.Lang, "language of sentences and headers: nb, nn or en (BOLIGKLAR_LANG)")
	root.InitDefaultHelpFlag() // before the arguments are split, or cobra takes what follows --help for its value
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usageError{errors.New(notANumber.ReplaceAllString(err.Error(), "not a whole number"))}
	})
	root.AddCommand(importCommand(a), exportCommand(a), templateCommand(a), matchCommand(a), whatifCommand(a), negotiateCommand(a), assignCommand(a), fairnessCommand(a), programmeCommand(a), placementCommand(a), policyCommand(a), turnoverCommand(a), unitCommand(a), occupancyCommand(a), forecastCommand(a),
		searchCommand(a), reindexCommand(a), placesCommand(a), synonymsCommand(a),
		demoCommand(a), copyCommand(a), serveCommand(a), userCommand(a), doctorCommand(a), versionCommand(a))
	for _, group := range root.Commands() {
		if group.HasSubCommands() && !group.Runnable() {
			group.RunE = func(cmd *cobra.Command, args []string) error {
				if len(args) > 0 {
					return usageError{fmt.Errorf("%s: %s has no such command", args[0], cmd.Name())}
				}
				return cmd.Help()
			}
			group.Args = cobra.ArbitraryArgs
		}
	}
	return root
}

// notANumber is how Go tells of a flag that is no number.
var notANumber = regexp.MustCompile(`strconv\.\w+: parsing .*: (invalid syntax|value out of range)`)

// formats adds --format to a command, with the formats that it knows; the first
// is the default.
func (a *app) formats(cmd *cobra.Command, known ...string) {
	cmd.Flags().String("format", known[0], "form of the output: "+strings.Join(known, ", "))
	cmd.Annotations = map[string]string{"formats": strings.Join(known, " ")}
}

// checkFormat takes the --format of a command that has one.
func (a *app) checkFormat(cmd *cobra.Command) (err error) {
	known, ok := cmd.Annotations["formats"]
	if !ok {
		return nil
	}
	if a.format, err = cmd.Flags().GetString("format"); err != nil {
		return err
	}
	if strings.Contains(" "+known+" ", " "+a.format+" ") {
		return nil
	}
	return usageError{fmt.Errorf("--format %s: %s knows %s", a.format, cmd.Name(), strings.ReplaceAll(known, " ", ", "))}
}

// needExtension refuses a file to write whose name does not end in one of the
// extensions, which decide its form.
func needExtension(flag, path string, extensions ...string) error {
	if slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
		return nil
	}
	return usageError{fmt.Errorf("%s %s: the name must end in %s", flag, path, strings.Join(extensions, " or "))}
}

// exitCode prints an error for people and returns the exit code for scripts.
func (a *app) exitCode(cmd *cobra.Command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errRejected):
		return exitRejected
	case errors.As(err, &usage), isCobraUsage(err):
		a.complain(strings.TrimSuffix(err.Error(), ".") + ". `" + cmd.CommandPath() + " --help` shows how.")
		return exitUsage
	case errors.Is(err, context.Canceled):
		a.complain("Stopped. Nothing was changed.")
		return exitFailed
	}
	if apperr.CodeOf(err) == apperr.Internal { // there is no log behind a command line: its user gets the details
		a.complain("Internal error. For whoever looks after the program: " + err.Error())
		return exitFailed
	}
	a.complain(a.lang.Error(err))
	return exitFailed
}

// complain writes to standard error; where that fails there is nobody to tell. A
// file may be named by an identity number, which is not repeated even so.
func (a *app) complain(message string) {
	_, _ = fmt.Fprintln(a.stderr, "boligklar: "+importers.Scrub(message))
}

// isCobraUsage recognises the usage errors that cobra makes itself, which have
// no type.
func isCobraUsage(err error) bool {
	for _, prefix := range []string{"unknown command", "accepts ", "requires at least", "required flag", "if any flags in the group", "at least one of the flags", "unknown flag", "invalid argument"} {
		if strings.HasPrefix(err.Error(), prefix) {
			return true
		}
	}
	return false
}
