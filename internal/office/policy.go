package office

import (
	"context"
	"strconv"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching"
)

// PolicyVersion is a matching policy with the day from which it holds. Versions
// are never changed: a new one takes over.
type PolicyVersion struct {
	Number    int             `json:"number"` // 1, 2, 3 … in the order of saving; 0 is the default policy
	ValidFrom civil.Date      `json:"valid_from,omitzero"`
	Policy    matching.Policy `json:"policy"`
	Hash      string          `json:"hash"`
	Who       string          `json:"who,omitzero"`
	At        time.Time       `json:"at,omitzero"`
}

// Policies are the versions of the matching policy.
var Policies = storage.NewCollection[PolicyVersion](storage.Schema{
	Name:   "policies",
	Unique: []storage.Unique{{Name: "number", Paths: []string{"number"}}},
})

// Policy returns the version that holds on a day: the newest of those that
// began on it or before, the default where there is none. Errors are those of
// the store.
func (o *Office) Policy(ctx context.Context, on civil.Date) (v PolicyVersion, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		v, err = policyOn(tx, on)
		return err
	})
	return v, err
}

func policyOn(tx *storage.Tx, on civil.Date) (PolicyVersion, error) {
	for rec, err := range Policies.Find(tx, storage.Query{Sort: "number", Desc: true}) {
		if err != nil {
			return PolicyVersion{}, err
		}
		if rec.Value.ValidFrom <= on {
			return rec.Value, nil
		}
	}
	return defaultPolicyVersion(), nil
}

// newestPolicy is policyOn of versions that have been read.
func newestPolicy(all rows[PolicyVersion], on civil.Date) PolicyVersion {
	newest := defaultPolicyVersion()
	for _, v := range all {
		if v.ValidFrom <= on && v.Number > newest.Number {
			newest = *v
		}
	}
	return newest
}

// defaultPolicyVersion is what holds where no version was saved.
func defaultPolicyVersion() PolicyVersion {
	p := matching.DefaultPolicy()
	return PolicyVersion{Policy: *p, Hash: p.Hash()}
}

// SetPolicy saves a policy that holds from a day on. Errors: Invalid for a
// policy that Validate refuses or a missing day, and those of the store.
func (o *Office) SetPolicy(ctx context.Context, p *matching.Policy, from civil.Date, who string) (PolicyVersion, error) {
	return o.SetPolicyAfter(ctx, p, from, anyVersion, who)
}

const anyVersion = -1

// SetPolicyAfter is SetPolicy by one who has seen the newest version of a number,
// 0 for none. Errors: also Conflict where there is a newer one.
func (o *Office) SetPolicyAfter(ctx context.Context, p *matching.Policy, from civil.Date, after int, who string) (v PolicyVersion, err error) {
	switch {
	case len(p.Validate()) > 0:
		return v, apperr.New(apperr.Invalid, "The policy has values that matching cannot use. Check it first.")
	case from == 0:
		return v, apperr.New(apperr.Invalid, "The day from which the policy holds is missing.")
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		v = PolicyVersion{Number: 1, ValidFrom: from, Policy: *p, Hash: p.Hash(), Who: who, At: o.now().UTC()}
		for rec, err := range Policies.Find(tx, storage.Query{Sort: "number", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			v.Number = rec.Value.Number + 1
		}
		if after != anyVersion && after != v.Number-1 {
			return storage.Stale("policies", strconv.Itoa(after))
		}
		if err := Policies.Put(tx, &storage.Record[PolicyVersion]{Value: v}); err != nil {
			return err
		}
		return audit.Write(tx, o.now(), audit.Entry{Who: who, What: audit.Created, Register: "policies", Key: strconv.Itoa(v.Number)})
	})
	return v, err
}

// PolicyVersions lists the versions that were saved, the newest first. Errors are
// those of the store.
func (o *Office) PolicyVersions(ctx context.Context) (out []PolicyVersion, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range Policies.Find(tx, storage.Query{Sort: "number", Desc: true}) {
			if err != nil {
				return err
			}
			out = append(out, rec.Value)
		}
		return nil
	})
	return out, err
}
