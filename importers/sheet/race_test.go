//go:build race

package sheet

// raceEnabled tells that the race detector takes memory of its own.
const raceEnabled = true
