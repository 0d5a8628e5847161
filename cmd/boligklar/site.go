package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/idempotency"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/throttle"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/intake"
	"github.com/boligklar/boligklar/web/page"
	"github.com/boligklar/boligklar/web/staff"
)

// auditStop is how long the audit trail may take to write what waits at the end.
const auditStop = 10 * time.Second

// users returns the users of an open store.
func (a *app) users(db *storage.DB) *auth.Service {
	decided := settings.New(db, a.config.Municipality, a.now)
	return auth.New(db, auth.Config{Municipality: a.config.Municipality, Now: a.now, Breached: a.config.Breached, Times: func() auth.Times {
		now := decided.Current(context.Background()) // what one request waits for holds for all
		return auth.Times{Idle: time.Duration(now.IdleMinutes) * time.Minute, Whole: time.Duration(now.WholeHours) * time.Hour}
	}})
}

// serveSite serves the pages on ln, and those for landlords at the public
// address where there is one, until the context ends.
func (a *app) serveSite(ctx context.Context, db *storage.DB, o *office.Office, f *finder.Finder, scheduler *jobs.Scheduler, ln net.Listener, logger *slog.Logger) (err error) {
	decided := settings.New(db, a.config.Municipality, a.now)
	users := a.users(db)
	keys := idempotency.New(db, a.config.Municipality, a.now)
	trail, stop := audit.Start(db, audit.Config{Municipality: a.config.Municipality, Now: a.now, Logger: logger})
	defer func() { // what was seen is written before the store is closed
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditStop)
		defer cancel()
		err = errors.Join(err, stop(ctx))
	}()
	ctx, draining, observe, stopMetrics, err := a.watchProcess(ctx, logger, searchMetrics(f), a.storeMetrics(db, o))
	if err != nil {
		return err
	}
	defer stopMetrics()
	demo, err := a.demoUsers(ctx, users)
	if err != nil {
		return err
	}
	uploads, stopUploads, err := office.NewUploads(ctx, o, filepath.Join(a.config.Data, "uploads"), logger)
	if err != nil {
		return err
	}
	defer stopUploads()
	secret, err := o.Secret(ctx, "intake")
	if err != nil {
		return err
	}
	limiter := throttle.New(throttle.Config{Limits: intake.DefaultLimits, Now: a.now, DB: db, Municipality: a.config.Municipality, Name: "forms", Secret: secret, Logger: logger})
	site, err := web.New(web.Config{
		More: []page.Area{intake.New(intake.Config{Office: o, Now: a.now, Secret: secret, Settings: decided, Limiter: limiter}).Area()},
		Staff: staff.Config{Office: o, Finder: f, Auth: users, Audit: trail, Settings: decided, Uploads: uploads, Jobs: scheduler,
			Outbox: &outbox.Desk{DB: db, Municipality: a.config.Municipality, Now: a.now}, Now: a.now, URL: a.config.URL, Demo: demo},
		Keys:    keys,
		Logger:  logger,
		Observe: observe,
		Health:  func() []string { return []string{f.Health().String()} },
		Ready: func(ctx context.Context) error {
			if err := draining(); err != nil {
				return err
			}
			if !o.FollowHealth().Loaded {
				return apperr.New(apperr.Unavailable, "The program is still reading the store.")
			}
			_, err := o.Contents(ctx)
			return err
		},
		URL: a.config.URL, PublicURL: a.config.PublicURL, Separate: a.config.PublicAddr != "", TrustedProxies: a.config.TrustedProxies,
	})
	if err != nil {
		return err
	}
	if err := a.tellSignIn(ctx, users, demo, ln); err != nil {
		return err
	}
	if site.Public == nil {
		return web.Serve(ctx, ln, site.Staff)
	}
	public, err := listen(ctx, a.config.PublicAddr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 2)
	go func() { served <- web.Serve(ctx, ln, site.Staff) }()
	go func() { served <- web.Serve(ctx, public, site.Public) }()
	first := <-served
	cancel() // one without the other is no site
	return errors.Join(first, <-served)
}

// tidying is the scheduled work of sign-in, forms and the audit trail: what is
// over is removed.
func (a *app) tidying(db *storage.DB) []jobs.Job {
	return []jobs.Job{
		jobs.Every("sign-in-purge", time.Hour, func(ctx context.Context, _ jobs.Run) error {
			return errors.Join(a.users(db).Purge(ctx), idempotency.New(db, a.config.Municipality, a.now).Purge(ctx), throttle.Purge(ctx, db, a.config.Municipality, a.now()))
		}),
		jobs.Daily("audit-purge", "03:20", func(ctx context.Context, _ jobs.Run) error {
			decided, _, err := settings.New(db, a.config.Municipality, a.now).Get(ctx)
			if err == nil {
				_, err = audit.Purge(ctx, db, a.config.Municipality, a.now().AddDate(0, -decided.AuditMonths, 0))
			}
			return err
		}),
	}
}

// listen opens an address. Errors: Unavailable.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, apperr.Wrap(err, apperr.Unavailable, "Nothing can listen on %s. Choose another address with --addr.", addr)
	}
	return ln, nil
}

// siteURL returns what a browser on this machine calls the site.
func (a *app) siteURL(ln net.Listener) string {
	if a.config.URL != "" {
		return strings.TrimRight(a.config.URL, "/")
	}
	return "http://" + ln.Addr().String()
}

// tellSignIn says how to sign in: as a demo user, or by the link that makes the
// first user where there is none.
func (a *app) tellSignIn(ctx context.Context, users *auth.Service, demo []staff.DemoUser, ln net.Listener) error {
	if len(demo) > 0 {
		return a.report(nil, "cli.serve.demo", map[string]any{"User": demo[0].Username, "Password": demo[0].Password})
	}
	token, err := users.SetUp(ctx)
	if err != nil || token == "" {
		return err
	}
	return a.report(nil, "cli.serve.set_up", map[string]any{"URL": a.siteURL(ln) + "/set-up/" + token})
}
