import type { Stream, Unkeyed } from '../../../pipeline/core/stream.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { expand } from '../../../operators/expand.ts';
import { map } from '../../../operators/map.ts';
import { presence, type Presence } from '../../../operators/presence.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { FeedbackChange } from '../revisions/records-of-change.ts';
import { amendFor } from '../revisions/revision.ts';
import { answered, inferred, observed, type Observation } from './observation.ts';

type Changes = Stream<FeedbackChange, 'of.feedback.tenant' | 'of.feedback.target.id'>;
type Inferences = Stream<InferenceLog, 'tenant' | 'inference_id'>;

/** What a change takes out of the numbers, and what it puts in. */
export const observationsOf = ({ before, after, cause, revision }: FeedbackChange): ReadonlyArray<Observation> => {
  const was = before?.attributed ?? null;
  const is = after?.attributed ?? null;
  return [
    ...(was === null ? [] : [observed(was, { takesOut: true, cause, revision })]),
    ...(is === null ? [] : [observed(is, { takesOut: false, cause, revision })]),
  ];
};

const judgements = versioned('1', ({ before, after }: FeedbackChange) => {
  const isJudged = (statement: FeedbackChange['after']): number => (statement?.attributed ? 1 : 0);
  return isJudged(after) - isJudged(before);
});

/** That an inference is judged now, or is not any more. */
const answersOf = ({ value, present, turn }: Presence<FeedbackChange>): ReadonlyArray<Observation> => {
  const { attributed } = value.of;
  return attributed === null ? [] : [answered(attributed, { takesOut: !present, cause: value.cause, revision: turn })];
};

/**
 * All that says something of the quality of versions: feedback and its changes, whether an inference is judged at all, and inferences.
 *
 * Two feedbacks for one inference are at most 50 hours apart: 24 between event times, and lateness on both sides; and either can be retracted
 * for as long as it is remembered.
 */
export const observations = (changes: Changes, inferences: Inferences): Stream<Observation, Unkeyed> => {
  const first = presence<FeedbackChange, 'of.feedback.tenant' | 'of.feedback.target.id'>('first-answer', {
    key: ['of.feedback.tenant', 'of.feedback.target.id'],
    by: judgements,
    within: amendFor + hours(50),
  });
  return changes
    .pipe(expand('observe', observationsOf))
    .merge('observations', changes.pipe(first).pipe(expand('answer', answersOf)))
    .merge('seen', inferences.pipe(map('log', inferred)));
};
