import jstat from 'jstat';
import type { Effect } from './effect.ts';

/** A two-sided test at one fixed sample size. */
export interface TTest {
  readonly estimate: number;
  /** √V, the standard error of the estimate. */
  readonly sd: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Welch's t-test of an effect against 0: θ ± t(1 − α/2, ν)·√V, p = 2·P(T ≤ −|θ|/√V). Welch, Biometrika 34, 1947. Student's t from jstat.
 *
 * It holds for one look at a size that was fixed beforehand. Looked at again and again it fails good versions: use the confidence sequence.
 */
export const tTest = ({ estimate, variance, degrees }: Effect, alpha = 0.05): TTest => {
  const sd = Math.sqrt(variance);
  const halfWidth = jstat.studentt.inv(1 - alpha / 2, degrees) * sd;
  return {
    estimate,
    sd,
    low: estimate - halfWidth,
    high: estimate + halfWidth,
    p: 2 * jstat.studentt.cdf(-Math.abs(estimate) / sd, degrees),
  };
};
