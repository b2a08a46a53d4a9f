import type { Sums } from '../decide/sums.ts';

/** Whether values are any numbers, or each 0 or 1. It decides how their variance is estimated. */
export type Measure = 'mean' | 'proportion';

/** The mean of a sample, and the variance of one observation. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Why there is no number: too little, no spread, or values that no arithmetic survives. Never thrown: a stream goes on. */
export interface Inconclusive {
  readonly verdict: 'inconclusive';
  /** One sentence without names. */
  readonly reason: string;
}

/** No number, for this reason. */
export const inconclusive = (reason: string): Inconclusive => ({ verdict: 'inconclusive', reason });

const roundingOf = (sumSq: number): number => 1e-12 * Math.abs(sumSq);

/** Σ² − Σ²/n, with what rounding leaves of nothing taken for nothing. */
const spreadOf = ({ n, sum, sumSq }: Sums): number => {
  const spread = sumSq - (sum * sum) / n;
  return Math.abs(spread) <= roundingOf(sumSq) ? 0 : spread;
};

const varianceOf = (sums: Sums, measure: Measure): number => {
  const mean = sums.sum / sums.n;
  return measure === 'proportion' ? mean * (1 - mean) : spreadOf(sums) / (sums.n - 1);
};

/**
 * Mean and variance from window sums: (Σ² − (Σ)²/n)/(n − 1) of a mean, p(1 − p) of a proportion (the forms of GrowthBook's
 * `SampleMeanStatistic` and `ProportionStatistic`, which the oracles come from).
 *
 * Inconclusive below two observations, and where the sums cannot be those of real numbers.
 */
export const momentsOf = (sums: Sums, measure: Measure): Moments | Inconclusive => {
  const { n, sum, sumSq } = sums;
  if (!Number.isFinite(sum) || !Number.isFinite(sumSq) || !Number.isFinite(n)) return inconclusive('the sums are no finite numbers');
  if (n < 2) return inconclusive('there are fewer than two observations');
  const variance = varianceOf(sums, measure);
  return variance >= 0 ? { n, mean: sum / n, variance } : inconclusive('the sums cannot be those of real observations');
};

/** Whether there is a reason instead of a number. */
export const isInconclusive = <T extends object>(value: T | Inconclusive): value is Inconclusive => 'verdict' in value;
