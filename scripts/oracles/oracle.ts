/** One published or simulated figure, and what the code makes of it. */
export interface Oracle {
  readonly name: string;
  /** The figure that is published; of a bound the bound. */
  readonly expected: number;
  readonly got: number;
  readonly ok: boolean;
  /** Of what is simulated: the 99 % interval in which the published figure must lie. */
  readonly interval?: readonly [low: number, high: number];
}

/** How much is simulated, and from which seed. */
export interface Extent {
  readonly seed: number;
  /** Runs of versions that are alike; the other simulations take their share of it. 2,000 in full. */
  readonly runs: number;
  /** Told as each simulation begins. */
  readonly progress: (what: string) => void;
}

/** The normal quantile of a two-sided 99 % interval. */
const z = 2.5758;

/** A closed form, held to the digits of the figure as it is printed: `'.50336'`, `'168'`. */
export const printed = (name: string, figure: string, got: number): Oracle => {
  const digits = figure.split('.')[1]?.length ?? 0;
  return { name, expected: Number(figure), got, ok: Number(got.toFixed(digits)) === Number(figure) };
};

/** Something that may not be above a bound. */
export const atMost = (name: string, bound: number, got: number): Oracle => ({ name, expected: bound, got, ok: got <= bound });

/** Something that may not be below a bound. */
export const atLeast = (name: string, bound: number, got: number): Oracle => ({ name, expected: bound, got, ok: got >= bound });

const held = (name: string, expected: number, found: Pick<Oracle, 'got'> & { readonly interval: readonly [number, number] }): Oracle => ({
  name,
  expected,
  ...found,
  ok: expected >= found.interval[0] && expected <= found.interval[1],
});

/** A share of runs. The interval is Wilson's. */
export const share = (name: string, expected: number, { hits, runs }: { readonly hits: number; readonly runs: number }): Oracle => {
  const [p, denominator] = [hits / runs, 1 + z ** 2 / runs];
  const middle = (p + z ** 2 / (2 * runs)) / denominator;
  const half = (z / denominator) * Math.sqrt((p * (1 - p)) / runs + z ** 2 / (4 * runs ** 2));
  return held(name, expected, { got: p, interval: [middle - half, middle + half] });
};

/** The median of values in ascending order. */
export const medianOf = (ascending: ReadonlyArray<number>): number => ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;

/** How a median is compared: `below` is how far under what was seen the truth may lie; `published` the runs behind the published figure, if it was simulated. */
export interface MedianOptions {
  readonly below?: number;
  readonly published?: number;
}

/**
 * The median of a sample. The interval is that of its order statistics; where the published figure is itself the median of so many runs, both errors
 * are added as variances.
 */
export const median = (name: string, expected: number, of: MedianOptions & { readonly values: ReadonlyArray<number> }): Oracle => {
  const { values, below = 0, published = Infinity } = of;
  const ascending = [...values].sort((a, b) => a - b);
  const n = ascending.length;
  const ranks = (z / 2) * Math.sqrt(n * (1 + n / published));
  const at = (rank: number): number => ascending[Math.min(n - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN;
  return held(name, expected, { got: medianOf(ascending), interval: [at(n / 2 - ranks) - below, at(n / 2 + ranks)] });
};
