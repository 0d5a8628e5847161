package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/web/staff"
)

func userCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Add users, give them new links, sign them out",
		Long: `User looks after those who sign in to the pages. Nobody types another's password:
add and reset print a link, good for one day and one use, by which the user
chooses one.`,
		Example: `  boligklar user add kari@example.no --name "Kari Nord" --role coordinator --role administrator
  boligklar user reset kari@example.no
  boligklar user list
  boligklar user revoke kari@example.no`,
	}
	cmd.AddCommand(userAddCommand(a), userResetCommand(a), userListCommand(a), userRevokeCommand(a))
	return cmd
}

// withUsers opens the users of --data.
func (a *app) withUsers(ctx context.Context, fn func(*auth.Service) error) error {
	return a.withStore(ctx, func(db *storage.DB) error { return fn(a.users(db)) })
}

// passwordLink returns the address at which a user chooses a password.
func (a *app) passwordLink(token string) string {
	url := a.config.URL
	if url == "" {
		url = "http://" + a.config.Addr
	}
	return strings.TrimRight(url, "/") + "/password/" + token
}

func userAddCommand(a *app) *cobra.Command {
	var name string
	var roles []string
	cmd := &cobra.Command{
		Use:   "add USERNAME",
		Short: "Add a user and print the link to choose a password",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := auth.ParseRoles(roles...)
			if err != nil {
				return usageError{err}
			}
			if name == "" {
				name = args[0]
			}
			return a.withUsers(cmd.Context(), func(users *auth.Service) error {
				who, token, err := users.Add(cmd.Context(), auth.NewUser{Username: args[0], Name: name, Roles: set}, a.who())
				return a.report(a.explain(err), "cli.user.added", map[string]any{"User": who.Username, "URL": a.passwordLink(token)})
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the user's name (default the user name)")
	cmd.Flags().StringSliceVar(&roles, "role", nil, "a role, one or more times: "+strings.Join(auth.RoleNames(), ", "))
	return cmd
}

// explain makes one sentence of what is wrong with fields.
func (a *app) explain(err error) error {
	fields, ok := errors.AsType[*auth.FieldsError](err)
	if !ok {
		return err
	}
	texts := make([]string, len(fields.Problems))
	for i, p := range fields.Problems {
		texts[i] = a.lang.T("auth.problem."+p.Code, p.Params)
	}
	return apperr.New(apperr.Invalid, "%s", strings.Join(texts, " "))
}

func userResetCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "reset USERNAME",
		Short: "Print a link by which a user chooses a new password",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withUsers(cmd.Context(), func(users *auth.Service) error {
				who, err := users.UserNamed(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				token, err := users.Reset(cmd.Context(), who.ID, a.who())
				return a.report(err, "cli.user.reset", map[string]any{"User": who.Username, "URL": a.passwordLink(token)})
			})
		},
	}
}

func userRevokeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke USERNAME",
		Short: "Sign a user out everywhere",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withUsers(cmd.Context(), func(users *auth.Service) error {
				who, err := users.UserNamed(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.report(users.Revoke(cmd.Context(), who.ID, "", a.who()), "cli.user.revoked", map[string]any{"User": who.Username})
			})
		},
	}
}

func userListCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the users",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withUsers(cmd.Context(), func(users *auth.Service) error {
				all, err := users.Users(cmd.Context())
				if err != nil {
					return err
				}
				if a.format == "json" {
					data, err := json.Marshal(userRows(all))
					return a.print(data, err)
				}
				p := printer{w: a.stdout}
				for _, u := range all {
					p.printf("%-32s %-28s %s\n", u.Username, u.Name, strings.Join(u.Roles.Names(), ", "))
				}
				return p.err
			})
		},
	}
	a.formats(cmd, "text", "json")
	return cmd
}

type userRow struct {
	Username string   `json:"username"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Disabled bool     `json:"disabled"`
}

func userRows(all []auth.Account) []userRow {
	rows := []userRow{}
	for _, u := range all {
		rows = append(rows, userRow{u.Username, u.Name, u.Roles.Names(), u.Disabled})
	}
	return rows
}

// demoPassword is that of every user of a made-up municipality.
const demoPassword = "boligklar-demo-2026"

var demoNames = map[string]string{
	"caseworker": "Signe Saksbehandler", "coordinator": "Kai Koordinator", "manager": "Lise Leder", "administrator": "Adam Administrator",
}

// addDemoUsers makes a user for each role, in a store that was just filled with
// a made-up municipality.
func addDemoUsers(ctx context.Context, users *auth.Service, who string) error {
	for _, name := range auth.RoleNames() {
		role, err := auth.ParseRoles(name)
		if err != nil {
			return err
		}
		if err := users.AddDemo(ctx, auth.NewUser{Username: "demo." + name, Name: demoNames[name], Roles: role}, demoPassword, who); err != nil {
			return err
		}
	}
	return nil
}

// demoUsers returns the users to show at the sign-in: those of a made-up
// municipality, none in any other store.
func (a *app) demoUsers(ctx context.Context, users *auth.Service) ([]staff.DemoUser, error) {
	all, err := users.Users(ctx)
	if err != nil {
		return nil, err
	}
	var out []staff.DemoUser
	for _, role := range []string{"coordinator", "caseworker", "manager", "administrator"} {
		for _, u := range all {
			if u.Demo && !u.Disabled && u.Username == "demo."+role {
				out = append(out, staff.DemoUser{Username: u.Username, Password: demoPassword})
			}
		}
	}
	return out, nil
}
