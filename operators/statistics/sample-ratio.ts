import jstat from 'jstat';
import { inconclusive, type Inconclusive } from './moments.ts';

/** How many were assigned to each arm, and which share of all was meant for the candidate. */
export interface Assignment {
  readonly baseline: number;
  readonly candidate: number;
  /** Strictly between 0 and 1. */
  readonly candidateShare: number;
}

/**
 * The p-value of Pearson's χ² test with one degree of freedom of the assigned counts against the shares that were meant. A ratio that
 * chance does not explain says that the arms differ by more than the version: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online
 * Controlled Experiments", KDD 2019. χ² from jstat.
 */
export const sampleRatioP = ({ baseline, candidate, candidateShare }: Assignment): { readonly p: number } | Inconclusive => {
  const total = baseline + candidate;
  if (!(total > 0) || !Number.isFinite(total)) return inconclusive('nothing was assigned');
  if (!(candidateShare > 0 && candidateShare < 1)) return inconclusive('the share that was meant is not between 0 and 1');
  const expected = total * candidateShare;
  const distance = (candidate - expected) ** 2;
  return { p: 1 - jstat.chisquare.cdf(distance / expected + distance / (total - expected), 1) };
};
