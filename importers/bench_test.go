package importers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/i18n"
)

const benchRows = 100_000

// benchBook writes a workbook of listings with 24 columns and opens it.
func benchBook(b *testing.B) *sheet.Book {
	b.Helper()
	path := filepath.Join(b.TempDir(), "utleieliste.xlsx")
	columns := ExportColumns(Listings, Style{Lang: i18n.Bokmal})
	var use []int
	for i, f := range Fields(Listings) {
		switch f.Name {
		case "max_occupants", "follow_up_required", "contract_form", "preferred", "status", "confirmed_on", "lease_kind":
		default:
			use = append(use, i)
		}
	}
	kept := func(row []any) []any {
		var out []any
		for _, i := range use {
			out = append(out, row[i])
		}
		return out
	}
	var head []sheet.Column
	for _, i := range use {
		head = append(head, columns[i])
	}
	g := &gen{Rand: rand.New(rand.NewPCG(1, 1))}
	err := sheet.Create(path, "Utleieliste", head, func(w sheet.Writer) error {
		var row []any
		for i := range benchRows {
			l := random(g, ListingSchema, i)
			l.Address = fmt.Sprintf("%s %d", pick(g, variantStreets), i)
			row = ExportRow(ListingSchema, Style{Lang: i18n.Bokmal}, &l, row)
			if err := w.Row(kept(row)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = book.Close() })
	return book
}

// BenchmarkRead reads 100,000 listings of 24 columns into records, beside the
// bare rows of the same file.
func BenchmarkRead(b *testing.B) {
	book := benchBook(b)
	b.Run("rows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range book.Rows(context.Background(), 0) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != benchRows+1 {
				b.Fatalf("got %d rows", n)
			}
		}
		b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("records", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			layout, err := Recognise(context.Background(), book, 0, Options{})
			if err != nil || len(layout.Columns) != 24 {
				b.Fatal(layout, err)
			}
			n := 0
			for row, err := range Read(context.Background(), book, 0, layout, ListingSchema) {
				if err != nil || row.Skipped != "" {
					b.Fatal(row, err)
				}
				n++
			}
			if n != benchRows {
				b.Fatalf("got %d records", n)
			}
		}
		b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkRecognise(b *testing.B) {
	book := benchBook(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Recognise(context.Background(), book, 0, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
