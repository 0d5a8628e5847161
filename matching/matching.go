// Package matching decides which listings fit which households, scores the
// fit and says why, what stands in the way and who can do something about it.
//
// It is pure: the same household, listing, policy and date give the same
// result on every machine, without a clock and without input or output. What
// is not known is a third value beside yes and no; it neither passes nor fails
// silently. Nothing about origin, religion, sex, language or citizenship is an
// input.
//
// There are two ways to an answer. [Evaluate] and [Rank] explain: they say what
// every rule and criterion made of a pair. A [Snapshot] is fast: it holds many
// records and finds the best pairs among them, with the same verdicts and, to
// the last bit, the same numbers, for it asks the same functions; its Explain
// leads from the one to the other.
//
// Results carry codes. The sentences for people stand in the language files
// under matching.*; [Result.Why], [Remedy.Message] and [Message.Render] lead
// from the one to the other.
package matching

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// EngineVersion names the rules that a result was computed by. It changes
// whenever the same input and policy could give another result.
const EngineVersion = "1"

// Candidate is a household with what the office knows about it beside its own
// profile.
type Candidate struct {
	ID          string // the record's id in the store; the last resort of the order
	Household   *households.Household
	CurrentUnit *vacancy.Unit // the transitional unit that it lives in; nil: none, or not known

	// Declined holds the ids (Offer.ID) of the listings that were declined by or
	// for this household, or whose landlord is excluded for it.
	Declined map[string]bool
}

// Ref returns the household's own reference.
func (c *Candidate) Ref() string { return c.Household.Ref }

// Offer is a listing that can be matched.
type Offer struct {
	ID      string // the record's id in the store
	Listing *landlords.Listing
}

// Ref returns the listing's external_ref where it has one, else its key.
func (o *Offer) Ref() string { return o.Listing.Key() }

// Eligibility is the verdict over a pair.
type Eligibility string

// The verdicts.
const (
	Eligible Eligibility = "eligible" // every rule that counts passes
	Clarify  Eligibility = "clarify"  // none fails, but something has to be asked
	Blocked  Eligibility = "blocked"  // a rule fails that is not merely a wish
)

// Eligibilities lists every verdict, the best first.
var Eligibilities = []Eligibility{Eligible, Clarify, Blocked}

// Answer is what one rule says about a pair.
type Answer string

// The answers.
const (
	Pass    Answer = "pass"
	Fail    Answer = "fail"
	Unknown Answer = "unknown"
)

// Outcome is the answer of one rule, with the reason where it is not pass.
type Outcome struct {
	Rule     Rule
	Outcome  Answer
	Reason   Reason             // "" for pass
	Strength landlords.Strength // prefer: a wish, which neither blocks nor asks
	Remedy   *Remedy            // nil where nobody can do anything about it
}

// Blocks reports whether the outcome makes the pair blocked.
func (o *Outcome) Blocks() bool { return o.Outcome == Fail && o.Strength == landlords.Must }

// Asks reports whether the outcome leaves something to be asked first.
func (o *Outcome) Asks() bool { return o.Outcome == Unknown && o.Strength == landlords.Must }

// Criterion is one part of the score.
type Criterion struct {
	Criterion    CriterionName
	Weight       float64 // the policy's weight
	Value        float64 // s, 0 to 1
	Contribution float64 // points of the score, 100*weight*value/sum of weights
	Unknown      bool    // a fact is missing, so Value is the policy's unknown_value (less what wishes took)
}

// Result is everything that the engine says about one household and one
// listing. Its policy must not be changed while the result is in use.
type Result struct {
	Candidate   *Candidate
	Offer       *Offer
	Eligibility Eligibility
	Score       float64     // 0 to 100
	Priority    float64     // 0 to 1
	RankValue   float64     // what lists are ordered by
	Outcomes    []Outcome   // every rule, in the order of Rules
	Criteria    []Criterion // every part of the score, in the order of CriterionNames

	policy *Policy
	hash   string // of policy, where it was computed for many results at once
	on     civil.Date
}

// On returns the date that the result holds for.
func (r *Result) On() civil.Date { return r.on }

// Policy returns the policy that the result was computed by.
func (r *Result) Policy() *Policy { return r.policy }

// PolicyHash returns the hash of the policy that the result was computed by.
func (r *Result) PolicyHash() string {
	if r.hash != "" {
		return r.hash
	}
	return r.policy.Hash()
}

// Outcome returns what one rule said.
func (r *Result) Outcome(rule Rule) Outcome {
	for _, o := range r.Outcomes {
		if o.Rule == rule {
			return o
		}
	}
	return Outcome{}
}

// Evaluate applies every rule and every criterion to one household and one
// listing on a date. Nothing is kept from one call to the next, and the
// arguments are not changed. The policy must be valid (Policy.Validate).
func Evaluate(c *Candidate, o *Offer, p *Policy, on civil.Date) Result {
	a, h := newApplicant(c), newHome(o)
	pr := &pair{&a, &h, p, on}
	r := Result{Candidate: c, Offer: o, Eligibility: Eligible, policy: p, on: on}
	r.Outcomes = make([]Outcome, len(rules))
	wishesFailed := 0
	for i := range rules {
		out := pr.outcome(i)
		switch {
		case out.Blocks():
			r.Eligibility = Blocked
		case out.Asks() && r.Eligibility == Eligible:
			r.Eligibility = Clarify
		case out.Outcome == Fail:
			wishesFailed++
		}
		r.Outcomes[i] = out
	}
	criteria, score := pr.score(wishesFailed)
	r.Criteria, r.Score, r.Priority = criteria, exact(score), pr.priority()
	r.RankValue = p.rankValue(score, r.Priority)
	return r
}

// outcome returns what rule i says about the pair.
func (pr *pair) outcome(i int) Outcome {
	rule := &rules[i]
	out := Outcome{Rule: rule.name, Strength: pr.strength(i)}
	out.Outcome, out.Reason = rule.judge(pr)
	if out.Outcome != Pass && rule.remedy != nil {
		out.Remedy = rule.remedy(pr, out.Reason)
	}
	return out
}

// strength returns whether the landlord insists on rule i.
func (pr *pair) strength(i int) landlords.Strength {
	if wish := rules[i].wish; wish != 0 {
		return pr.l.Strength(wish)
	}
	return landlords.Must
}
