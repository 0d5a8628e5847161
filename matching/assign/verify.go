package assign

import (
	"fmt"
	"slices"
)

// Verify checks that r is a matching of p and that its prices prove it best:
// every condition named at Result, exactly, in O(n + m + E) time. It trusts
// nothing of how r came about. The error says which condition fails first, and
// where; it is apperr.Invalid where p itself is malformed.
func (r *Result) Verify(p *Problem) error {
	if err := p.check(); err != nil {
		return err
	}
	n, m := p.Rows(), p.Columns
	if len(r.Column) != n || len(r.RowPrice) != n || len(r.ColPrice) != m {
		return fmt.Errorf("assign: result for %d rows with %d prices and %d column prices, problem has %d rows and %d columns",
			len(r.Column), len(r.RowPrice), len(r.ColPrice), n, m)
	}
	total, err := r.verifyMatching(p)
	if err != nil {
		return err
	}
	if r.Total != total {
		return fmt.Errorf("assign: total is %d, the chosen weights sum up to %d", r.Total, total)
	}
	return r.verifyPrices(p)
}

// verifyMatching returns the sum of the chosen weights.
func (r *Result) verifyMatching(p *Problem) (int64, error) {
	var total int64
	taken := slices.Repeat([]int32{-1}, p.Columns)
	for i, j := range r.Column {
		if j == -1 {
			continue
		}
		if j < 0 || int(j) >= p.Columns {
			return 0, fmt.Errorf("assign: row %d has column %d, there are %d", i, j, p.Columns)
		}
		if taken[j] >= 0 {
			return 0, fmt.Errorf("assign: column %d is given to row %d and to row %d", j, taken[j], i)
		}
		taken[j] = int32(i)
		weight, found := int64(0), false
		cols, weights := p.row(i)
		for k, c := range cols {
			if c == j && (!found || weights[k] > weight) {
				weight, found = weights[k], true
			}
		}
		if !found {
			return 0, fmt.Errorf("assign: row %d has column %d without an edge", i, j)
		}
		total += weight
	}
	return total, nil
}

// verifyPrices checks the dual solution against r.Total, which is known to be
// the value of the matching. Prices that add up to it are no larger than it, so
// no sum can overflow.
func (r *Result) verifyPrices(p *Problem) error {
	left := r.Total
	for side, prices := range [][]int64{r.RowPrice, r.ColPrice} {
		for i, price := range prices {
			if price < 0 {
				return fmt.Errorf("assign: %s %d has price %d", [...]string{"row", "column"}[side], i, price)
			}
			if price > left {
				return fmt.Errorf("assign: prices add up to more than the total %d", r.Total)
			}
			left -= price
		}
	}
	if left != 0 {
		return fmt.Errorf("assign: prices add up to %d, the total is %d: a duality gap of %d", r.Total-left, r.Total, left)
	}
	for i, price := range r.RowPrice {
		cols, weights := p.row(i)
		for k, j := range cols {
			if weights[k] > 0 && price < weights[k]-r.ColPrice[j] {
				return fmt.Errorf("assign: row %d at %d and column %d at %d are priced below their weight %d",
					i, price, j, r.ColPrice[j], weights[k])
			}
		}
	}
	return nil
}
