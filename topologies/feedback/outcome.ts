import type { AttributedFeedback } from '../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import type { FeedbackOutcome } from '../../schemas/generated/feedback-outcome.ts';
import type { OrphanedFeedback } from '../../schemas/generated/orphaned-feedback.ts';
import { isTombstone, type Tombstone } from '../../pipeline/core/chunk.ts';
import { derivedId } from './derived-id.ts';
import { trainingTopicOf } from './training/training-topic-of.ts';
import { doubtOf } from './triage.ts';

type Told = Pick<
  FeedbackOutcome,
  'tenant' | 'event_id' | 'schema_version' | 'traceparent' | 'feedback_id' | 'target_id' | 'feedback_type' | 'key' | 'event_time'
>;

const told = ({ tenant, traceparent, feedback_id, target, feedback_type, key, event_time }: FeedbackEvent): Told => ({
  tenant,
  event_id: derivedId(feedback_id, `feedback_outcomes/${tenant}/${target.id}`),
  schema_version: 1,
  traceparent,
  feedback_id,
  target_id: target.id,
  feedback_type,
  key,
  event_time,
});

/** Where feedback that passed every check ends: in a training topic, or with a person. */
export const outcomeOf = ({ feedback, attribution, inference, segment }: AttributedFeedback): FeedbackOutcome => {
  const isDoubtful = doubtOf(feedback) !== undefined;
  return {
    ...told(feedback),
    outcome: isDoubtful ? 'REVIEW' : 'TRAINING',
    topic: isDoubtful ? 'review.tasks' : trainingTopicOf(feedback),
    attribution_status: attribution.status,
    model_name: inference.model_name,
    model_version: attribution.model_version,
    segment,
    lag_us: attribution.lag_us,
  };
};

const orphanOutcome = ({ feedback }: OrphanedFeedback): FeedbackOutcome => ({
  ...told(feedback),
  outcome: 'ORPHANED',
  topic: 'feedback.orphaned',
  attribution_status: 'ORPHAN',
  model_name: null,
  model_version: null,
  segment: null,
  lag_us: null,
});

/** Where feedback ends whose inference has not been seen. Its deletion says nothing: the late match tells where it ends now. */
export const orphanOutcomes = (orphan: OrphanedFeedback | Tombstone<OrphanedFeedback>): ReadonlyArray<FeedbackOutcome> =>
  isTombstone(orphan) ? [] : [orphanOutcome(orphan)];
