package matching

import "slices"

// criterionAspects is the aspect of each criterion, in the order of criteria.
var criterionAspects = planCriteria()

func planCriteria() (plan [7]int) {
	for k := range plan {
		plan[k] = slices.IndexFunc(aspectPlan[:], func(p plannedAspect) bool { return p.criterion == k })
	}
	return plan
}

// score returns the scores of a selection of a chunk. The slice is the scan's
// own, until the next call.
func (s *scan[R, F]) score(ci int, selection []uint16) []float64 {
	out := s.sums(ci, selection)
	for j, i := range selection {
		if c := s.t.chunks[ci]; has(c.slow, int(i)) {
			out[j] = s.evaluate(&c.records[i]).Score
		} else {
			out[j] = exact(outOf100(out[j], s.total))
		}
	}
	return out
}

// sums returns the points of each record of a selection of a chunk, bit for bit
// those of Evaluate: the same products, added in the same order; those of slow
// records mean nothing. The records must have come through filter, which has
// judged every code that they have. The slice is the scan's own, until the next
// call. Time: proportional to the selection.
func (s *scan[R, F]) sums(ci int, selection []uint16) []float64 {
	c := s.t.chunks[ci]
	var codes [7][]uint16
	var points [7][]float64
	for k, a := range criterionAspects {
		codes[k], points[k] = c.codes[a], s.columns[a].points
	}
	c0, c1, c2, c3, c4, c5, c6 := codes[0], codes[1], codes[2], codes[3], codes[4], codes[5], codes[6]
	p0, p1, p2, p3, p4, p5, p6 := points[0], points[1], points[2], points[3], points[4], points[5], points[6]
	out := s.scores[:len(selection)]
	failed := s.wishesFailed(c, selection)
	for j, i := range selection {
		demand := p5[c5[i]]
		if failed != nil && failed[j] > 0 {
			demand = s.demandLess(c5[i], int(failed[j]))
		}
		out[j] = p0[c0[i]] + p1[c1[i]] + p2[c2[i]] + p3[c3[i]] + p4[c4[i]] + demand + p6[c6[i]]
	}
	return out
}

// wishesFailed counts for each record of a selection the wishes that fail; nil
// where none can.
func (s *scan[R, F]) wishesFailed(c *chunk[R], selection []uint16) []uint8 {
	if len(s.wishful) == 0 {
		return nil
	}
	s.failed = resize(s.failed, len(selection))
	clear(s.failed)
	for _, a := range s.wishful {
		if gate := aspectPlan[a].gate; gate >= 0 {
			for j, i := range selection {
				if s.at(c, gate, i)&deferred != 0 {
					s.failed[j] += s.at(c, a, i) / wishes & 1
				}
			}
			continue
		}
		codes, verdict := c.codes[a], s.columns[a].verdict
		for j, i := range selection {
			s.failed[j] += verdict[codes[i]] / wishes & 1
		}
	}
	return s.failed
}

// demandLess returns the points of demand_fit with some wishes failed.
func (s *scan[R, F]) demandLess(code uint16, failed int) float64 {
	value := s.pair.p.lessWishes(s.columns[aspectWork].bare[code], failed)
	return float64(s.weight[aspectWork] * value)
}

// rowPriority returns a household's priority; one that is not slow.
func (s *scan[R, F]) rowPriority(c *chunk[R], i uint16) float64 {
	waited := s.columns[aspectStanding].priority[c.codes[aspectStanding][i]]
	urgency := s.columns[aspectUrgency].priority[c.codes[aspectUrgency][i]]
	return max(waited, urgency)
}

// verdict returns the eligibility of one record that has come through filter.
func (s *scan[R, F]) verdict(ci int, i uint16) Eligibility {
	c := s.t.chunks[ci]
	if has(c.slow, int(i)) {
		return s.evaluate(&c.records[i]).Eligibility
	}
	v := uint8(0)
	for a := range s.columns {
		if gate := aspectPlan[a].gate; gate < 0 || s.at(c, gate, i)&deferred != 0 {
			v |= s.at(c, a, i)
		}
	}
	switch {
	case v&blocks != 0 || s.excluded != nil && len(s.excluded(ci, []uint16{i})) == 0:
		return Blocked
	case v&asks != 0:
		return Clarify
	}
	return Eligible
}
