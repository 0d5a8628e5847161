package assign

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// size is a scale of problem that is measured.
type size struct {
	name                  string
	rows, columns, perRow int
	methods               []string // of compare.py
}

var (
	dense2000   = size{"dense 2000 x 2000", 2000, 2000, 2000, []string{"dense", "bare", "sparse"}}
	sparse20000 = size{"sparse 20000 x 20000, 50 a row", 20_000, 20_000, 50, []string{"sparse"}}
)

func BenchmarkSolveDense2000(b *testing.B)   { benchmarkSolve(b, dense2000) }
func BenchmarkSolveSparse20000(b *testing.B) { benchmarkSolve(b, sparse20000) }

func benchmarkSolve(b *testing.B, s size) {
	for _, d := range shapes {
		if d.sparseOnly() && s.perRow == s.columns {
			continue // every column is on every list
		}
		b.Run(d.name, func(b *testing.B) {
			p := d.problem(s.rows, s.columns, s.perRow, 1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Solve(b.Context(), p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSciPy solves the same problems here and with SciPy, in turns, and
// reports the median processor seconds of both and what part of SciPy's time
// Solve took (ratio; SciPy's is the fastest of its methods that can do it). Both
// must have the same optimum. It sets its own number of rounds: run it with
// -benchtime=1x.
func BenchmarkSciPy(b *testing.B) {
	python := pythonWithSciPy(b)
	for _, s := range []size{dense2000, sparse20000} {
		for _, d := range shapes {
			if d.sparseOnly() && s.perRow == s.columns {
				continue
			}
			b.Run(s.name+"/"+d.name, func(b *testing.B) {
				compare(b, python, d.problem(s.rows, s.columns, s.perRow, 1), s.methods)
			})
		}
	}
}

func compare(b *testing.B, python string, p *Problem, methods []string) {
	const (
		turns  = 3
		enough = 20 * time.Second // after this no further turn is taken
	)
	file := filepath.Join(b.TempDir(), "problem")
	if err := writeProblem(file, p); err != nil {
		b.Fatal(err)
	}
	theirs := make(map[string][]float64)
	var ours []float64
	for b.Loop() {
		for start, turn := time.Now(), 0; turn < turns && (turn == 0 || time.Since(start) < enough); turn++ {
			before := processorTime()
			r, err := Solve(b.Context(), p)
			if err != nil {
				b.Fatal(err)
			}
			ours = append(ours, (processorTime() - before).Seconds())
			if err := r.Verify(p); err != nil {
				b.Fatal(err)
			}
			for _, method := range methods {
				seconds, total := runSciPy(b, python, method, file)
				if total != r.Total {
					b.Errorf("SciPy's %s has the optimum %d, Solve %d", method, total, r.Total)
				}
				theirs[method] = append(theirs[method], seconds)
			}
		}
	}
	fastest := 0.0
	for _, method := range methods {
		seconds := median(theirs[method])
		b.ReportMetric(seconds, "scipy-"+method+"-s")
		if fastest == 0 || seconds < fastest {
			fastest = seconds
		}
	}
	b.ReportMetric(median(ours), "solve-s")
	b.ReportMetric(median(ours)/fastest, "ratio")
	b.ReportMetric(0, "ns/op") // would count both
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// pythonWithSciPy finds a Python that has SciPy, or skips and says why.
func pythonWithSciPy(b *testing.B) string {
	var problems error
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		out, err := exec.Command(name, "scipy/compare.py", "--check").CombinedOutput()
		if err == nil {
			return name
		}
		problems = errors.Join(problems, fmt.Errorf("%s: %w: %s", name, err, lastLine(out)))
	}
	b.Skipf("no SciPy to compare with (Debian: apt-get install python3-scipy): %v", problems)
	return ""
}

func lastLine(out []byte) string {
	text := strings.TrimSpace(string(out))
	return text[strings.LastIndexByte(text, '\n')+1:]
}

func runSciPy(b *testing.B, python, method, file string) (seconds float64, total int64) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), python, "scipy/compare.py", method, file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("compare.py %s: %v", method, err)
	}
	var answer struct {
		Total   int64   `json:"total"`
		Seconds float64 `json:"processor_seconds"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		b.Fatalf("compare.py %s printed %q: %v", method, out, err)
	}
	return answer.Seconds, answer.Total
}

// writeProblem writes p as compare.py reads it.
func writeProblem(file string, p *Problem) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	sizes := []int64{int64(p.Rows()), int64(p.Columns), int64(len(p.Col))}
	for _, part := range []any{sizes, p.RowStart, p.Col, p.Weight} {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	return w.Flush()
}
