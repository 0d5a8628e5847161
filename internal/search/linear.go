package search

// Linear answers a plan by going through every document. It needs no index, so
// it stands in where the index is down; and it is the measure that the engines
// are tested against.
func Linear(documents []Document, p *Plan) *Result {
	entries := make([]Entry, 0, len(documents))
	words := make([]bool, len(documents)) // answers to the words, whatever the filters say
	most := 0
	for i := range documents {
		d := &documents[i]
		if p.excludes(d) {
			continue
		}
		e := NewEntry(i, d)
		e.SortBy(d, p)
		for j := range p.Clauses {
			if points := p.Clauses[j].points(d); points > 0 {
				e.Points += int(points)
				e.Matched++
			}
		}
		entries = append(entries, e)
		if p.Passes(d, "") {
			most = max(most, e.Matched)
		}
	}
	need, relaxed := p.Need(most)
	result := &Result{Facets: map[string]map[string]int{}}
	top := p.Top()
	for i := range entries {
		e := &entries[i]
		if words[e.Row] = e.Matched >= need; words[e.Row] && p.Passes(&documents[e.Row], "") {
			top.Add(e)
			result.Total++
		}
	}
	result.Relaxed = relaxed && result.Total > 0
	for _, e := range top.Page() {
		result.Hits = append(result.Hits, p.Hit(documents[e.Row], e.Points))
	}
	for _, f := range Facets() {
		counts := map[string]int{}
		for i := range documents {
			if words[i] && p.Passes(&documents[i], f.Name) {
				for _, v := range f.FacetValues(&documents[i], p.Day) {
					counts[v]++
				}
			}
		}
		result.Facets[f.Name] = counts
	}
	return result
}

// Need returns how many clauses a home must answer to, where none that passes the
// filters answers to more than most; relaxed says that it is not all of them.
// Where homes pass what the query says besides and none has any of its words, the
// words count for nothing.
func (p *Plan) Need(most int) (need int, relaxed bool) {
	switch {
	case most >= len(p.Clauses):
		return len(p.Clauses), false
	case most > 0:
		return most, true
	}
	if len(p.Query.Filters) > 0 {
		return 0, true
	}
	return 1, false
}

func (p *Plan) excludes(d *Document) bool {
	for i := range p.Excludes {
		for c := range NumColumns {
			if Excluding(p.Excludes[i].In(d.Words(c))) {
				return true
			}
		}
	}
	return false
}

// Points returns what the plan's clauses give a document together.
func (p *Plan) Points(d *Document) (sum int) {
	for i := range p.Clauses {
		sum += int(p.Clauses[i].points(d))
	}
	return sum
}

// points is the most that any column gives the clause.
func (c *Clause) points(d *Document) uint8 {
	var best uint8
	for col := range NumColumns {
		best = max(best, Points(c.In(d.Words(col)), col))
	}
	return best
}
