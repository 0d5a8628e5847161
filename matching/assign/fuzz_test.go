package assign

import (
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

// FuzzSolve builds a small problem from bytes, malformed ones among them. It
// must be refused or solved, with proof, and as well as by trying everything.
func FuzzSolve(f *testing.F) {
	f.Add(uint8(2), []byte{2, 2}, []byte{0, 9, 1, 8, 0, 8, 1, 1}, int64(1))
	f.Add(uint8(3), []byte{3, 0, 3}, []byte{0, 5, 1, 5, 2, 5, 0, 5, 1, 5, 2, 250}, int64(MaxWeight/127))
	f.Add(uint8(1), []byte{1, 1, 1}, []byte{0, 1, 0, 2, 0, 3}, int64(-7))
	f.Add(uint8(1), []byte{9}, []byte{3, 1}, int64(1))
	f.Fuzz(func(t *testing.T, columns uint8, rows, edges []byte, unit int64) {
		p := &Problem{Columns: int(columns % 8), RowStart: []int32{0}}
		for _, length := range rows[:min(len(rows), 7)] {
			p.RowStart = append(p.RowStart, p.RowStart[len(p.RowStart)-1]+int32(int8(length)))
		}
		for k := 0; k+1 < min(len(edges), 60); k += 2 {
			p.Col = append(p.Col, int32(int8(edges[k])))
			p.Weight = append(p.Weight, int64(int8(edges[k+1]))*(unit%(2*MaxWeight)))
		}
		got, err := Solve(t.Context(), p)
		if err != nil {
			if apperr.CodeOf(err) != apperr.Invalid {
				t.Fatalf("Solve: %v, want invalid or no error", err)
			}
			return
		}
		verify(t, p, got)
		if want := bruteForce(p); got.Total != want {
			t.Errorf("total %d, want %d", got.Total, want)
		}
		for _, budget := range []int{0, 1} {
			s := newSolver(t.Context(), p)
			if err := s.run(budget); err != nil {
				t.Fatal(err)
			}
			if other := s.result(); other.Total != got.Total {
				t.Errorf("budget %d: total %d, want %d", budget, other.Total, got.Total)
			}
		}
	})
}
