import type { Judgement, Look, Rule } from './rule.ts';
import { meanOf } from './sums.ts';

export interface AbsoluteOptions {
  /** The worst mean that is allowed, in the metric's unit. */
  readonly bound: number;
  /** The mean from which a look counts as good again; `bound` if left out. Between the two a look is inconclusive (hysteresis). */
  readonly clear?: number;
}

const worseThan = (look: Look, mean: number, bound: number): number => (look.better === 'higher' ? bound - mean : mean - bound);

/**
 * Judges the candidate's mean against a fixed bound: a failure if it is worse than `bound`, a success if it is not worse than `clear`.
 *
 * A plain threshold controls no error: looked at often enough, it fails a good version by chance. Ask for enough samples.
 *
 * @example absolute({ bound: 0.9 })
 */
export const absolute = ({ bound, clear = bound }: AbsoluteOptions): Rule => ({
  name: 'absolute',
  params: { bound, clear },
  needsBaseline: false,
  judge: (look): Judgement => {
    const effect = meanOf(look.candidate);
    const harm = worseThan(look, effect, bound);
    const unclear = worseThan(look, effect, clear) > 0;
    const reason = `a mean of ${effect.toPrecision(4)} over ${look.candidate.n} observations against a bound of ${bound}`;
    return { verdict: harm > 0 ? 'failure' : unclear ? 'inconclusive' : 'success', effect, threshold: bound, harm, reason };
  },
});
