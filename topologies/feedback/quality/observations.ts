import type { Stream, Unkeyed } from '../../../pipeline/core/stream.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { dedupe } from '../../../operators/dedupe.ts';
import { map } from '../../../operators/map.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { answered, inferred, observed, type Observation } from './observation.ts';

type Verified = Stream<AttributedFeedback, 'tenant' | 'feedback.target.id'>;
type Inferences = Stream<InferenceLog, 'tenant' | 'inference_id'>;

/**
 * All that says something of the quality of versions: feedback, that an inference was judged at all, once, and inferences.
 *
 * Two feedbacks for one inference are at most 50 hours apart: 24 between event times, and lateness on both sides.
 */
export const observations = (verified: Verified, inferences: Inferences): Stream<Observation, Unkeyed> => {
  const answers = verified
    .pipe(map('answer', answered, { keyed: ['tenant', 'inference_id'] }))
    .pipe(dedupe('first-answer', { key: ['tenant', 'inference_id'], within: hours(50) }));
  return verified
    .pipe(map('observe', observed))
    .merge('observations', answers)
    .merge('seen', inferences.pipe(map('log', inferred)));
};
