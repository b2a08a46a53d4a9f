import { tombstone, type Tombstone } from '../../../pipeline/core/chunk.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackChange } from '../revisions/records-of-change.ts';
import { doubtOf } from '../triage.ts';
import { trainingTopicOf } from './training-topic-of.ts';

/** A record that a training topic or `review.tasks` is to hold, or to hold no more. */
export interface Placement {
  readonly attributed: AttributedFeedback;
  readonly isGone: boolean;
}

/** The topic that holds what is made of feedback. */
export const placeOf = ({ feedback }: AttributedFeedback): string =>
  doubtOf(feedback) === undefined ? trainingTopicOf(feedback) : 'review.tasks';

/** Whether what was placed has to go: nothing takes its place under the same key. */
const goes = (was: AttributedFeedback, is: AttributedFeedback | null): boolean => is === null || placeOf(was) !== placeOf(is);

/** What a change puts where, and what it takes away from where nothing takes its place. */
export const placementsOf = ({ before, after }: FeedbackChange): ReadonlyArray<Placement> => {
  const was = before?.attributed ?? null;
  const is = after?.attributed ?? null;
  const gone = was !== null && goes(was, is) ? [{ attributed: was, isGone: true }] : [];
  return is === null ? gone : [...gone, { attributed: is, isGone: false }];
};

/** Makes the record of a placement, or the tombstone under its key. */
export const placed =
  <R>(recordOf: (attributed: AttributedFeedback) => R) =>
  ({ attributed, isGone }: Placement): R | Tombstone<R> => {
    const record = recordOf(attributed);
    return isGone ? tombstone(record) : record;
  };

/** Whether what is placed is plain enough for a training example. */
export const isCurated = ({ attributed: { feedback } }: Placement): boolean => doubtOf(feedback) === undefined;

/** Whether a person has to look at what is placed first. */
export const isAmbiguous = (placement: Placement): boolean => !isCurated(placement);
