package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/metrics"
	"github.com/boligklar/boligklar/web"
)

// watchProcess prepares a serving process for its end and for those who watch it.
// The context that it returns ends BOLIGKLAR_DRAIN after ctx does; in between,
// draining returns an error, so that a proxy that asks /readyz turns elsewhere
// before the first connection is refused. Each part adds what it has to tell to
// the metrics.
func (a *app) watchProcess(ctx context.Context, logger *slog.Logger, parts ...func(*metrics.Metrics)) (serving context.Context, draining func() error, observe func(string, string, int, time.Duration), stop func(), err error) {
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	m := metrics.New()
	for _, part := range parts {
		part(m)
	}
	m.Ready(true)
	detach := context.AfterFunc(ctx, func() {
		m.Ready(false)
		time.AfterFunc(a.config.Drain, end)
	})
	draining = func() error {
		if ctx.Err() != nil {
			return apperr.New(apperr.Unavailable, "The program is about to stop.")
		}
		return nil
	}
	stop = func() { detach(); end() }
	if a.config.Metrics == "" {
		return serving, draining, nil, stop, nil
	}
	ln, err := listen(ctx, a.config.Metrics)
	if err != nil {
		stop()
		return nil, nil, nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := web.Serve(serving, ln, m.Handler()); err != nil {
			logger.Error("metrics", "error", err)
		}
	}()
	return serving, draining, m.Observe, func() { stop(); <-done }, nil
}
