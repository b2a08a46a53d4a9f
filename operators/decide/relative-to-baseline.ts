import { percent, sentenceOfMeans, type Better, type Judgement, type Look, type Rule } from './rule.ts';
import { meanOf, noSums } from './sums.ts';

export interface RelativeOptions {
  /** The share of the baseline's mean by which the candidate may be worse, e.g. 0.1; more is a failure. */
  readonly margin: number;
  /** The share up to which a look counts as good again; `margin` if left out. Between the two a look is inconclusive (hysteresis). */
  readonly clear?: number;
}

const sentence = (effect: number, look: Look): string =>
  `${sentenceOfMeans(look)}: ${percent(Math.abs(effect))} ${effect < 0 ? 'lower' : 'higher'}`;

/** The effect as a loss: positive when the candidate is worse. */
const lossOf = (effect: number, better: Better): number => (better === 'higher' ? -effect : effect);

/**
 * Judges the candidate's mean against the baseline's over the same time: with effect = (candidate − baseline) / |baseline|, a failure
 * if the effect is worse than `margin`, a success if it is not worse than `clear`. The threshold in its findings is the signed effect
 * at the margin. A baseline whose mean is 0 has no relative effect: inconclusive.
 *
 * A plain threshold controls no error: looked at often enough, it fails a good version by chance. Ask for enough samples.
 *
 * @example relativeToBaseline({ margin: 0.1 })
 */
export const relativeToBaseline = ({ margin, clear = margin }: RelativeOptions): Rule => ({
  name: 'relativeToBaseline',
  params: { margin, clear },
  needsBaseline: true,
  judge: (look): Judgement => {
    const baseline = meanOf(look.baseline ?? noSums);
    const difference = meanOf(look.candidate) - baseline;
    const threshold = look.better === 'higher' ? -margin : margin;
    const harm = lossOf(difference, look.better);
    if (baseline === 0) return { verdict: 'inconclusive', effect: 0, threshold, harm, reason: 'the mean of the baseline is 0' };
    const effect = difference / Math.abs(baseline);
    const loss = lossOf(effect, look.better);
    const verdict = loss > margin ? 'failure' : loss > clear ? 'inconclusive' : 'success';
    return { verdict, effect, threshold, harm, reason: sentence(effect, look) };
  },
});
