import jstat from 'jstat';
import type { CusumOptions } from './cusum.ts';
import { expectedSteps } from './markov-chain.ts';

/** Into how many states the CUSUM's range is cut: the fourth digit stands from about 150 on. */
const states = 200;

/**
 * The average run length of the one-sided CUSUM of standard normal points whose mean has moved by `shift` standard deviations: the mean number of
 * points up to the alarm, from 0 on. Brook, Evans, "An approach to the probability distribution of cusum run length", Biometrika 59, 1972: the range
 * [0, h] as a Markov chain whose first state is 0 and whose others are as wide as w = 2h/(2m − 1).
 */
const oneSided = ({ slack, interval }: CusumOptions, shift: number): number => {
  const width = (2 * interval) / (2 * states - 1);
  const below = (x: number): number => jstat.normal.cdf(x, shift - slack, 1);
  const moves = (from: number, to: number): number => {
    const upper = below((to - from) * width + width / 2);
    return to === 0 ? upper : upper - below((to - from) * width - width / 2);
  };
  return expectedSteps(states, moves)[0] ?? Number.NaN;
};

/** The average run length of two CUSUMs, one for each direction: 1/ARL = 1/ARL⁺ + 1/ARL⁻ (Kemp, JRSS B 23, 1961). */
export const cusumRunLength = (options: CusumOptions, shift: number): number =>
  1 / (1 / oneSided(options, shift) + 1 / oneSided(options, -shift));

/** A CUSUM of Bernoulli points on whole numbers: `up` is added by a 1, `down` is taken off by a 0, an alarm is at or above `interval`. */
export interface BernoulliCusum {
  readonly up: number;
  readonly down: number;
  readonly interval: number;
}

/**
 * The average run length of a Bernoulli CUSUM at a rate, exactly: its values are the states of a Markov chain. Reynolds, Stoumbos, "A CUSUM chart for
 * monitoring a proportion when inspecting continuously", Journal of Quality Technology 31, 1999.
 */
export const bernoulliRunLength = ({ up, down, interval }: BernoulliCusum, rate: number): number => {
  const moves = (from: number, to: number): number => (to === from + up ? rate : 0) + (to === Math.max(0, from - down) ? 1 - rate : 0);
  return expectedSteps(interval, moves)[0] ?? Number.NaN;
};
