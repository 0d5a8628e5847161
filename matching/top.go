package matching

import (
	"cmp"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// ranked is one record of a query's answer, with what it is ordered by. Where
// all else is equal the position stands for the reference and id.
type ranked struct {
	rank, score, priority float64
	ready                 civil.Date
	position              int
}

// compareRanked orders as Compare does, for pairs with one partner in common.
func compareRanked(a, b ranked) int {
	switch {
	case a.rank != b.rank:
		return cmp.Compare(b.rank, a.rank)
	case a.score != b.score:
		return cmp.Compare(b.score, a.score)
	case a.ready != b.ready:
		return compareReady(a.ready, b.ready)
	}
	return cmp.Compare(a.position, b.position)
}

// top keeps the first n of what is added, or everything where n is 0: a heap
// with the last of them at its root. Adding takes time log n.
type top struct {
	n     int
	items []ranked
}

func (t *top) reset(n int) { t.n, t.items = n, t.items[:0] }

// floor returns the rank_value below which nothing is kept any more.
func (t *top) floor() float64 {
	if t.n > 0 && len(t.items) == t.n {
		return t.items[0].rank
	}
	return math.Inf(-1)
}

func (t *top) add(r ranked) {
	switch {
	case t.n == 0:
		t.items = append(t.items, r)
	case len(t.items) < t.n:
		t.items = append(t.items, r)
		t.up(len(t.items) - 1)
	case compareRanked(r, t.items[0]) < 0:
		t.items[0] = r
		t.down()
	}
}

func (t *top) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if compareRanked(t.items[parent], t.items[i]) >= 0 {
			return
		}
		t.items[parent], t.items[i] = t.items[i], t.items[parent]
		i = parent
	}
}

func (t *top) down() {
	for i := 0; ; {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.items); child++ {
			if compareRanked(t.items[child], t.items[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		t.items[i], t.items[last] = t.items[last], t.items[i]
		i = last
	}
}

// sorted returns what was kept, the best first. The slice is the top's own.
func (t *top) sorted() []ranked {
	slices.SortFunc(t.items, compareRanked)
	return t.items
}
