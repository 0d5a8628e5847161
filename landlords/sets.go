package landlords

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
)

// SecurityForm is a way to secure the rent. Forms are bits of a SecuritySet.
type SecurityForm uint8

// The security forms, in the alphabetical order of their names.
const (
	DepositAccount SecurityForm = 1 << iota
	InsuranceGuarantee
	MunicipalGuarantee
	NAVGuarantee
)

var securityNames = []string{"deposit_account", "insurance_guarantee", "municipal_guarantee", "nav_guarantee"}

// SecurityForms lists every form.
var SecurityForms = []SecurityForm{DepositAccount, InsuranceGuarantee, MunicipalGuarantee, NAVGuarantee}

// String returns the canonical name.
func (f SecurityForm) String() string { return setString(uint8(f), securityNames) }

// SecuritySet is a set of security forms. The empty set is "not known".
type SecuritySet uint8

// Securities returns the set of the given forms.
func Securities(forms ...SecurityForm) (s SecuritySet) {
	for _, f := range forms {
		s |= SecuritySet(f)
	}
	return s
}

// Has reports whether the form is in the set.
func (s SecuritySet) Has(f SecurityForm) bool { return s&SecuritySet(f) != 0 }

// Len returns the number of forms.
func (s SecuritySet) Len() int { return bits.OnesCount8(uint8(s)) }

// Names returns the canonical names, ascending.
func (s SecuritySet) Names() []string { return setNames(uint8(s), securityNames) }

// Add puts the form with that canonical name in the set; false if there is none.
func (s *SecuritySet) Add(name string) bool { return setAdd((*uint8)(s), name, securityNames) }

// String returns the names separated by commas.
func (s SecuritySet) String() string { return setString(uint8(s), securityNames) }

// MarshalJSON returns the names as an array.
func (s SecuritySet) MarshalJSON() ([]byte, error) { return json.Marshal(s.Names()) }

// UnmarshalJSON reads what MarshalJSON writes; an unknown name is an error.
func (s *SecuritySet) UnmarshalJSON(data []byte) error {
	return setUnmarshal((*uint8)(s), data, securityNames)
}

// Rule is one of the requirements that a landlord can turn into a wish. Rules
// are bits of a RuleSet.
type Rule uint8

// The rules, in the alphabetical order of their names.
const (
	RuleEmployment Rule = 1 << iota
	RuleFollowUp
	RuleOccupants
	RulePets
	RuleReferences
	RuleSecurity
)

var ruleNames = []string{"employment", "follow_up", "occupants", "pets", "references", "security"}

// String returns the canonical name.
func (r Rule) String() string { return setString(uint8(r), ruleNames) }

// RuleSet is a set of rules.
type RuleSet uint8

// Rules returns the set of the given rules.
func Rules(rules ...Rule) (s RuleSet) {
	for _, r := range rules {
		s |= RuleSet(r)
	}
	return s
}

// Has reports whether the rule is in the set.
func (s RuleSet) Has(r Rule) bool { return s&RuleSet(r) != 0 }

// Names returns the canonical names, ascending.
func (s RuleSet) Names() []string { return setNames(uint8(s), ruleNames) }

// Add puts the rule with that canonical name in the set; false if there is none.
func (s *RuleSet) Add(name string) bool { return setAdd((*uint8)(s), name, ruleNames) }

// String returns the names separated by commas.
func (s RuleSet) String() string { return setString(uint8(s), ruleNames) }

// MarshalJSON returns the names as an array.
func (s RuleSet) MarshalJSON() ([]byte, error) { return json.Marshal(s.Names()) }

// UnmarshalJSON reads what MarshalJSON writes; an unknown name is an error.
func (s *RuleSet) UnmarshalJSON(data []byte) error {
	return setUnmarshal((*uint8)(s), data, ruleNames)
}

func setNames(set uint8, names []string) []string {
	out := make([]string, 0, bits.OnesCount8(set))
	for i, name := range names {
		if set&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

func setString(set uint8, names []string) string { return strings.Join(setNames(set, names), ", ") }

func setAdd(set *uint8, name string, names []string) bool {
	for i, n := range names {
		if n == name {
			*set |= 1 << i
			return true
		}
	}
	return false
}

func setUnmarshal(set *uint8, data []byte, names []string) error {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*set = 0
	for _, name := range list {
		if !setAdd(set, name, names) {
			return fmt.Errorf("%q is none of %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}
