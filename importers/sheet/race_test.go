//go:build race

package sheet

// raceEnabled is 1 under the race detector, which takes memory of its own.
const raceEnabled = 1
