package landlords

import (
	"slices"
	"testing"
)

func TestLandlordKey(t *testing.T) {
	kari := Landlord{Name: "Kari Nordmann", Phone: "+4744667799", Email: "kari@example.no"}
	for _, c := range []struct {
		name string
		a, b Landlord
		same bool
	}{
		{"phone goes first", kari, Landlord{Name: "K. Nordmann", Phone: "+4744667799", Email: "kn@example.no"}, true},
		{"another phone", kari, Landlord{Name: "Kari Nordmann", Phone: "+4744667700", Email: "kari@example.no"}, false},
		{"e-mail where no phone", Landlord{Name: "A", Email: "kari@example.no"}, Landlord{Name: "B", Email: "Kari@Example.no"}, true},
		{"name where nothing else", Landlord{Name: "Kari  Nordmann"}, Landlord{Name: "kari nordmann"}, true},
		{"a name that looks like an e-mail", Landlord{Name: "a@b.no"}, Landlord{Email: "a@b.no"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.a.Key() == c.b.Key(); got != c.same {
				t.Errorf("got same %v, want %v (%q, %q)", got, c.same, c.a.Key(), c.b.Key())
			}
		})
	}
	if got := (Landlord{}).Key(); got != "" {
		t.Errorf("got key %q for nobody, want none", got)
	}
}

func TestRequirements(t *testing.T) {
	yes, no, four := true, false, 4
	l := Listing{EmploymentRequirement: PermanentJob, Pets: &no, ReferencesRequired: &yes, MaxOccupants: &four,
		AcceptedSecurity: Securities(NAVGuarantee, DepositAccount), Preferred: Rules(RulePets, RuleEmployment)}
	want := []Requirement{
		{RuleEmployment, Prefer, "permanent_job"}, {RuleOccupants, Must, "4"}, {RulePets, Prefer, "false"},
		{RuleReferences, Must, "true"}, {RuleSecurity, Must, "deposit_account, nav_guarantee"},
	}
	if got := l.Requirements(); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	easy := Listing{EmploymentRequirement: NoEmployment, Pets: &yes, ReferencesRequired: &no, FollowUpRequired: &no}
	if got := easy.Requirements(); len(got) > 0 {
		t.Errorf("got %v, want nothing asked", got)
	}
}
