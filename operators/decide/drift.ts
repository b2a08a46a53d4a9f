import { MillraceError } from '../../pipeline/core/errors.ts';
import { cusumStep, type CusumOptions } from '../statistics/cusum.ts';
import { newPageHinkley, pageHinkleyStep, usualPageHinkley, type PageHinkleyOptions } from '../statistics/page-hinkley.ts';
import type { Better, Judgement, Look, Rule } from './rule.ts';
import { noSums, type Sums } from './sums.ts';

/** What follows a drift: somebody is told, or the roll-out is paused. There is no error level over a life, so nothing is rolled back. */
export interface DriftConsequence {
  /** `notify` tells and goes on after the cool-down; `pause` orders a pause and waits for the next deployment. `notify`. */
  readonly then?: 'notify' | 'pause';
}

/** CUSUM of the windows' means, each standardised by `target` and `sd`. */
export interface CusumDrift extends DriftConsequence, Partial<CusumOptions> {
  readonly test: 'cusum';
  /** The mean that the metric has while all is well, in its unit. */
  readonly target: number;
  /** The standard deviation of one observation, in the metric's unit; √(p(1 − p)) of a share. */
  readonly sd: number;
}

/** Page-Hinkley on the windows' means: it needs no target, for it compares with the mean so far. */
export interface PageHinkleyDrift extends DriftConsequence, Partial<PageHinkleyOptions> {
  readonly test: 'page-hinkley';
}

export type DriftOptions = CusumDrift | PageHinkleyDrift;

/** What a test says at the end of the series: its statistic, and by how much the windows since it was last 0 are worse than usual. */
interface Drifted {
  readonly statistic: number;
  readonly harm: number;
}

const since = (total: Sums, window: Sums): Sums => ({
  n: total.n + window.n,
  sum: total.sum + window.sum,
  sumSq: total.sumSq + window.sumSq,
});

/** The sign that makes a value grow with harm. */
const signOf = (better: Better): number => (better === 'higher' ? -1 : 1);

const beyond = ({ n, sum }: Sums, usual: number, sign: number): number => (n === 0 ? 0 : sign * (sum / n - usual));

const byCusum = ({ target, sd, slack = 0.5 }: CusumDrift, series: ReadonlyArray<Sums>, sign: number): Drifted => {
  let statistic = 0;
  let run = noSums;
  for (const window of series) {
    const point = (sign * (window.sum / window.n - target) * Math.sqrt(window.n)) / sd;
    statistic = cusumStep(statistic, point, slack);
    run = statistic === 0 ? noSums : since(run, window);
  }
  return { statistic, harm: beyond(run, target, sign) };
};

const byPageHinkley = (options: PageHinkleyOptions, series: ReadonlyArray<Sums>, sign: number): Drifted => {
  let state = newPageHinkley;
  let run = noSums;
  for (const window of series) {
    state = pageHinkleyStep(state, { value: (sign * window.sum) / window.n, count: window.n }, options);
    run = state.sum === 0 ? noSums : since(run, window);
  }
  return { statistic: state.sum, harm: beyond(run, sign * state.mean, sign) };
};

const checked = (options: DriftOptions): DriftOptions => {
  const { test, then: _, ...numbers } = options;
  const given = Object.values(numbers);
  if (given.every((value) => Number.isFinite(value)) && (options.test !== 'cusum' || options.sd > 0)) return options;
  throw new MillraceError('bad_topology', `drift by ${test}: every number is finite, and sd above 0`);
};

const paramsOf = (options: DriftOptions): Rule['params'] =>
  options.test === 'cusum'
    ? { target: options.target, sd: options.sd, slack: options.slack ?? 0.5, interval: options.interval ?? 5 }
    : { ...usualPageHinkley, ...numbersOf(options) };

const numbersOf = ({ test: _test, then: _then, ...numbers }: PageHinkleyDrift): Partial<PageHinkleyOptions> => numbers;

/**
 * Judges whether the candidate's metric has moved, without a baseline: CUSUM or Page-Hinkley over its last windows, one after the other in order of their time,
 * computed anew at each look. A failure is a statistic above its bound.
 *
 * Such a test has an average run length and not an error over its life: CUSUM with slack .5 and interval 5 alarms falsely once in 931 windows (`run-length.ts` has others).
 * So it notifies or pauses and never rolls back. It asks for `span: { lastWindows }`.
 *
 * @throws MillraceError `bad_topology` if a number is not accepted.
 * @example drift({ test: 'cusum', target: 0.95, sd: 0.22 })
 */
export const drift = (options: DriftOptions): Rule => {
  const { test, then = 'notify' } = checked(options);
  const params = paramsOf(options);
  const threshold = (test === 'cusum' ? params.interval : params.threshold) ?? Number.NaN;
  const statisticOf = (look: Look): Drifted => {
    const series = (look.series ?? []).filter(({ n }) => n > 0);
    const sign = signOf(look.better);
    return options.test === 'cusum'
      ? byCusum(options, series, sign)
      : byPageHinkley({ ...usualPageHinkley, ...numbersOf(options) }, series, sign);
  };
  const judge = (look: Look): Judgement => {
    const { statistic, harm } = statisticOf(look);
    const reason = `${test} stands at ${statistic.toPrecision(4)} of ${threshold} over ${(look.series ?? []).length} windows`;
    if (!Number.isFinite(statistic)) return { verdict: 'inconclusive', effect: 0, threshold, harm: 0, reason };
    return { verdict: statistic > threshold ? 'failure' : 'success', effect: statistic, threshold, harm, reason };
  };
  return { name: `drift/${test}`, params, needsBaseline: false, reads: 'series', onBreach: then, judge };
};
