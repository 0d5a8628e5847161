package finder

import (
	"math"

	"github.com/boligklar/boligklar/internal/search"
)

// Output is an answer as programs get it, from the command line and the API.
type Output struct {
	Total      int                       `json:"total"`
	Hits       []OutputHit               `json:"hits"`
	Facets     map[string]map[string]int `json:"facets"` // field -> value -> homes, were it the field's only value
	Recognised []search.Recognised       `json:"recognised"`
	Engine     string                    `json:"engine"`            // fts, meili, or store where the index was down
	Relaxed    bool                      `json:"relaxed,omitempty"` // no home answers to every word; these answer to most
	Without    []OutputWithout           `json:"without,omitempty"`
	LeftOut    string                    `json:"left_out,omitempty"` // what no home answers to beside all the rest, as typed
}

// OutputWithout is a part of a search that finds no home which answers to all of
// it, with how many would be found were it left out.
type OutputWithout struct {
	Text  string `json:"text"` // as typed, else FIELD=VALUE; "" for all words
	Total int    `json:"total"`
}

// OutputHit is a home that was found.
type OutputHit struct {
	Listing    string            `json:"listing"` // its external_ref where it has one, else its key
	Score      float64           `json:"score"`   // 0 to 1
	DistanceKM *float64          `json:"distance_km"`
	Highlights map[string]string `json:"highlights"`     // field -> HTML with <mark>
	Note       string            `json:"note,omitempty"` // no_coordinates: why there is no distance
}

// Output returns the answer as programs get it.
func (a *Answer) Output() Output {
	out := Output{Total: a.Total, Hits: []OutputHit{}, Facets: a.Facets, Recognised: a.Plan.Recognised, Engine: a.Engine, Relaxed: a.Relaxed}
	if out.Recognised == nil {
		out.Recognised = []search.Recognised{}
	}
	if a.LeftOut != nil {
		out.LeftOut = a.LeftOut.Text
	}
	for _, w := range a.Without {
		out.Without = append(out.Without, OutputWithout{a.textOf(w.Filter), w.Total})
	}
	for i := range a.Hits {
		h := &a.Hits[i]
		hit := OutputHit{Listing: h.Key, Score: round(h.Score, 4), Highlights: h.Highlights}
		switch {
		case h.Distance != nil:
			km := round(*h.Distance, 2)
			hit.DistanceKM = &km
		case a.Plan.Near.HasPoint:
			hit.Note = "no_coordinates"
		}
		out.Hits = append(out.Hits, hit)
	}
	return out
}

// textOf is a part of the search as it was asked for.
func (a *Answer) textOf(filter int) string {
	if filter == search.TheWords {
		return ""
	}
	if said := a.Plan.SaidAs(filter); said != nil {
		return said.Text
	}
	f := &a.Plan.Filters[filter]
	return f.Field + "=" + f.String()
}

func round(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}
