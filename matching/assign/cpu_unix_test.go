//go:build unix

package assign

import (
	"syscall"
	"time"
)

// processorTime returns what the process has used of processors so far, in all
// threads, the collector's too.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
