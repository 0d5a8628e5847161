package assign

import (
	"math"
	"strings"
	"testing"
)

// A spoilt result must not pass: each way to spoil it breaks one condition.
func TestVerify(t *testing.T) {
	// Best: 0-1, 1-0, 2-2 at 8 + 8 + 3; row 3 has no column.
	p := dense([]int64{9, 8, 0}, []int64{8, 1, 0}, []int64{0, 2, 3}, []int64{-1, -1, -1})
	tests := []struct {
		name  string
		spoil func(r *Result)
		want  string
	}{
		{"untouched", func(*Result) {}, ""},
		{"column missing", func(r *Result) { r.Column = r.Column[1:] }, "result for"},
		{"row price missing", func(r *Result) { r.RowPrice = r.RowPrice[1:] }, "result for"},
		{"column price too many", func(r *Result) { r.ColPrice = append(r.ColPrice, 0) }, "result for"},
		{"column too high", func(r *Result) { r.Column[3] = 3 }, "there are 3"},
		{"column below -1", func(r *Result) { r.Column[3] = -2 }, "there are 3"},
		{"column given twice", func(r *Result) { r.Column[3] = r.Column[2] }, "given to row"},
		{"worse matching", func(r *Result) { r.Column[0], r.Column[1] = r.Column[1], r.Column[0] }, "sum up to"},
		{"worse matching with its own total", func(r *Result) { r.Column[2], r.Total = -1, r.Total-3 }, "more than the total"},
		{"total too high", func(r *Result) { r.Total++ }, "sum up to"},
		{"total too low", func(r *Result) { r.Total-- }, "sum up to"},
		{"row price negative", func(r *Result) { r.RowPrice[3] = -1 }, "row 3 has price -1"},
		{"column price negative", func(r *Result) { r.ColPrice[1] = -1 }, "column 1 has price -1"},
		{"duality gap", func(r *Result) { r.ColPrice[1]++ }, "more than the total"},
		{"price too low", func(r *Result) { r.RowPrice[2]-- }, "duality gap of 1"},
		{"price moved to another row", func(r *Result) { r.RowPrice[2]--; r.RowPrice[3]++ }, "below their weight"},
		{"prices that would overflow", func(r *Result) { r.RowPrice[2], r.RowPrice[3] = math.MaxInt64, math.MaxInt64 }, "more than the total"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := clone(mustSolve(t, p))
			tt.spoil(r)
			err := r.Verify(p)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			if _, err := r.Worth(t.Context(), p); (err == nil) != (tt.want == "") {
				t.Errorf("Worth: got %v", err)
			}
		})
	}
	t.Run("column without an edge", func(t *testing.T) {
		p := problemOf(2, 2, edge{0, 0, 4}, edge{1, 0, 3})
		r := mustSolve(t, p)
		r.Column[1] = 1
		if err := r.Verify(p); err == nil || !strings.Contains(err.Error(), "without an edge") {
			t.Errorf("got %v, want an error about a missing edge", err)
		}
	})
	t.Run("another problem", func(t *testing.T) {
		r := mustSolve(t, p)
		other := dense([]int64{9, 8, 0}, []int64{8, 2, 8}, []int64{0, 2, 3}, []int64{-1, -1, -1})
		if err := r.Verify(other); err == nil || !strings.Contains(err.Error(), "below their weight") {
			t.Errorf("got %v, want an error about prices", err)
		}
	})
}
