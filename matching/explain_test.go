package matching

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
)

// TestEveryCodeHasASentence looks up each code in each language.
func TestEveryCodeHasASentence(t *testing.T) {
	var messages []Message
	for _, r := range Rules {
		messages = append(messages, r.Message())
	}
	for _, c := range CriterionNames {
		messages = append(messages, c.Message())
	}
	for _, e := range Eligibilities {
		messages = append(messages, e.Message())
	}
	for _, a := range []Answer{Pass, Fail, Unknown} {
		messages = append(messages, a.Message())
	}
	for _, a := range Actors {
		messages = append(messages, a.Message())
	}
	for _, a := range Actions {
		messages = append(messages, (&Remedy{Action: a}).Message())
	}
	for _, r := range Reasons {
		messages = append(messages, code("reason", r))
	}
	for _, s := range []landlords.Strength{landlords.Must, landlords.Prefer} {
		messages = append(messages, code("strength", s))
	}
	for _, s := range landlords.Statuses {
		messages = append(messages, code("status", s))
	}
	for _, l := range landlords.EmploymentRequirements {
		messages = append(messages, code("level", l))
	}
	for _, f := range landlords.SecurityForms {
		messages = append(messages, code("form", f.String()))
	}
	for _, c := range []string{"negative", "not_positive", "out_of_range", "no_weight", "steps_missing", "steps_order"} {
		messages = append(messages, code("problem", "policy_"+c))
	}
	for _, lang := range i18n.Langs {
		for _, m := range messages {
			if !lang.Has(m.Key) {
				t.Errorf("%s has no sentence %s", lang, m.Key)
			}
		}
	}
}

// TestEverySentenceIsWhole renders every explanation of random pairs in every
// language: no key, no placeholder and no missing value may show.
func TestEverySentenceIsWhole(t *testing.T) {
	eachPair(12, func(g *gen, r *Result, _ *Policy) {
		if !g.chance(20) {
			return // rendering is slow beside the rest
		}
		for _, o := range r.Outcomes {
			messages := []Message{r.Why(o)}
			if o.Remedy != nil {
				messages = append(messages, o.Remedy.Message())
			}
			for _, lang := range i18n.Langs {
				for _, m := range messages {
					text := m.Render(lang.T)
					if text == "" || strings.Contains(text, "matching.") || strings.Contains(text, "<no value>") || strings.Contains(text, "map[") {
						t.Fatalf("%s %s: %q of %s", lang, m.Key, text, jsonOf(t, o))
					}
				}
			}
		}
	})
}

func TestSentences(t *testing.T) {
	n := func(v int) *int { return &v }
	fits := fitting()
	l, h := fits.offer.Listing, fits.candidate.Household
	l.Rent, h.MaxRent = n(12500), n(9000)
	l.AcceptedSecurity = landlords.Securities(landlords.NAVGuarantee, landlords.InsuranceGuarantee)
	h.Security = landlords.Securities(landlords.DepositAccount)
	h.ReadyDate = day.AddDays(3)
	r := Evaluate(&fits.candidate, &fits.offer, DefaultPolicy(), day)
	for _, tc := range []struct {
		name        string
		rule        Rule
		lang        i18n.Lang
		why, remedy string
	}{
		{"figures", RuleRent, i18n.Bokmal, "Husleien er 12\u00a0500 kr. Husstanden kan betale høyst 9\u00a0000 kr.", "Husstanden må godta en husleie på 12\u00a0500 kr."},
		{"English", RuleRent, i18n.English, "The rent is NOK 12\u00a0500. The household can pay at most NOK 9\u00a0000.", "The household would have to accept a rent of NOK 12\u00a0500."},
		{"words within", RuleSecurity, i18n.Nynorsk, "Utleigaren godtek forsikringsgaranti, NAV-garanti. Hushaldet har depositumskonto.", "Skaff NAV-garanti (eller forsikringsgaranti). Det er NAV som kan gjere det."},
		{"a date", RuleReady, i18n.Bokmal, "Husstanden er boligklar først 04.12.2026.", ""},
		{"in order", RuleLease, i18n.Bokmal, "I orden", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := r.Outcome(tc.rule)
			if got := r.Why(o).Render(tc.lang.T); got != tc.why {
				t.Errorf("why %q, want %q", got, tc.why)
			}
			remedy := ""
			if o.Remedy != nil {
				remedy = o.Remedy.Message().Render(tc.lang.T)
			}
			if remedy != tc.remedy {
				t.Errorf("remedy %q, want %q", remedy, tc.remedy)
			}
		})
	}
}

func TestMoneyIsGrouped(t *testing.T) {
	for _, tc := range []struct {
		n    int
		want string
	}{{0, "0"}, {999, "999"}, {1000, "1\u00a0000"}, {1002003, "1\u00a0002\u00a0003"}, {-4500, "−4\u00a0500"}} {
		if got := grouped(tc.n); got != tc.want {
			t.Errorf("grouped(%d) = %q, want %q", tc.n, got, tc.want)
		}
	}
}

func TestAllocationsHaveSentences(t *testing.T) {
	var keys []string
	for _, r := range UnassignedReasons {
		keys = append(keys, "unassigned."+string(r))
	}
	for _, r := range DifferenceReasons {
		keys = append(keys, "difference."+string(r))
	}
	for _, r := range LockReasons {
		keys = append(keys, "lock."+string(r))
	}
	for _, lang := range i18n.Langs {
		for _, key := range keys {
			if !lang.Has("allocation." + key) {
				t.Errorf("%s has no sentence allocation.%s", lang, key)
			}
		}
	}
}
