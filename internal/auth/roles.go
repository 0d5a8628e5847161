package auth

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Roles is a set of roles: what a user has, or what a page asks one of.
type Roles uint8

// The roles. A user may have several.
const (
	Caseworker    Roles = 1 << iota // keeps households, proposes, follows up
	Coordinator                     // verifies listings, allocates, keeps the vacancy board
	Manager                         // sees figures and no names
	Administrator                   // users, policy, settings, the audit trail
)

// The sets that pages ask for.
const (
	Staff    = Caseworker | Coordinator // works with households and listings, sees names
	Figures  = Staff | Manager          // may see figures
	Everyone = Figures | Administrator  // anyone who is signed in
)

var roleNames = []string{"caseworker", "coordinator", "manager", "administrator"}

// RoleNames lists the roles by name: caseworker, coordinator, manager,
// administrator.
func RoleNames() []string { return slices.Clone(roleNames) }

// ParseRoles returns the set of the named roles.
func ParseRoles(names ...string) (Roles, error) {
	var set Roles
	for _, name := range names {
		i := slices.Index(roleNames, name)
		if i < 0 {
			return 0, fmt.Errorf("%q is no role: use %v", name, roleNames)
		}
		set |= 1 << i
	}
	return set, nil
}

// Names lists the roles of the set.
func (r Roles) Names() []string {
	out := []string{}
	for i, name := range roleNames {
		if r&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Any reports whether the sets have a role in common.
func (r Roles) Any(of Roles) bool { return r&of != 0 }

// MarshalJSON returns the names.
func (r Roles) MarshalJSON() ([]byte, error) { return json.Marshal(r.Names()) }

// UnmarshalJSON reads the names.
func (r *Roles) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	set, err := ParseRoles(names...)
	*r = set
	return err
}
