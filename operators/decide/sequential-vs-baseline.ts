import { MillraceError } from '../../pipeline/core/errors.ts';
import { bonferroni } from '../statistics/bonferroni.ts';
import { oneSidedWidth, sequenceHalfWidth, usualSequence, type SequenceOptions } from '../statistics/confidence-sequence.ts';
import { effectOf, type Effect, type Scale } from '../statistics/effect.ts';
import { isInconclusive } from '../statistics/moments.ts';
import { percent, sentenceOfMeans, type Judgement, type Look, type Rule } from './rule.ts';
import { meanOf, noSums } from './sums.ts';

export interface SequentialOptions {
  /** The chance of ever failing a version that is as good as its baseline, over the whole life of its watch; 0.05. */
  readonly alpha?: number;
  /** How many metrics of a subject are judged by policies like this one; each gets its share of `alpha` (Bonferroni). 1. */
  readonly metrics?: number;
  /** N*: for which number of observations of both arms the sequence is narrowest; 5,000. It changes power, never the error. */
  readonly tunedFor?: number;
  /** Whether effects and margins are differences in the metric's unit or shares of the baseline's mean; `absolute`. */
  readonly scale?: Scale;
  /** By how much the candidate may be worse for certain; 0. */
  readonly margin?: number;
  /** Up to which certain loss a look counts as good; `margin` if left out. Between the two a look is inconclusive (hysteresis). */
  readonly clear?: number;
  /** Spends all of `alpha` on harm: about a seventh fewer observations, for about twice the error. Off: one end of the two-sided interval. */
  readonly oneSided?: boolean;
}

const usual: Required<Omit<SequentialOptions, 'clear'>> = {
  ...usualSequence,
  metrics: 1,
  scale: 'absolute',
  margin: 0,
  oneSided: false,
};

/** The end of the interval that is the best for the candidate, as a loss: positive when the candidate is worse for certain. */
const certainLoss = ({ estimate }: Effect, width: number, { better }: Look): number => (better === 'higher' ? -estimate : estimate) - width;

const sequenceOf = (total: number, metrics: number, tunedFor: number): SequenceOptions => {
  const alpha = bonferroni(total, metrics);
  if (alpha > 0 && alpha < 1 && tunedFor > 0) return { alpha, tunedFor };
  throw new MillraceError('bad_topology', 'sequentialVsBaseline: alpha lies between 0 and 1, metrics from 1, tunedFor above 0');
};

const text = (value: number, scale: Scale): string => (scale === 'relative' ? percent(value) : value.toPrecision(3));

/**
 * Judges the candidate against the baseline over the same time by an anytime-valid confidence sequence of their difference: a failure once the whole
 * interval lies beyond `margin` on the side of harm, else a success: there is no proof of harm. However often one looks, and
 * whenever one stops, a version that is as good as its baseline fails with a probability of at most `alpha` over its life. The interval is asymptotic: it asks for enough
 * samples, and for enough events of a rare kind. See `sequenceHalfWidth` for the formula and its source.
 *
 * It judges all windows since the deployment: over a span that slides, no error level holds, and `decide` refuses that.
 *
 * @throws MillraceError `bad_topology` if a number is not accepted.
 * @example sequentialVsBaseline({ alpha: 0.05, metrics: 3 })
 */
export const sequentialVsBaseline = (options: SequentialOptions = {}): Rule => {
  const { alpha: total, metrics, tunedFor, scale, margin, oneSided } = { ...usual, ...options };
  const clear = options.clear ?? margin;
  const sequence = sequenceOf(total, metrics, tunedFor);
  const { alpha } = sequence;
  const width = oneSided ? oneSidedWidth : sequenceHalfWidth;
  const judge = (look: Look): Judgement => {
    const { baseline = noSums } = look;
    const threshold = look.better === 'higher' ? 0 - margin : margin;
    const difference = meanOf(look.candidate) - meanOf(baseline);
    const harm = look.better === 'higher' ? -difference : difference;
    const effect = effectOf({ baseline, candidate: look.candidate, measure: 'mean', scale });
    if (isInconclusive(effect)) return { verdict: 'inconclusive', effect: 0, threshold, harm, alpha, reason: effect.reason };
    const half = width(effect, sequence);
    const loss = certainLoss(effect, half, look);
    const interval = { low: effect.estimate - half, high: effect.estimate + half };
    const verdict = loss > margin ? 'failure' : loss > clear ? 'inconclusive' : 'success';
    const ends = `${text(interval.low, scale)} to ${text(interval.high, scale)}`;
    const reason = `${sentenceOfMeans(look)}; the difference lies from ${ends} at any time, α ${alpha.toPrecision(2)}`;
    return { verdict, effect: effect.estimate, threshold, harm, interval, alpha, reason };
  };
  const params = { alpha, tunedFor, margin, clear, relative: scale === 'relative' ? 1 : 0, oneSided: oneSided ? 1 : 0 };
  return { name: 'sequentialVsBaseline', params, needsBaseline: true, reads: 'whole', judge };
};
