//go:build !unix

package assign

import "time"

var started = time.Now()

// processorTime is the clock where the system has no such figure.
func processorTime() time.Duration { return time.Since(started) }
