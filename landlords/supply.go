package landlords

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Life is what is known of one listing's time on offer.
type Life struct {
	Listing  string     `json:"listing"`           // its key
	Landlord string     `json:"landlord,omitzero"` // the same for all listings of one landlord; "" where nobody is stated
	Since    civil.Date `json:"since,omitzero"`    // the first day that the office knew of it; zero: before anything was noted
	First    Status     `json:"first"`             // its status then
	Steps    []LifeStep `json:"steps,omitempty"`   // its changes of status, in order
}

// LifeStep is a change of a listing's status.
type LifeStep struct {
	On     civil.Date `json:"on"`
	To     Status     `json:"to"`
	Placed bool       `json:"placed,omitzero"` // by a placement of the office, not by what the landlord said
}

// SupplyKind says how a listing came onto the list of homes on offer, or left it.
type SupplyKind string

// The kinds: two ways of coming, four of leaving.
const (
	SupplyNew          SupplyKind = "new"           // on offer for the first time
	SupplyBack         SupplyKind = "back"          // on offer again
	SupplyPlaced       SupplyKind = "placed"        // let to a household of the office's
	SupplyLetElsewhere SupplyKind = "let_elsewhere" // let to somebody else
	SupplyWithdrawn    SupplyKind = "withdrawn"
	SupplyExpired      SupplyKind = "expired"
)

// SupplyKinds lists every kind, those of coming first.
var SupplyKinds = []SupplyKind{SupplyNew, SupplyBack, SupplyPlaced, SupplyLetElsewhere, SupplyWithdrawn, SupplyExpired}

// Comes reports whether the kind is one of coming.
func (k SupplyKind) Comes() bool { return k == SupplyNew || k == SupplyBack }

// SupplyMove is one listing that came or left.
type SupplyMove struct {
	On      civil.Date `json:"on"`
	Listing string     `json:"listing"`
	Kind    SupplyKind `json:"kind"`
}

// Supply is the homes on offer over a period, and who offers them.
// Opening + what came - what left = Closing; LandlordsOpening + LandlordsWon -
// LandlordsLost = LandlordsClosing.
type Supply struct {
	Opening int                `json:"opening"`
	By      map[SupplyKind]int `json:"by"` // listings, every kind always
	Closing int                `json:"closing"`
	// Landlords with a listing on offer. One is won who has one at the close and had
	// none at the opening, and lost the other way round.
	LandlordsOpening int          `json:"landlords_opening"`
	LandlordsWon     int          `json:"landlords_won"`
	LandlordsLost    int          `json:"landlords_lost"`
	LandlordsClosing int          `json:"landlords_closing"`
	Moves            []SupplyMove `json:"moves"` // by day, then listing
}

// SupplyOf returns the supply on the days from <= d < to. O(listings and their steps).
func SupplyOf(lives []Life, from, to civil.Date) Supply {
	s := Supply{By: map[SupplyKind]int{}}
	for _, k := range SupplyKinds {
		s.By[k] = 0
	}
	opened, closed := map[string]bool{}, map[string]bool{}
	for i := range lives {
		before, after := s.live(&lives[i], from, to)
		if who := lives[i].Landlord; who != "" {
			opened[who], closed[who] = opened[who] || before, closed[who] || after
		}
	}
	for who := range opened {
		switch {
		case opened[who] && closed[who]:
			s.LandlordsOpening, s.LandlordsClosing = s.LandlordsOpening+1, s.LandlordsClosing+1
		case opened[who]:
			s.LandlordsOpening, s.LandlordsLost = s.LandlordsOpening+1, s.LandlordsLost+1
		case closed[who]:
			s.LandlordsClosing, s.LandlordsWon = s.LandlordsClosing+1, s.LandlordsWon+1
		}
	}
	slices.SortFunc(s.Moves, func(a, b SupplyMove) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Listing, b.Listing)) })
	return s
}

// live counts one listing; it returns whether it is on offer at the opening and at the close.
func (s *Supply) live(l *Life, from, to civil.Date) (opening, closing bool) {
	steps := append([]LifeStep{{On: l.Since, To: l.First}}, l.Steps...)
	offered, ever := false, false
	for _, step := range steps {
		if step.On >= to {
			break
		}
		was := offered
		offered = step.To.Offered()
		first := !ever
		ever = ever || offered
		if step.On < from {
			opening = offered
			continue
		}
		if was == offered {
			continue
		}
		move := SupplyMove{step.On, l.Listing, kindOf(step, first)}
		s.By[move.Kind]++
		s.Moves = append(s.Moves, move)
	}
	if opening {
		s.Opening++
	}
	if offered {
		s.Closing++
	}
	return opening, offered
}

func kindOf(step LifeStep, first bool) SupplyKind {
	switch {
	case step.To.Offered() && first:
		return SupplyNew
	case step.To.Offered():
		return SupplyBack
	case step.To == StatusLet && step.Placed:
		return SupplyPlaced
	case step.To == StatusLet:
		return SupplyLetElsewhere
	case step.To == StatusExpired:
		return SupplyExpired
	}
	return SupplyWithdrawn
}
