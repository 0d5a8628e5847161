package main

import (
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/policyfile"
	"github.com/boligklar/boligklar/matching"
)

func policyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show, check and change the weights and thresholds of matching",
		Long: `Policy works on every weight and threshold of matching. It is edited as a YAML
file and kept in the store, with the day from which it holds; earlier versions
stay, so that an old result can be computed again.`,
		Example: `  boligklar policy show > policy.yaml
  boligklar policy check policy.yaml
  boligklar policy preview policy.yaml
  boligklar policy set policy.yaml --from 2027-01-01`,
	}
	cmd.AddCommand(policyShowCommand(a), policyCheckCommand(a), policyPreviewCommand(a), policySetCommand(a), policySchemaCommand(a))
	return cmd
}

func policyShowCommand(a *app) *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the policy as YAML, with what each field means",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				day := on.Date
				if day == 0 {
					day = o.Today()
				}
				v, err := o.Policy(cmd.Context(), day)
				if err != nil {
					return err
				}
				data, err := json.Marshal(v)
				if a.format == "yaml" {
					data, err = policyfile.Write(&v.Policy, a.lang)
				}
				return a.print(data, err)
			})
		},
	}
	cmd.Flags().Var(&on, "on", "the day to show it for (default today)")
	a.formats(cmd, "yaml", "json")
	return cmd
}

func policyCheckCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Say what is wrong in a policy file, by line",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			policy, mistakes, err := a.readPolicy(args[0])
			if err != nil {
				return err
			}
			if a.format == "json" {
				if mistakes == nil {
					mistakes = []policyfile.Mistake{}
				}
				data, err := json.Marshal(map[string]any{"file": args[0], "mistakes": mistakes})
				if err := a.print(data, err); err != nil {
					return err
				}
			}
			if policy == nil {
				return a.refusePolicy(args[0], mistakes)
			}
			if a.format == "json" {
				return nil
			}
			return a.report(nil, "cli.policy.good", map[string]any{"File": args[0], "Hash": policy.Hash()})
		},
	}
	a.formats(cmd, "text", "json")
	return cmd
}

func policySetCommand(a *app) *cobra.Command {
	var from dateFlag
	cmd := &cobra.Command{
		Use:   "set FILE",
		Short: "Save a policy file as the policy from a day on",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			policy, err := a.soundPolicy(args[0])
			if err != nil {
				return err
			}
			return a.withOffice(cmd.Context(), func(o *office.Office) error {
				if from.Date == 0 {
					from.Date = o.Today()
				}
				v, err := o.SetPolicy(cmd.Context(), policy, from.Date, a.who())
				return a.report(err, "cli.policy.set", map[string]any{"Number": v.Number, "From": from.String(), "Hash": v.Hash})
			})
		},
	}
	cmd.Flags().Var(&from, "from", "the first day that it holds (default today)")
	return cmd
}

func policySchemaCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of the policy file, for editors",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			data, err := policyfile.Schema(a.lang)
			return a.print(data, err)
		},
	}
}

// readPolicy reads a policy file; with mistakes the policy is nil.
func (a *app) readPolicy(path string) (*matching.Policy, []policyfile.Mistake, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, apperr.Wrap(err, apperr.NotFound, "The file %q cannot be opened. Check the name and the folder.", path)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, policyfile.MaxBytes+1))
	if err != nil {
		return nil, nil, apperr.Wrap(err, apperr.Unreadable, "The file %q cannot be read.", path)
	}
	policy, mistakes := policyfile.Read(data, a.lang)
	return policy, mistakes, nil
}

// soundPolicy reads a policy file and refuses one with mistakes.
func (a *app) soundPolicy(path string) (*matching.Policy, error) {
	policy, mistakes, err := a.readPolicy(path)
	if err == nil && policy == nil {
		err = a.refusePolicy(path, mistakes)
	}
	return policy, err
}

// refusePolicy lists the mistakes of a policy file on standard error.
func (a *app) refusePolicy(path string, mistakes []policyfile.Mistake) error {
	p := printer{w: a.stderr}
	for _, m := range mistakes {
		p.printf("%s:%d: %s\n", path, m.Line, m.Message)
	}
	return apperr.New(apperr.Invalid, "%s", a.lang.T("cli.policy.bad", map[string]any{"File": path, "N": len(mistakes)}))
}

// print writes bytes and a line end to standard output.
func (a *app) print(data []byte, err error) error {
	if err != nil {
		return err
	}
	p := printer{w: a.stdout}
	p.printf("%s", data)
	if len(data) > 0 && data[len(data)-1] != '\n' {
		p.printf("\n")
	}
	return p.err
}
