//go:build !race

package sheet

const raceEnabled = 0
