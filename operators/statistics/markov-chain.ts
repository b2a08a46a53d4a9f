type Row = Float64Array;

const swap = (rows: Row[], a: number, b: number): void => {
  const [first, second] = [rows[a], rows[b]];
  if (first === undefined || second === undefined) return;
  rows[a] = second;
  rows[b] = first;
};

const pivotOf = (rows: ReadonlyArray<Row>, column: number): number => {
  let best = column;
  for (let at = column; at < rows.length; at += 1) {
    if (Math.abs(rows[at]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = at;
  }
  return best;
};

/** Takes `factor` times one row from another, from `column` on. */
const reduce = (row: Row, by: Row, column: number): void => {
  const factor = (row[column] ?? 0) / (by[column] ?? 1);
  if (factor === 0) return;
  for (let at = column; at < row.length; at += 1) row[at] = (row[at] ?? 0) - factor * (by[at] ?? 0);
};

/** Gauss and Jordan with partial pivoting on rows whose last column is the right-hand side. */
const solved = (rows: Row[]): ReadonlyArray<number> => {
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    swap(rows, column, pivotOf(rows, column));
    const pivot = rows[column];
    if (pivot === undefined) continue;
    for (const row of rows) if (row !== pivot) reduce(row, pivot, column);
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
};

/**
 * The expected number of steps until an absorbing Markov chain is absorbed, from each of its `size` transient states: the solution of
 * (I − Q)t = 1. Kemeny, Snell, "Finite Markov Chains", 1960, theorem 3.2.4. `moves(i, j)` is the probability of the step from i to j. O(size³).
 */
export const expectedSteps = (size: number, moves: (from: number, to: number) => number): ReadonlyArray<number> =>
  solved(
    Array.from({ length: size }, (_, from) =>
      Float64Array.from({ length: size + 1 }, (_, to) => (to === size ? 1 : (from === to ? 1 : 0) - moves(from, to))),
    ),
  );
