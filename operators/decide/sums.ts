/** All that is known of a metric of one side: how many observations, their sum, and the sum of their squares. */
export interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly sumSq: number;
}

/** Nothing observed yet. */
export const noSums: Sums = Object.freeze({ n: 0, sum: 0, sumSq: 0 });

/** `total` with `before` taken out and `after` put in: how a revision replaces the one before it. Exact for counts and whole numbers. */
export const replaced = (total: Sums, before: Sums, after: Sums): Sums => ({
  n: total.n + (after.n - before.n),
  sum: total.sum + (after.sum - before.sum),
  sumSq: total.sumSq + (after.sumSq - before.sumSq),
});

/** Σ / n; NaN if nothing was observed. */
export const meanOf = ({ n, sum }: Sums): number => (n === 0 ? Number.NaN : sum / n);

/** Whether these can be sums of real observations: a whole n that is not negative, finite sums, Σ² not negative. */
export const areSound = ({ n, sum, sumSq }: Sums): boolean =>
  Number.isSafeInteger(n) && n >= 0 && Number.isFinite(sum) && sumSq >= 0 && sumSq < Infinity;
