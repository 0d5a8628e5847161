package matching

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/matching/households"
)

// HiddenBelow is the least count that the fairness monitor shows.
const HiddenBelow = 4

// FairnessNote says what is hidden, and how.
const FairnessNote = "Counts below 4 are hidden, and shares that rest on them. Where what is hidden in a column could be worked out from its total, the next smallest count is hidden too. A household with several security forms counts under each."

// Progress is one household and how far it has come.
type Progress struct {
	Household *households.Household
	Eligible  bool // for some listing
	Proposed  bool // to some landlord
	Housed    bool
}

// Count is a number of households, hidden where it is small.
type Count struct {
	Hidden bool
	N      int     // not set where hidden
	Share  float64 // of the group's households, 0 to 1; -1 where there is none to show
}

// FairnessGroup is the households that are alike in one respect.
type FairnessGroup struct {
	Value      string `json:"value"`
	Households Count  `json:"households"`
	Eligible   Count  `json:"eligible"`
	Proposed   Count  `json:"proposed"`
	Housed     Count  `json:"housed"`
}

// FairnessDimension is one respect in which households are told apart.
type FairnessDimension struct {
	By     string          `json:"by"` // household_size, security or employment
	Groups []FairnessGroup `json:"groups"`
}

// Fairness is the shares of households that are eligible, proposed and housed,
// by household size, security form and employment: what to look at when asking
// whether some are passed over. It judges nothing.
type Fairness struct {
	Total      FairnessGroup       `json:"total"`
	Dimensions []FairnessDimension `json:"dimensions"`
	Note       string              `json:"note"`
}

// largestSize is the household size whose group holds the larger ones too.
const largestSize = 6

// notKnown is the group of households that do not say.
const notKnown = "unknown"

// FairnessOf counts households. Groups without a household are left out. What is
// hidden cannot be worked out from the total and the other groups: in each column
// of groups that part the households, at least two counts that add up to
// HiddenBelow or more are hidden, or none.
func FairnessOf(all []Progress) Fairness {
	forms := make([]string, 0, 5)
	for _, f := range formsAtHand {
		forms = append(forms, f.form.String())
	}
	levels := make([]string, 0, 6)
	for _, e := range households.Employments {
		levels = append(levels, string(e))
	}
	var sizes []string
	for n := range largestSize + 1 {
		sizes = append(sizes, sizeGroup(n))
	}
	total := tally(all, []string{"all"}, func(*households.Household) []string { return []string{"all"} })
	total.hide(false)
	return Fairness{
		Total: total.groups()[0],
		Dimensions: []FairnessDimension{
			dimension("household_size", all, sizes, true, func(h *households.Household) []string { return []string{sizeGroup(h.Persons())} }),
			dimension("security", all, forms, false, func(h *households.Household) []string {
				if h.Security == 0 {
					return []string{notKnown}
				}
				return h.Security.Names()
			}),
			dimension("employment", all, levels, true, func(h *households.Household) []string {
				return []string{cmp.Or(string(h.Employment), notKnown)}
			}),
		},
		Note: FairnessNote,
	}
}

func sizeGroup(persons int) string {
	if persons >= largestSize {
		return strconv.Itoa(largestSize) + "+"
	}
	return strconv.Itoa(persons)
}

func dimension(by string, all []Progress, values []string, parts bool, groupsOf func(*households.Household) []string) FairnessDimension {
	t := tally(all, values, groupsOf)
	t.dropEmpty()
	t.hide(parts)
	return FairnessDimension{By: by, Groups: t.groups()}
}

// The columns of a fairness table.
const (
	columnHouseholds = iota
	columnEligible
	columnProposed
	columnHoused
	columnCount
)

// fairnessTable has a row for each group and the columns above.
type fairnessTable struct {
	values []string
	counts [][columnCount]int
	hidden [][columnCount]bool
}

// tally counts households by group, in the order of values, other values after
// them as they first occur.
func tally(all []Progress, values []string, groupsOf func(*households.Household) []string) *fairnessTable {
	t := &fairnessTable{values: slices.Clone(values)}
	t.counts = make([][columnCount]int, len(values))
	for _, p := range all {
		for _, value := range groupsOf(p.Household) {
			row := slices.Index(t.values, value)
			if row < 0 {
				row = len(t.values)
				t.values, t.counts = append(t.values, value), append(t.counts, [columnCount]int{})
			}
			for column, counts := range [columnCount]bool{true, p.Eligible, p.Proposed, p.Housed} {
				if counts {
					t.counts[row][column]++
				}
			}
		}
	}
	t.hidden = make([][columnCount]bool, len(t.values))
	return t
}

// dropEmpty leaves out the rows without a household.
func (t *fairnessTable) dropEmpty() {
	kept := 0
	for row := range t.values {
		if t.counts[row][columnHouseholds] > 0 {
			t.values[kept], t.counts[kept] = t.values[row], t.counts[row]
			kept++
		}
	}
	t.values, t.counts = t.values[:kept], t.counts[:kept]
}

// hide hides small counts; and where the rows part the households, as many more,
// the smallest first, as it takes to keep the total from giving them away.
func (t *fairnessTable) hide(parts bool) {
	for column := range columnCount {
		order := make([]int, len(t.values)) // rows, the smallest count first
		for row := range order {
			order[row] = row
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.counts[a][column], t.counts[b][column]) })
		hidden, sum := 0, 0
		for _, row := range order {
			n := t.counts[row][column]
			givenAway := parts && hidden > 0 && (hidden < 2 || sum < HiddenBelow)
			if n >= HiddenBelow && !givenAway {
				break
			}
			t.hidden[row][column] = true
			hidden++
			sum += n
		}
	}
}

func (t *fairnessTable) groups() []FairnessGroup {
	out := make([]FairnessGroup, 0, len(t.values))
	for row, value := range t.values {
		count := func(column int) Count {
			n, of := t.counts[row][column], t.counts[row][columnHouseholds]
			switch {
			case t.hidden[row][column]:
				return Count{Hidden: true, Share: -1}
			case t.hidden[row][columnHouseholds] || of == 0:
				return Count{N: n, Share: -1}
			}
			return Count{N: n, Share: float64(n) / float64(of)}
		}
		out = append(out, FairnessGroup{value, count(columnHouseholds), count(columnEligible), count(columnProposed), count(columnHoused)})
	}
	return out
}

// MarshalJSON returns {"count","share"}, null where hidden, the share with four
// decimals.
func (c Count) MarshalJSON() ([]byte, error) {
	var v struct {
		Count *int       `json:"count"`
		Share *decimals4 `json:"share"`
	}
	if !c.Hidden {
		v.Count = &c.N
		if c.Share >= 0 {
			share := decimals4(c.Share)
			v.Share = &share
		}
	}
	return json.Marshal(v)
}

// EligibleListings returns for each household, by its number, how many listings
// are eligible for it. It uses all cores. Errors: that of the context.
func (s *Snapshot) EligibleListings(ctx context.Context, q Query) ([]int, error) {
	q.Options = Options{EligibleOnly: true}
	counts := make([]int, s.Candidates())
	err := inParallel(ctx, len(counts), func() func(int) error {
		sc := &listingScan{}
		return func(i int) error {
			if !sc.start(s, s.Candidate(i), &q) {
				return nil
			}
			for ci := range s.listings.chunks {
				if err := ctx.Err(); err != nil {
					return err
				}
				counts[i] += len(sc.filter(ci))
			}
			return nil
		}
	})
	return counts, err
}
