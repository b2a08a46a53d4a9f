import jstat from 'jstat';
import { inconclusive, type Inconclusive } from './moments.ts';

/** One arm of successes and failures against a rate that is fixed. */
export interface BetaMixture {
  readonly successes: number;
  readonly failures: number;
  /** p₀, strictly between 0 and 1. */
  readonly rate: number;
  /** The prior B(a, b) of the rate; Jeffreys' ½, ½ if left out. */
  readonly prior?: { readonly a: number; readonly b: number };
}

const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;

/**
 * The natural logarithm of the beta mixture M = B(a + S, b + F)/B(a, b) / (p₀^S (1 − p₀)^F), a martingale while the rate is p₀: by Ville's
 * inequality it ever reaches 1/α with a probability of at most α. Robbins, "Statistical methods related to the law of the iterated logarithm",
 * Annals of Mathematical Statistics 41, 1970. ln B from jstat.
 */
export const logBetaMixture = ({
  successes,
  failures,
  rate,
  prior = { a: 0.5, b: 0.5 },
}: BetaMixture): { readonly log: number } | Inconclusive => {
  if (!isCount(successes) || !isCount(failures)) return inconclusive('the counts are no finite numbers');
  if (!(rate > 0 && rate < 1)) return inconclusive('the fixed rate is not between 0 and 1');
  const mixed = jstat.betaln(prior.a + successes, prior.b + failures) - jstat.betaln(prior.a, prior.b);
  return { log: mixed - successes * Math.log(rate) - failures * Math.log1p(-rate) };
};
