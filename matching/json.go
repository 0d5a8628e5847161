package matching

import (
	"encoding/json"
	"strconv"

	"github.com/boligklar/boligklar/landlords"
)

// decimals4 is a number that JSON shows with four decimals, rounded half to
// even on the exact binary value, as strconv.FormatFloat does.
type decimals4 float64

func (d decimals4) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(d), 'f', 4, 64), nil
}

// FourDecimals rounds a value to what the JSON of results shows of it.
func FourDecimals(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
	if err != nil {
		return x // not finite
	}
	return rounded
}

type resultJSON struct {
	Household     string      `json:"household"`
	Listing       string      `json:"listing"`
	Eligibility   Eligibility `json:"eligibility"`
	Score         decimals4   `json:"score"`
	Priority      decimals4   `json:"priority"`
	RankValue     decimals4   `json:"rank_value"`
	Outcomes      []Outcome   `json:"outcomes"`
	Criteria      []Criterion `json:"criteria"`
	EngineVersion string      `json:"engine_version"`
	PolicyHash    string      `json:"policy_hash"`
}

// MarshalJSON returns the pair with its references, the verdict, the numbers
// with four decimals, every outcome and every criterion, and what they were
// computed by. The order of the keys is fixed.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(resultJSON{
		Household: r.Candidate.Ref(), Listing: r.Offer.Ref(), Eligibility: r.Eligibility,
		Score: decimals4(r.Score), Priority: decimals4(r.Priority), RankValue: decimals4(r.RankValue),
		Outcomes: r.Outcomes, Criteria: r.Criteria,
		EngineVersion: EngineVersion, PolicyHash: r.PolicyHash(),
	})
}

// MarshalJSON returns {"rule","outcome","reason","strength","remedy"}; reason
// is null for pass, remedy null where there is none.
func (o Outcome) MarshalJSON() ([]byte, error) {
	v := struct {
		Rule     Rule               `json:"rule"`
		Outcome  Answer             `json:"outcome"`
		Reason   *Reason            `json:"reason"`
		Strength landlords.Strength `json:"strength"`
		Remedy   *Remedy            `json:"remedy"`
	}{o.Rule, o.Outcome, nil, o.Strength, o.Remedy}
	if o.Reason != "" {
		v.Reason = &o.Reason
	}
	return json.Marshal(v)
}

// MarshalJSON returns {"criterion","weight","value","contribution"}, and
// "unknown": true where a fact is missing.
func (c Criterion) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Criterion    CriterionName `json:"criterion"`
		Weight       float64       `json:"weight"`
		Value        decimals4     `json:"value"`
		Contribution decimals4     `json:"contribution"`
		Unknown      bool          `json:"unknown,omitzero"`
	}{c.Criterion, c.Weight, decimals4(c.Value), decimals4(c.Contribution), c.Unknown})
}

// MarshalJSON returns {"household","listing","score","rule","reason","remedy",
// "opens","opened_score"}, the scores with four decimals.
func (m NearMiss) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Household   string      `json:"household"`
		Listing     string      `json:"listing"`
		Score       decimals4   `json:"score"`
		Rule        Rule        `json:"rule"`
		Reason      Reason      `json:"reason"`
		Remedy      *Remedy     `json:"remedy"`
		Opens       Eligibility `json:"opens"`
		OpenedScore decimals4   `json:"opened_score"`
	}{
		m.Result.Candidate.Ref(), m.Result.Offer.Ref(), decimals4(m.Result.Score),
		m.Outcome.Rule, m.Outcome.Reason, m.Outcome.Remedy, m.Opens, decimals4(m.Score),
	})
}
