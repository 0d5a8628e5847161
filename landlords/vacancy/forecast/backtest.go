package forecast

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Backtest says how often the bands of earlier forecasts, had they been made then,
// would have held what came.
type Backtest struct {
	Forecasts int `json:"forecasts"` // made, one at the end of each month
	Bands     int `json:"bands"`     // compared: the units freed in each month ahead
	Held      int `json:"held"`      // of these, the ones that held the number that came
}

// Share returns the share of bands that held, 0 to 1; 0 without any.
func (b Backtest) Share() float64 {
	if b.Bands == 0 {
		return 0
	}
	return float64(b.Held) / float64(b.Bands)
}

// AsOf returns the history as it was known on a day: stays that began later are not
// there, and those that ended later go on.
func AsOf(h *vacancy.History, on civil.Date) *vacancy.History {
	out := &vacancy.History{Details: h.Details}
	for _, u := range h.Units {
		if u.InServiceFrom > on {
			continue
		}
		if u.InServiceTo > on {
			u.InServiceTo = 0
		}
		out.Units = append(out.Units, u)
	}
	for _, o := range h.Stays {
		if o.From > on {
			continue
		}
		if o.To > on {
			o.To, o.Reason = 0, ""
		}
		out.Stays = append(out.Stays, o)
	}
	for _, o := range h.Outages {
		if o.From <= on {
			out.Outages = append(out.Outages, o)
		}
	}
	for _, n := range h.Notices {
		if n.Given <= on {
			if n.Withdrawn > on {
				n.Withdrawn = 0
			}
			out.Notices = append(out.Notices, n)
		}
	}
	return out
}

// FewestEnded is how many stays must have ended before a forecast is worth checking.
const FewestEnded = 20

// Check makes the forecasts of every month from first to before last, as they could
// have been made at its end, each looking the given months ahead but not beyond last,
// and compares the units freed, month by month and together. The plan of each is the settlement
// that came: what is checked is the estimate of moves out, not the plan.
func Check(h *vacancy.History, first, last civil.Month, months int, seed uint64) (Backtest, error) {
	ledger := h.Ledger()
	var b Backtest
	for m := first; m.First < last.First; m = m.Add(1) {
		ahead := 0
		var plan []Planned
		for ahead < months && m.Add(ahead+1).First < last.First {
			ahead++
			plan = append(plan, Planned{Month: m.Add(ahead), Households: ledger.Month(m.Add(ahead)).MoveIns})
		}
		if ahead == 0 {
			break
		}
		on := m.End() - 1
		if ended := ledger.Turnover(vacancy.Period{From: 1, To: on}).MoveOuts; ended < FewestEnded {
			continue
		}
		f, err := Make(Input{History: AsOf(h, on), On: on, Months: ahead, Plan: plan, Seed: seed, Draws: 300})
		if err != nil {
			return b, err
		}
		b.Forecasts++
		sum := 0
		for t, row := range f.Months {
			outs := ledger.Month(m.Add(t + 1)).MoveOuts
			sum += outs
			b.compare(row.Freed, outs)
			if t > 0 { // the first month's sum is the month
				b.compare(row.FreedSum, sum)
			}
		}
	}
	return b, nil
}

func (b *Backtest) compare(band Band, came int) {
	b.Bands++
	if band.Low <= came && came <= band.High {
		b.Held++
	}
}
