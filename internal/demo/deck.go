package demo

import (
	"math/rand/v2"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// deck deals its cards in random order, and again from the start when it is
// empty. Whoever draws as many cards as it has gets exactly its shares, where
// independent chances would make one municipality in twenty a strange one.
type deck[T any] struct {
	r     *rand.Rand
	cards []T
	left  int
}

// deckOf returns a deck with counts[i] cards of values[i].
func deckOf[T any](r *rand.Rand, counts []int, values ...T) *deck[T] {
	d := &deck[T]{r: r}
	for i, v := range values {
		for range counts[i] {
			d.cards = append(d.cards, v)
		}
	}
	return d
}

// oneOfEach returns a deck with every value once.
func oneOfEach[T any](r *rand.Rand, values ...T) *deck[T] {
	return &deck[T]{r: r, cards: slices.Clone(values)}
}

func (d *deck[T]) deal() T {
	if d.left == 0 {
		d.r.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
		d.left = len(d.cards)
	}
	d.left--
	return d.cards[d.left]
}

// answers deals yes, no and "not known".
type answers struct{ *deck[rune] }

func (t *town) answers(yes, no, unknown int) answers {
	return answers{deckOf(t.r, []int{yes, no, unknown}, 'y', 'n', '?')}
}

func (a answers) deal() *bool {
	switch a.deck.deal() {
	case 'y':
		return new(true)
	case 'n':
		return new(false)
	}
	return nil
}

// between returns a number from low to high, both included.
func (t *town) between(low, high int) int { return low + t.r.IntN(high-low+1) }

// span is a range of whole numbers, both ends included.
type span struct{ low, high int }

// spans returns a deck of the ranges between bounds that ascend, one each: cut
// so that every range is equally likely, they stand for any distribution.
func (t *town) spans(bounds ...int) *deck[span] {
	d := &deck[span]{r: t.r}
	for i, low := range bounds[:len(bounds)-1] {
		d.cards = append(d.cards, span{low, bounds[i+1] - 1})
	}
	return d
}

func (t *town) in(s span) int { return t.between(s.low, s.high) }

// oneIn is true once in n times.
func (t *town) oneIn(n int) bool { return t.r.IntN(n) == 0 }

// unless returns v, or nil ("not known") where missing.
func unless[T any](missing bool, v T) *T {
	if missing {
		return nil
	}
	return &v
}

// scale returns the point at share (0 to 1) of the way from low to high, to a
// multiple of step.
func scale(low, high int, share float64, step int) int {
	return (low + int(share*float64(high-low)) + step/2) / step * step
}

// workday returns the day, or the Friday before where it is a weekend: that is
// when keys change hands. Earlier days stay earlier or become equal.
func workday(d civil.Date) civil.Date {
	switch d % 7 { // day 1 was a Monday
	case 6:
		return d - 1
	case 0:
		return d - 2
	}
	return d
}
