package jobs

import (
	"context"
	"fmt"
	"time"
)

// Job is a piece of work with the times that it is due at.
type Job struct {
	name string
	when When
	// last returns the latest due time at or before t, in t's zone.
	last func(t time.Time) time.Time
	// next returns the first due time after t.
	next func(t time.Time) time.Time
	do   Func
}

// When says when a job is due: every so often, else at a time of day, each day or
// on one day of each month.
type When struct {
	Every time.Duration
	At    string // 02:30
	Day   int    // of the month; 0: each day
}

// Func does a job's work. It may be run again for the same due time, after a
// failure or a crash, so doing it twice must do no harm.
type Func func(ctx context.Context, run Run) error

// Name returns the job's name.
func (j Job) Name() string { return j.name }

// Daily is due every day at a time of day, written 02:30.
func Daily(name, at string, do Func) Job {
	hour, minute := clock(name, at)
	on := func(t time.Time, days int) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day()+days, hour, minute, 0, 0, t.Location())
	}
	return calendar(name, When{At: at}, on, do)
}

// Monthly is due on a day of every month, 1 to 28, at a time of day.
func Monthly(name string, day int, at string, do Func) Job {
	hour, minute := clock(name, at)
	if day < 1 || day > 28 {
		panic(fmt.Sprintf("jobs: %s: day %d does not come every month", name, day))
	}
	on := func(t time.Time, months int) time.Time {
		return time.Date(t.Year(), t.Month()+time.Month(months), day, hour, minute, 0, 0, t.Location())
	}
	return calendar(name, When{At: at, Day: day}, on, do)
}

// Every is due each time that an interval has passed, counted from 1970 so that
// all processes agree.
func Every(name string, interval time.Duration, do Func) Job {
	last := func(t time.Time) time.Time {
		return t.Add(-time.Duration(t.UnixNano() % int64(interval)))
	}
	next := func(t time.Time) time.Time { return last(t).Add(interval) }
	return Job{name, When{Every: interval}, last, next, do}
}

// calendar makes a job from its due time in the period of t (a day, a month) and
// in those n periods later.
func calendar(name string, when When, on func(t time.Time, n int) time.Time, do Func) Job {
	last := func(t time.Time) time.Time {
		if due := on(t, 0); !due.After(t) {
			return due
		}
		return on(t, -1)
	}
	next := func(t time.Time) time.Time {
		if due := on(t, 0); due.After(t) {
			return due
		}
		return on(t, 1)
	}
	return Job{name, when, last, next, do}
}

func clock(name, at string) (hour, minute int) {
	t, err := time.Parse("15:04", at)
	if err != nil {
		panic(fmt.Sprintf("jobs: %s: %q is not a time of day", name, at))
	}
	return t.Hour(), t.Minute()
}
