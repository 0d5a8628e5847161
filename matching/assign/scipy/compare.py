#!/usr/bin/env python3
"""Solve an assignment problem with SciPy: the baseline of BenchmarkSciPy.

usage: compare.py METHOD FILE
       compare.py --check

FILE is what the Go benchmark writes, in little-endian numbers: rows, columns,
edges (int64 each), row starts (rows + 1 of int32), columns of edges (int32),
weights (int64). Prints one line of JSON with the optimum and the seconds that
the solver alone took, in processor time and by the clock; reading the file and
building the matrix are not counted.

METHOD is one of
  sparse  scipy.sparse.csgraph.min_weight_full_bipartite_matching
  dense   scipy.optimize.linear_sum_assignment
  bare    linear_sum_assignment without dummies, where nobody needs one: every
          pair has an edge of no negative weight, and rows are no more than columns

In sparse and dense each row has a dummy column of its own at weight 0, so that
staying unassigned is allowed. SciPy minimises, so that an edge of weight w costs
W - w and a dummy W, with W above every weight: every cost is positive, every
full matching has as many edges as there are rows, and nothing is negated in the
time measured. Weights are whole millionths, which doubles hold exactly.
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching


def read(path):
    with open(path, "rb") as f:
        rows, columns, edges = np.fromfile(f, "<i8", 3)
        start = np.fromfile(f, "<i4", rows + 1)
        col = np.fromfile(f, "<i4", edges)
        weight = np.fromfile(f, "<i8", edges)
    return int(columns), start, col, weight


def sparse_costs(columns, start, col, weight, top):
    """Edges of each row, then its dummy, in compressed rows."""
    rows = len(start) - 1
    ends = start[1:]
    cols = np.insert(col, ends, columns + np.arange(rows))
    costs = np.insert((top - weight).astype(float), ends, float(top))
    starts = start + np.arange(rows + 1)
    return csr_matrix((costs, cols, starts), shape=(rows, columns + rows))


def dense_costs(columns, start, col, weight, top, dummies):
    rows = len(start) - 1
    costs = np.full((rows, columns + (rows if dummies else 0)), np.inf)
    costs[np.repeat(np.arange(rows), np.diff(start)), col] = top - weight
    if dummies:
        costs[np.arange(rows), columns + np.arange(rows)] = top
    return costs


def main(method, path):
    columns, start, col, weight = read(path)
    rows = len(start) - 1
    top = int(weight.max(initial=0)) + 1
    if method == "sparse":
        costs = sparse_costs(columns, start, col, weight, top)
        solve = min_weight_full_bipartite_matching
    else:
        if method == "bare" and (len(col) != rows * columns or rows > columns or weight.min() < 0):
            sys.exit("bare: some row may need a dummy")
        costs = dense_costs(columns, start, col, weight, top, method == "dense")
        solve = linear_sum_assignment
    processor, clock = time.process_time(), time.perf_counter()
    chosen = solve(costs)
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    cost = np.asarray(costs[chosen]).astype(np.int64).sum()
    print(json.dumps({
        "total": rows * top - int(cost),
        "processor_seconds": processor,
        "clock_seconds": clock,
        "scipy": scipy.__version__,
    }))


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        print(scipy.__version__)
    elif len(sys.argv) == 3 and sys.argv[1] in ("sparse", "dense", "bare"):
        main(*sys.argv[1:])
    else:
        sys.exit(__doc__)
