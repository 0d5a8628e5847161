package forecast

import (
	"slices"
)

// tell gathers the bands from the futures.
func (m *model) tell() *Forecast {
	all := len(m.sizes)
	sum := make([]int, m.in.Draws)
	planned := 0
	worst := make([]int, m.in.Draws) // the deepest shortage so far, of each future
	for t := range m.out.Months {
		row := &m.out.Months[t]
		planned += row.Planned
		for d := range sum {
			sum[d] += m.freed[all][t][d]
			worst[d] = max(worst[d], -m.free[all][t][d])
		}
		row.Freed, row.FreedSum, row.Free = bandOf(m.freed[all][t]), bandOf(sum), bandOf(m.free[all][t])
		sorted := slices.Sorted(slices.Values(worst))
		row.Placements, row.PlacementsSafe = quantile(sorted, 0.5), quantile(sorted, 0.5+Share/2)
	}
	for s, size := range m.sizes {
		out := Size{Size: size, ToSettle: m.arrivals[s]}
		for _, h := range m.homes {
			if h.size == s && h.since == 0 && h.opens == 0 {
				out.FreeNow++
			}
		}
		for t := range m.out.Months {
			out.Freed, out.Free = append(out.Freed, bandOf(m.freed[s][t])), append(out.Free, bandOf(m.free[s][t]))
		}
		m.out.Sizes = append(m.out.Sizes, out)
	}
	return m.out
}

// bandOf returns the narrowest run of whole numbers around the median that holds
// as near to Share of the values as whole numbers can: of the two runs on either
// side of it, the nearer one.
func bandOf(values []int) Band {
	sorted := slices.Sorted(slices.Values(values))
	low, high := quantile(sorted, 0.5-Share/2), quantile(sorted, 0.5+Share/2)
	mid := quantile(sorted, 0.5)
	within := func(low, high int) float64 {
		a, _ := slices.BinarySearch(sorted, low)
		b, _ := slices.BinarySearch(sorted, high+1)
		return float64(b-a) / float64(len(sorted))
	}
	// Quantiles of small counts hold more than they are asked for, since both ends
	// are included: give up an end where that comes nearer.
	for {
		best, l, h := distance(within(low, high)), low, high
		if low < mid {
			if d := distance(within(low+1, high)); d < best {
				best, l, h = d, low+1, high
			}
		}
		if high > mid {
			if d := distance(within(low, high-1)); d < best {
				l, h = low, high-1
			}
		}
		if l == low && h == high {
			return Band{low, mid, high}
		}
		low, high = l, h
	}
}

func distance(share float64) float64 {
	if share < Share {
		return Share - share
	}
	return share - Share
}

// quantile returns the value below or at which the share q of sorted lies.
func quantile(sorted []int, q float64) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
