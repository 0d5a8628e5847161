package main

import (
	"cmp"
	"context"
	"log/slog"
	"path/filepath"
	"time"
	_ "time/tzdata" // Europe/Oslo also where the machine has no zones

	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/outbox/folder"
	"github.com/boligklar/boligklar/internal/outbox/sms"
	"github.com/boligklar/boligklar/internal/outbox/smtp"
	"github.com/boligklar/boligklar/internal/storage"
)

// startBackground starts what a serving process does besides answering: sending
// what waits in the outbox, and scheduled work. Errors: Invalid settings.
func (a *app) startBackground(ctx context.Context, db *storage.DB, logger *slog.Logger, scheduled ...jobs.Job) (scheduler *jobs.Scheduler, stop func(), err error) {
	transports, err := a.transports()
	if err != nil {
		return nil, nil, err
	}
	scheduled = append(scheduled, jobs.Daily("outbox-purge", "03:40", func(ctx context.Context, _ jobs.Run) error {
		return outbox.Purge(ctx, db, a.config.Municipality, a.now())
	}))
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return nil, nil, err
	}
	scheduler, stopJobs := jobs.Start(ctx, jobs.Config{DB: db, Municipality: a.config.Municipality, Zone: oslo, Now: a.now, Logger: logger}, scheduled...)
	stopSending := outbox.Start(ctx, outbox.Config{DB: db, Municipality: a.config.Municipality, Transports: transports, Now: a.now, Logger: logger})
	return scheduler, func() { stopSending(); stopJobs() }, nil
}

// transports returns the ways out that are set up; where none is, a folder.
func (a *app) transports() (map[outbox.Channel]outbox.Transport, error) {
	files := folder.Transport{Dir: cmp.Or(a.config.OutboxDir, filepath.Join(a.config.Data, "outbox"))}
	out := map[outbox.Channel]outbox.Transport{outbox.Email: files, outbox.SMS: files}
	if a.config.SMTPURL != "" {
		t, err := smtp.New(a.config.SMTPURL, a.config.Sender)
		if err != nil {
			return nil, err
		}
		out[outbox.Email] = t
	}
	if a.config.SMSURL != "" {
		t, err := sms.New(a.config.SMSURL, a.config.SMSToken, a.config.SMSSender)
		if err != nil {
			return nil, err
		}
		out[outbox.SMS] = t
	}
	return out, nil
}
