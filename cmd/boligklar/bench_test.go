package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// The size of the large register: a county's listings of some years.
const largeRows = 100_000

var listingHeaders = []any{"Nr", "Adresse", "Postnr", "Sted", "Bolignr", "Type bolig", "Ant. soverom", "Kvm", "Husleie pr. mnd", "Strøm inkl.", "Depositum",
	"Sikkerhet godtas", "Krav om jobb", "Referanser", "Ledig fra", "Leietid (mnd)", "Møblert", "Dyr", "Røyk", "Trinnfri", "Utleier", "Tlf", "E-post", "Merknad"}

// largeListings writes listings as staff keep them, by a bare StreamWriter. It is
// the baseline of an export too: as many rows of as many filled cells.
func largeListings(path string, rows int) error {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...any) any { return list[r.IntN(len(list))] }
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it is saved below
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	first := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	if err := w.SetRow("A1", listingHeaders); err != nil {
		return err
	}
	for i := range rows {
		rent := 4500 + 250*r.IntN(48)
		row := []any{
			fmt.Sprintf("U-%06d", i), fmt.Sprintf("Storgata %d", i), 8600 + r.IntN(60), pick("Mo i Rana", "Selfors", "Ytteren", "Gruben"), pick("H0101", "H0201", nil),
			pick("Leilighet", "hybel", "Enebolig", "rekkehus", "sokkelleilighet"), pick(1, 2, "3", 4), pick(fmt.Sprintf("ca %d", 20+r.IntN(90)), 20+r.IntN(90), fmt.Sprintf("%d m2", 20+r.IntN(90))),
			pick(rent, fmt.Sprintf("kr %d", rent), fmt.Sprintf("%d %03d,-", rent/1000, rent%1000)), pick("ja", "nei", "?", nil), pick("3 mnd", 2*rent, nil),
			pick("depositumskonto, NAV-garanti", "Kommunal garanti", "depositum og kommunal garanti"), pick("Nei", "fast jobb", "dokumentert inntekt", "i arbeid"), pick("ja", "nei", nil),
			pick(excelize.Cell{StyleID: date, Value: first.AddDate(0, 0, r.IntN(90))}, first.AddDate(0, 0, r.IntN(90)).Format("02.01.2006")), pick(36, "3 år", "tidsubestemt"),
			pick("møblert", "nei", "delvis"), pick("ja", "nei", nil), pick("nei", nil), pick("ja", "nei", "?"), fmt.Sprintf("Utleier %d", r.IntN(rows/2+1)), fmt.Sprintf("4%07d", r.IntN(10_000_000)),
			fmt.Sprintf("utleier%d@example.no", i), pick(nil, "Ønsker helst familie", "Ringt 3.10, positiv"),
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(path)
}

// bareRows is the baseline of an import: excelize's own pass over the rows with
// raw values, and nothing done with them.
func bareRows(path string) (err error) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer func() { err = f.Close() }()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return rows.Close()
}

// BenchmarkImport imports 100,000 listings of 24 columns into an empty store,
// applied, text output, beside excelize's bare pass over the same file. Whole
// processes, so that peak memory is theirs.
func BenchmarkImport(b *testing.B) {
	dir := b.TempDir()
	file := filepath.Join(dir, "listings.xlsx")
	if err := largeListings(file, largeRows); err != nil {
		b.Fatal(err)
	}
	b.Run("excelize-rows", func(b *testing.B) {
		for range b.N {
			child(b, "bare-rows", file)
		}
	})
	b.Run("import", func(b *testing.B) {
		for i := range b.N {
			child(b, "import", file, "--data", filepath.Join(dir, fmt.Sprintf("store-%d-%d", i, b.N)))
		}
	})
	data := filepath.Join(dir, "again")
	child(b, "import", file, "--data", data)
	b.Run("import-again", func(b *testing.B) {
		for range b.N {
			child(b, "import", file, "--data", data)
		}
	})
	b.Run("excelize-stream", func(b *testing.B) {
		for i := range b.N {
			child(b, "bare-stream", filepath.Join(dir, fmt.Sprintf("bare-%d.xlsx", i)))
		}
	})
	b.Run("export", func(b *testing.B) {
		for i := range b.N {
			child(b, "export", "listings", "-o", filepath.Join(dir, fmt.Sprintf("export-%d.xlsx", i)), "--data", data)
		}
	})
}

// child runs this test binary as the command and reports its peak memory.
func child(b *testing.B, args ...string) {
	b.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v: %v\n%s", args, err, out.String())
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		b.ReportMetric(float64(usage.Maxrss)/1024, "MB-peak")
	}
}

// childVariable makes the test binary behave as the command itself.
const childVariable = "BOLIGKLAR_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(runTests(m))
	}
	args := os.Args[1:]
	switch args[0] {
	case "bare-rows":
		if err := bareRows(args[1]); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err) // there is nobody else to tell
			os.Exit(exitFailed)
		}
	case "bare-stream":
		if err := largeListings(args[1], largeRows); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err) // there is nobody else to tell
			os.Exit(exitFailed)
		}
	default:
		if path := os.Getenv("BOLIGKLAR_TEST_CPUPROFILE"); path != "" {
			profile, err := os.Create(path)
			if err == nil {
				err = pprof.StartCPUProfile(profile)
			}
			if err != nil {
				_, _ = fmt.Fprintln(os.Stderr, err) // there is nobody else to tell
				os.Exit(exitFailed)
			}
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // as main does
		code := run(ctx, args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
		stop()
		pprof.StopCPUProfile()
		os.Exit(code)
	}
}

// runTests runs the tests, with a folder for what they share.
func runTests(m *testing.M) (code int) {
	var err error
	if demosFolder, err = os.MkdirTemp("", "boligklar-demos-"); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err) // there is nobody else to tell
		return exitFailed
	}
	defer func() { _ = os.RemoveAll(demosFolder) }()
	defer dropClusterStores()
	return m.Run()
}
