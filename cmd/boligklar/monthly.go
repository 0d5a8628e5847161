package main

import (
	"context"

	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/office"
)

// monthlyReports makes the report of the month before on the first of each month,
// and those that were missed while no process ran.
func (a *app) monthlyReports(o *office.Office) jobs.Job {
	return jobs.Monthly("monthly-report", 1, "06:00", func(ctx context.Context, _ jobs.Run) error {
		if err := o.AwaitFollow(ctx); err != nil {
			return err
		}
		_, err := o.MonthlyReports(ctx, office.Mailing{Lang: a.lang, To: a.config.ReportTo, Link: a.config.PublicURL}, "system")
		return err
	})
}
