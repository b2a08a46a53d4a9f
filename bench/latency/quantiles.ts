/** Where a distribution stands, in ms. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** Exact quantiles by the nearest rank. NaN of no values. */
export const quantilesOf = (values: ReadonlyArray<number>): Quantiles => {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => rounded(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), most: at(1) };
};

/** Upper bounds of the buckets, ms. */
export const bounds: ReadonlyArray<number> = [
  10,
  25,
  50,
  75,
  100,
  150,
  200,
  250,
  300,
  400,
  500,
  750,
  1_000,
  2_500,
  5_000,
  10_000,
  Infinity,
];

/** How many values are in each bucket and in none before it. */
export const histogramOf = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const counts = bounds.map(() => 0);
  for (const value of values) {
    const bucket = bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
};
