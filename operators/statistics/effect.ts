import type { Sums } from '../decide/sums.ts';
import { inconclusive, isInconclusive, momentsOf, type Inconclusive, type Measure, type Moments } from './moments.ts';

/** `absolute`: candidate − baseline, in the metric's unit. `relative`: that as a share of the baseline's mean. */
export type Scale = 'absolute' | 'relative';

/** A difference between two arms, and how sure it is. */
export interface Effect {
  /** θ: positive when the candidate's mean is the higher one. */
  readonly estimate: number;
  /** V: the variance of the estimate. */
  readonly variance: number;
  /** N: observations of both arms together. */
  readonly n: number;
  /** Degrees of freedom by Welch and Satterthwaite. */
  readonly degrees: number;
}

/** What is compared with what. */
export interface Comparison {
  readonly baseline: Sums;
  readonly candidate: Sums;
  readonly measure: Measure;
  readonly scale: Scale;
}

/** Welch's degrees of freedom: (va/na + vb/nb)² / ((va/na)²/(na − 1) + (vb/nb)²/(nb − 1)). Welch, Biometrika 34, 1947. */
const degreesOf = (a: Moments, b: Moments): number => {
  const [fromA, fromB] = [a.variance / a.n, b.variance / b.n];
  return (fromA + fromB) ** 2 / (fromA ** 2 / (a.n - 1) + fromB ** 2 / (b.n - 1));
};

const absolute = (a: Moments, b: Moments): Pick<Effect, 'estimate' | 'variance'> => ({
  estimate: b.mean - a.mean,
  variance: a.variance / a.n + b.variance / b.n,
});

/** The variance by the delta method; the sign of the baseline's mean does not turn the effect round. */
const relative = (a: Moments, b: Moments): Pick<Effect, 'estimate' | 'variance'> => ({
  estimate: (b.mean - a.mean) / Math.abs(a.mean),
  variance: b.variance / (a.mean ** 2 * b.n) + (a.variance * b.mean ** 2) / (a.mean ** 4 * a.n),
});

const between = (a: Moments, b: Moments, scale: Scale): Effect | Inconclusive => {
  if (scale === 'relative' && a.mean === 0) return inconclusive('the mean of the baseline is 0');
  const { estimate, variance } = scale === 'absolute' ? absolute(a, b) : relative(a, b);
  if (!(variance > 0)) return inconclusive('neither side has any spread');
  if (!Number.isFinite(estimate) || !Number.isFinite(variance)) return inconclusive('the difference is no finite number');
  return { estimate, variance, n: a.n + b.n, degrees: degreesOf(a, b) };
};

/**
 * The difference of two means or proportions from window sums. With a the baseline and b the candidate:
 *
 * - absolute: θ = m_b − m_a, V = s_a²/n_a + s_b²/n_b;
 * - relative: θ = (m_b − m_a)/|m_a|, V = s_b²/(m_a² n_b) + s_a² m_b²/(m_a⁴ n_a), by the delta method (Deng, Knoblich, Lu, "Applying the Delta
 *   Method in Metric Analytics", KDD 2018).
 *
 * Inconclusive without two observations a side, without spread on both, or relative to a mean of 0.
 */
export const effectOf = ({ baseline, candidate, measure, scale }: Comparison): Effect | Inconclusive => {
  const a = momentsOf(baseline, measure);
  if (isInconclusive(a)) return inconclusive(`of the baseline: ${a.reason}`);
  const b = momentsOf(candidate, measure);
  return isInconclusive(b) ? inconclusive(`of the candidate: ${b.reason}`) : between(a, b, scale);
};
