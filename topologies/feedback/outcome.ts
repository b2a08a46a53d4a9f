import type { AttributedFeedback } from '../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import type { FeedbackOutcome } from '../../schemas/generated/feedback-outcome.ts';
import type { OrphanedFeedback } from '../../schemas/generated/orphaned-feedback.ts';
import { derivedId } from './derived-id.ts';
import type { FeedbackChange } from './revisions/records-of-change.ts';
import type { Statement } from './revisions/statement.ts';
import { placeOf } from './training/placement.ts';
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
export const outcomeOf = (attributed: AttributedFeedback): FeedbackOutcome => {
  const { feedback, attribution, inference, segment } = attributed;
  return {
    ...told(feedback),
    outcome: doubtOf(feedback) === undefined ? 'TRAINING' : 'REVIEW',
    topic: placeOf(attributed),
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

const outcomeOfStatement = ({ attributed, orphan }: Statement): ReadonlyArray<FeedbackOutcome> => {
  if (attributed !== null) return [outcomeOf(attributed)];
  return orphan === null ? [] : [orphanOutcome(orphan)];
};

/** Where feedback ends after a change. That an orphan is one no more says nothing: the late match tells where it ends now. */
export const outcomesOf = ({ after, of, retracted }: FeedbackChange): ReadonlyArray<FeedbackOutcome> => {
  if (retracted) return outcomeOfStatement(of).map((last) => ({ ...last, outcome: 'RETRACTED', topic: '' }));
  return after === null ? [] : outcomeOfStatement(after);
};
