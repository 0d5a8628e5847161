package office

import (
	"fmt"
	"testing"

	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords"
)

// BenchmarkLandlords looks among 10,000 listings of 5,000 landlords for the likely
// duplicates of one, for a landlord's history and for landlords by a name.
func BenchmarkLandlords(b *testing.B) {
	o := New(sqlitetest.New(b, Collections...), Config{Municipality: municipality})
	const n = 10_000
	data := demo.Data{}
	for i := range n {
		data.Listings = append(data.Listings, landlords.Listing{ExternalRef: fmt.Sprint("L-", i), Status: landlords.StatusOpen, Address: fmt.Sprintf("%sgata %d", []string{"Stor", "Prøve", "Fjord", "Elve", "Sjø"}[i%5], i%200),
			UnitNumber: fmt.Sprintf("H%04d", i/1000+101), PostalCode: "8610", LandlordName: fmt.Sprint("Utleier ", i/2), LandlordPhone: fmt.Sprintf("+47%08d", 40000000+i/2), Rent: new(9000 + i%50)})
	}
	if err := o.Fill(b.Context(), data, "test"); err != nil {
		b.Fatal(err)
	}
	rec, err := o.ListingByKey(b.Context(), "L-4711")
	if err != nil {
		b.Fatal(err)
	}
	id := LandlordID(rec.Value.Record.Landlord())
	for name, do := range map[string]func() (int, error){
		"twins":   func() (int, error) { twins, err := o.Twins(b.Context(), rec.ID); return len(twins), err },
		"history": func() (int, error) { h, err := o.LandlordHistory(b.Context(), id); return len(h.Listings), err },
		"list":    func() (int, error) { lines, err := o.LandlordList(b.Context(), "utleier 47"); return len(lines), err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := do(); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
