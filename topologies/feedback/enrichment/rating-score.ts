import type { EnrichOptions } from '../../../operators/enrich.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import { scoreOf } from '../score.ts';

/** Puts a rating on the scale that its signal declares. */
export const ratingScore: EnrichOptions<AttributedFeedback, ReferenceSignal, AttributedFeedback> = {
  key: ['tenant', 'feedback.key'],
  merge: (attributed, signal) => {
    const score = scoreOf(attributed.feedback, signal);
    return score === null ? attributed : { ...attributed, score };
  },
};
