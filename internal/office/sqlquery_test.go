package office

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// The rules and the score as one query over indexed tables: what the engine is
// measured against, and a second opinion on its answers. Numbers of the default
// policy stand in it as they are.
const sqlMatch = `
WITH params(d) AS (SELECT ?1),
h AS (
	SELECT h.*, max(h.move_from, d) AS m, d,
		CASE WHEN h.ready <> 0 AND h.ready <= d THEN min(1.0, (d - h.ready) / 365.0) ELSE 0.0 END AS waited,
		CASE WHEN h.lease_in_ends <> 0 AND h.lease_in_ends - d <= 180 THEN 1.0 ELSE 0.0 END AS urgent,
		h.current_rent + CASE WHEN h.current_power = 0 THEN 1000 ELSE 0 END AS have_low,
		h.current_rent + CASE WHEN h.current_power = 1 THEN 0 ELSE 1000 END AS have_high,
		EXISTS (SELECT 1 FROM areas WHERE household = h.id) AS wishes
	FROM households h, params WHERE h.id = ?2 AND h.ready <> 0 AND h.ready <= d
),
pair AS (
	SELECT l.*, h.*, l.id AS listing, max(l.available, d) AS a, l.security & h.forms AS common,
		l.rent + CASE WHEN l.power = 0 THEN 1000 ELSE 0 END AS cost_low,
		l.rent + CASE WHEN l.power = 1 THEN 0 ELSE 1000 END AS cost_high,
		l.available <> 0 AND h.move_from <> 0 AS dated,
		EXISTS (SELECT 1 FROM areas WHERE household = h.id AND place = l.place) AS wished
	FROM h, listings l
	WHERE l.closed = 0
		AND NOT (l.shared AND h.persons > 1) AND (l.beds IS NULL OR l.beds >= h.need)
		AND (l.rent IS NULL OR h.max_rent IS NULL OR l.rent <= h.max_rent)
		AND NOT EXISTS (SELECT 1 FROM declined x WHERE x.household = h.id AND x.listing = l.id)
),
judged AS (
	SELECT *,
		CASE WHEN confirmed <> 0 AND d - confirmed <= 21 THEN 0 ELSE 1 END AS open_,
		CASE WHEN beds IS NULL THEN 1 ELSE 0 END AS capacity_,
		CASE WHEN max_occupants IS NOT NULL AND persons > max_occupants THEN 2 ELSE 0 END AS occupants_,
		CASE WHEN rent IS NULL OR max_rent IS NULL THEN 1 ELSE 0 END AS rent_,
		CASE WHEN assistance = 0 THEN 0 WHEN rent IS NULL THEN 1 WHEN rent <= approved THEN 0
			WHEN cost_high <= have_low THEN 0 WHEN assistance = 1 AND cost_low > have_high THEN 2 ELSE 1 END AS increase_,
		CASE WHEN sublet THEN 0 WHEN security = 0 OR forms = 0 THEN 1 WHEN common = 0 THEN 2
			WHEN common <> 1 THEN 0 WHEN deposit IS NULL OR funds IS NULL THEN 1 WHEN deposit > funds THEN 2 ELSE 0 END AS security_,
		CASE WHEN sublet OR asked = 0 THEN 0 WHEN asked IS NULL OR level IS NULL THEN 1 WHEN level < asked THEN 2 ELSE 0 END AS employment_,
		CASE WHEN sublet OR refs_required = 0 OR refs = 1 THEN 0 WHEN refs_required = 1 AND refs = 0 THEN 2 ELSE 1 END AS references_,
		CASE WHEN NOT dated THEN 1 WHEN a - m > 90 OR m - a > 60 THEN 2 ELSE 0 END AS move_,
		CASE WHEN NOT step_free_needed OR step_free = 1 THEN 0 WHEN step_free IS NULL THEN 1 ELSE 2 END AS step_,
		CASE WHEN NOT has_pets OR pets = 1 THEN 0 WHEN pets IS NULL THEN 1 ELSE 2 END AS pets_,
		CASE WHEN NOT areas_must OR NOT wishes OR wished THEN 0 WHEN place = '' THEN 1 ELSE 2 END AS area_,
		CASE WHEN indefinite THEN 0 WHEN months IS NULL THEN 1 WHEN months < min_months THEN 2 ELSE 0 END AS lease_,
		CASE WHEN follow_up_required AND NOT follow_up_plan THEN 2 ELSE 0 END AS follow_
	FROM pair
),
verdict AS (
	SELECT *,
		open_ = 1 OR capacity_ = 1 OR rent_ = 1 OR increase_ = 1 OR security_ = 1 AND NOT w_security OR employment_ = 1 AND NOT w_employment
			OR references_ = 1 AND NOT w_references OR move_ = 1 OR step_ = 1 OR pets_ = 1 AND NOT w_pets OR area_ = 1 OR lease_ = 1 AS asks,
		(security_ = 2) + (employment_ = 2) + (references_ = 2) + (pets_ = 2) + (occupants_ = 2) + (follow_ = 2) AS wishes_failed
	FROM judged
	WHERE increase_ < 2 AND move_ < 2 AND step_ < 2 AND area_ < 2 AND lease_ < 2
		AND (security_ < 2 OR w_security) AND (employment_ < 2 OR w_employment) AND (references_ < 2 OR w_references)
		AND (pets_ < 2 OR w_pets) AND (occupants_ < 2 OR w_occupants) AND (follow_ < 2 OR w_follow_up)
),
scored AS (
	SELECT listing, ref, asks, max(waited, urgent) AS priority, round(
		25 * CASE WHEN rent IS NULL OR max_rent IS NULL THEN 0.5 WHEN max_rent = 0 THEN 0.4
			ELSE 0.4 + 0.6 * min(max((max_rent - rent) * 1.0 / max_rent / 0.25, 0), 1) END
		+ 20 * CASE WHEN beds IS NULL THEN 0.5 WHEN beds - need = 0 THEN 1 WHEN beds - need = 1 THEN 0.7 WHEN beds - need = 2 THEN 0.4 ELSE 0.1 END
		+ 15 * CASE WHEN NOT wishes OR wished THEN 1 WHEN place = '' THEN 0.5 ELSE 0.3 END
		+ 15 * CASE WHEN indefinite THEN 1 WHEN months IS NULL THEN 0.5 WHEN months >= 36 THEN 0.9 WHEN months >= 24 THEN 0.6 WHEN months >= 12 THEN 0.4 ELSE 0.1 END
		+ 10 * CASE WHEN NOT dated THEN 0.5 ELSE max(0, 1 - abs(a - m) / 90.0) END
		+ 10 * max(0, CASE WHEN asked IS NULL OR level IS NULL THEN 0.5 WHEN level < asked THEN 0 WHEN level - asked = 0 THEN 1
			WHEN level - asked = 1 THEN 0.8 WHEN level - asked = 2 THEN 0.6 ELSE 0.4 END - 0.25 * wishes_failed)
		+ 5 * CASE WHEN security = 0 OR forms = 0 THEN 0.5 WHEN common = 0 THEN 0
			WHEN common IN (1, 2, 4, 8) THEN 0.6 WHEN common IN (3, 5, 6, 9, 10, 12) THEN 0.8 ELSE 1 END, 9) AS score
	FROM verdict
)
SELECT listing, asks, score, priority, round(0.8 * score + 20 * priority, 9) AS rank_value
FROM scored ORDER BY rank_value DESC, score DESC, ref, listing LIMIT ?3`

const sqlTables = `
CREATE TABLE listings (id TEXT PRIMARY KEY, ref TEXT, closed INT, confirmed INT, shared INT, beds INT, max_occupants INT, rent INT, power INT,
	security INT, deposit INT, sublet INT, asked INT, refs_required INT, available INT, step_free INT, pets INT, place TEXT, indefinite INT, months INT,
	follow_up_required INT, w_security INT, w_employment INT, w_references INT, w_pets INT, w_occupants INT, w_follow_up INT) WITHOUT ROWID;
CREATE TABLE households (id TEXT PRIMARY KEY, ready INT, need INT, persons INT, max_rent INT, assistance INT, approved INT, current_rent INT,
	current_power INT, forms INT, funds INT, level INT, refs INT, move_from INT, step_free_needed INT, has_pets INT, areas_must INT, min_months INT,
	follow_up_plan INT, lease_in_ends INT) WITHOUT ROWID;
CREATE TABLE areas (household TEXT, place TEXT, PRIMARY KEY (household, place)) WITHOUT ROWID;
CREATE TABLE declined (household TEXT, listing TEXT, PRIMARY KEY (household, listing)) WITHOUT ROWID;
CREATE INDEX listings_fit ON listings (closed, rent, beds);
CREATE INDEX listings_beds ON listings (closed, beds);
ANALYZE;`

// town is records whose facts come up as in staff's lists; odd are the facts in a
// hundred that are missing or out of the way.
type town struct {
	candidates []matching.Candidate
	offers     []matching.Offer
}

func newTown(seed uint64, nHouseholds, nListings, odd int) *town {
	r := &townRand{rand.New(rand.NewPCG(seed, 3)), odd}
	t := &town{}
	for i := range nListings {
		t.offers = append(t.offers, matching.Offer{ID: fmt.Sprintf("l%07d", i), Listing: r.listing(i)})
	}
	for i := range nHouseholds {
		c := matching.Candidate{ID: fmt.Sprintf("h%07d", i), Household: r.household(i)}
		if r.IntN(3) == 0 {
			c.CurrentUnit = &vacancy.Unit{UnitRef: "G", Ownership: []vacancy.Ownership{vacancy.LeasedIn, vacancy.Owned}[r.IntN(2)], LeaseInEnds: r.date(-30, 900)}
		}
		if r.IntN(4) == 0 {
			c.Declined = map[string]bool{t.offers[r.IntN(nListings)].ID: true}
		}
		t.candidates = append(t.candidates, c)
	}
	return t
}

type townRand struct {
	*rand.Rand
	odd int
}

func (r *townRand) strange() bool { return r.IntN(100) < r.odd }

func (r *townRand) whole(values ...int) *int {
	if r.strange() {
		return nil
	}
	return &values[r.IntN(len(values))]
}

func (r *townRand) yes(percent int) *bool {
	if r.strange() {
		return nil
	}
	b := r.IntN(100) < percent
	return &b
}

func (r *townRand) date(from, to int) civil.Date {
	if r.strange() {
		return 0
	}
	return followDay.AddDays(from + r.IntN(to-from))
}

func (r *townRand) listing(i int) *landlords.Listing {
	beds := 1 + min(r.IntN(4), r.IntN(4))
	rent := 3500 + 2000*beds + 250*r.IntN(16)
	l := &landlords.Listing{ExternalRef: fmt.Sprintf("U-%07d", i), Address: "Storgata 1", PostalPlace: []string{"Mo i Rana", "Mo i rana ", "Selfors", "Gruben", "Ytteren"}[r.IntN(5)],
		DwellingType: landlords.Apartment, Bedrooms: r.whole(beds), Rent: r.whole(rent), ElectricityIncluded: r.yes(50), Deposit: r.whole(2*rent, 3*rent, 3*rent),
		AcceptedSecurity: landlords.SecuritySet(1 + r.IntN(15)), EmploymentRequirement: landlords.EmploymentRequirements[min(r.IntN(4), r.IntN(4))],
		ReferencesRequired: r.yes(25), AvailableFrom: r.date(-40, 90), LeaseKind: landlords.Indefinite, Pets: r.yes(50), StepFree: r.yes(40),
		Status: landlords.StatusOpen, ConfirmedOn: r.date(-23, 0)}
	if r.IntN(2) == 0 {
		l.LeaseKind, l.LeaseMonths = landlords.Fixed, r.whole(12, 36, 36, 36, 24)
	}
	if r.strange() {
		l.DwellingType = landlords.DwellingTypes[r.IntN(len(landlords.DwellingTypes))]
		l.Bedrooms, l.MaxOccupants = r.whole(0, 1, 5), r.whole(1, 2, 3, 5)
		l.AcceptedSecurity, l.EmploymentRequirement = landlords.SecuritySet(r.IntN(16)), ""
		l.PostalPlace, l.LeaseKind, l.LeaseMonths = "", "", r.whole(0, 6, 11, 23, 60)
		l.ContractForm, l.FollowUpRequired = landlords.ContractForms[r.IntN(2)], r.yes(60)
		l.Rent = r.whole(0, rent)
	}
	if r.strange() {
		l.Status = landlords.Statuses[r.IntN(len(landlords.Statuses))]
		l.Preferred = landlords.RuleSet(r.IntN(64))
	}
	return l
}

func (r *townRand) household(i int) *households.Household {
	h := &households.Household{Ref: fmt.Sprintf("H-%07d", i), Adults: 1 + r.IntN(2), Children: min(r.IntN(5), r.IntN(5)), Employment: households.Employments[r.IntN(5)],
		MaxRent: r.whole(7000, 9000, 10500, 12000, 14000), CurrentRent: r.whole(6000, 8000, 9500), CurrentElectricityIncluded: r.yes(50), SocialAssistance: r.yes(35),
		Security: landlords.SecuritySet(1 + r.IntN(15)), DepositFunds: r.whole(15000, 30000), Areas: []string{"MO I RANA", "Selfors"}[r.IntN(2):],
		AreasMust: r.yes(10), MoveFrom: r.date(-40, 40), StepFreeNeeded: r.yes(12), Pets: r.yes(10), ReadyDate: followDay.AddDays(-r.IntN(500)),
		References: r.yes(60), FollowUpPlan: r.yes(60)}
	if r.strange() {
		h.ApprovedRent, h.BedroomsNeeded, h.MinLeaseMonths = r.whole(7000, 9000), r.whole(0, 1, 3), r.whole(6, 24, 36)
		h.Security, h.Areas, h.Employment, h.Adults, h.MaxRent = landlords.SecuritySet(r.IntN(16)), nil, "", r.IntN(4), r.whole(0, 8000)
		h.ReadyDate = r.date(-400, 20)
	}
	return h
}

// sql is the same records in tables.
func (t *town) sql(tb testing.TB) *sql.Stmt {
	tb.Helper()
	ctx := tb.Context()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(tb.TempDir(), "town.db")+"?_pragma=cache_size(-400000)&_pragma=mmap_size(1000000000)&_pragma=temp_store(2)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	_, err = db.ExecContext(ctx, sqlTables)
	must(err)
	tx, err := db.BeginTx(ctx, nil)
	must(err)
	exec := func(query string, args ...any) {
		tb.Helper()
		_, err := tx.ExecContext(ctx, query, args...)
		must(err)
	}
	for i := range t.offers {
		o := &t.offers[i]
		l := o.Listing
		wish := func(rule landlords.Rule) bool { return l.Preferred.Has(rule) }
		exec(`INSERT INTO listings VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			o.ID, o.Ref(), l.Status != landlords.StatusOpen && l.Status != "", int(l.ConfirmedOn), l.DwellingType == landlords.SharedRoom, orNull(matching.Beds(l)),
			l.MaxOccupants, l.Rent, l.ElectricityIncluded, forms(l.AcceptedSecurity), l.Deposit, l.ContractForm == landlords.Sublet,
			atLeast0(slices.Index(landlords.EmploymentRequirements, l.EmploymentRequirement)), l.ReferencesRequired, int(l.AvailableFrom), l.StepFree, l.Pets,
			households.FoldPlace(l.PostalPlace), l.LeaseKind == landlords.Indefinite, l.LeaseMonths, l.FollowUpRequired != nil && *l.FollowUpRequired,
			wish(landlords.RuleSecurity), wish(landlords.RuleEmployment), wish(landlords.RuleReferences), wish(landlords.RulePets), wish(landlords.RuleOccupants), wish(landlords.RuleFollowUp))
	}
	for i := range t.candidates {
		c := &t.candidates[i]
		h := c.Household
		ends, months, level := 0, 12, any(nil)
		if n, ok := sqlLevels[h.Employment]; ok {
			level = n
		}
		if c.CurrentUnit != nil && c.CurrentUnit.Ownership == vacancy.LeasedIn {
			ends = int(c.CurrentUnit.LeaseInEnds)
		}
		if h.MinLeaseMonths != nil {
			months = *h.MinLeaseMonths
		}
		is := func(b *bool) bool { return b != nil && *b }
		exec(`INSERT INTO households VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			c.ID, int(h.ReadyDate), matching.Need(h), h.Persons(), h.MaxRent, h.SocialAssistance, h.ApprovedRent, h.CurrentRent, h.CurrentElectricityIncluded,
			forms(h.Security), h.DepositFunds, level, h.References, int(h.MoveFrom), is(h.StepFreeNeeded), is(h.Pets), is(h.AreasMust), months, is(h.FollowUpPlan), ends)
		for _, place := range h.Areas {
			exec(`INSERT OR IGNORE INTO areas VALUES (?,?)`, c.ID, households.FoldPlace(place))
		}
		for listing := range c.Declined {
			exec(`INSERT INTO declined VALUES (?,?)`, c.ID, listing)
		}
	}
	must(tx.Commit())
	_, err = db.ExecContext(ctx, `ANALYZE`)
	must(err)
	stmt, err := db.PrepareContext(ctx, sqlMatch)
	must(err)
	tb.Cleanup(func() { _ = stmt.Close() })
	return stmt
}

// forms is a set with the deposit account as its first bit.
func forms(s landlords.SecuritySet) (bits int) {
	for i, f := range []landlords.SecurityForm{landlords.DepositAccount, landlords.NAVGuarantee, landlords.MunicipalGuarantee, landlords.InsuranceGuarantee} {
		if s.Has(f) {
			bits |= 1 << i
		}
	}
	return bits
}

func orNull(n int, known bool) any {
	if !known {
		return nil
	}
	return n
}

func atLeast0(n int) any { return orNull(n, n >= 0) }

var sqlLevels = map[households.Employment]int{
	households.NoIncome: 0, households.IntroProgramme: 1, households.Benefits: 1, households.Temporary: 2, households.Permanent: 3,
}

// sqlMatches asks the query.
func sqlMatches(tb testing.TB, stmt *sql.Stmt, household string, top int) (out []sqlRow) {
	tb.Helper()
	rows, err := stmt.QueryContext(tb.Context(), int(followDay), household, top)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r sqlRow
		if err := rows.Scan(&r.listing, &r.asks, &r.score, &r.priority, &r.rank); err != nil {
			tb.Fatal(err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

type sqlRow struct {
	listing               string
	asks                  bool
	score, priority, rank float64
}

// TestOneQueryGivesTheEnginesAnswer holds the baseline to be the same question.
func TestOneQueryGivesTheEnginesAnswer(t *testing.T) {
	pairs, clarify := 0, 0
	for seed, odd := range []int{2, 10, 35} {
		town := newTown(uint64(seed), 50, 120, odd)
		stmt, s := town.sql(t), matching.NewSnapshot(town.candidates, town.offers)
		for i := range town.candidates {
			for _, top := range []int{0, 20} {
				want, err := s.Match(t.Context(), town.candidates[i].ID, matching.Query{Policy: matching.DefaultPolicy(), On: followDay, Options: matching.Options{Top: top}})
				if err != nil {
					t.Fatal(err)
				}
				got := sqlMatches(t, stmt, town.candidates[i].ID, cmp.Or(top, -1))
				if len(got) != len(want) {
					t.Fatalf("odd %d, %s: got %d pairs, want %d", odd, town.candidates[i].ID, len(got), len(want))
				}
				for k, m := range want {
					o := s.Offer(m.Offer)
					if g := got[k]; g.listing != o.ID || g.asks != (m.Eligibility == matching.Clarify) || math.Abs(g.score-m.Score) > 1e-8 ||
						math.Abs(g.priority-m.Priority) > 1e-12 || math.Abs(g.rank-m.RankValue) > 1e-8 {
						t.Fatalf("odd %d, %s, place %d: got %+v, want %s %+v", odd, town.candidates[i].ID, k, g, o.ID, m)
					}
					if pairs++; m.Eligibility == matching.Clarify {
						clarify++
					}
				}
			}
		}
	}
	if pairs < 500 || clarify < 100 {
		t.Errorf("only %d pairs, %d of them to be clarified", pairs, clarify)
	}
}

// BenchmarkAgainstSQL ranks 100,000 listings for one household after the other,
// top 20, by the engine and by the one query, on the same records.
func BenchmarkAgainstSQL(b *testing.B) {
	town := newTown(9, 200, 100_000, 4)
	s, stmt := matching.NewSnapshot(town.candidates, town.offers), town.sql(b)
	q := matching.Query{Policy: matching.DefaultPolicy(), On: followDay, Options: matching.Options{Top: 20}}
	var perMatch [2]float64
	b.Run("engine", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.Match(b.Context(), town.candidates[i%200].ID, q); err != nil {
				b.Fatal(err)
			}
		}
		perMatch[0] = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("one query", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sqlMatches(b, stmt, town.candidates[i%200].ID, 20)
		}
		perMatch[1] = float64(b.Elapsed()) / float64(b.N)
		if perMatch[0] > 0 {
			b.ReportMetric(perMatch[1]/perMatch[0], "x-the-engine's")
		}
	})
}
