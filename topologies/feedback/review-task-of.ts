import type { AttributedFeedback } from '../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import type { ReviewReason, ReviewTask } from '../../schemas/generated/review-task.ts';
import { derivedId } from './derived-id.ts';
import { doubtOf } from './triage.ts';

type Reason = Exclude<ReviewReason, 'UNKNOWN'>;

const priorities: Readonly<Record<Reason, number>> = { COMMENT: 0.3, TIE: 0.5, UNSURE: 0.8 };

const proposals: Readonly<Record<Reason, (event: FeedbackEvent) => string | null>> = {
  COMMENT: ({ text }) => text?.content ?? null,
  TIE: ({ preference }) => preference?.chosen_id ?? null,
  UNSURE: ({ label }) => label?.v ?? null,
};

const asked = (event: FeedbackEvent): Pick<ReviewTask, 'reason' | 'priority' | 'proposed'> => {
  const reason = doubtOf(event);
  if (reason === undefined) return { reason: 'UNKNOWN', priority: 0, proposed: null };
  return { reason, priority: priorities[reason], proposed: proposals[reason](event) };
};

/** The task for a person who is to look at feedback; meant for feedback of which `doubtOf` gives a reason. */
export const reviewTaskOf = ({ feedback, attribution, inference, logits, segment }: AttributedFeedback): ReviewTask => ({
  tenant: feedback.tenant,
  event_id: derivedId(feedback.feedback_id, `review.tasks/${feedback.tenant}/${feedback.target.id}`),
  schema_version: 1,
  traceparent: feedback.traceparent,
  feedback_id: feedback.feedback_id,
  inference_id: attribution.inference_id,
  model_name: inference.model_name,
  model_version: attribution.model_version,
  ...asked(feedback),
  feedback_type: feedback.feedback_type,
  key: feedback.key,
  output: inference.output,
  submitter_id_hash: feedback.submitter.id_hash,
  segment,
  logits,
  event_time: feedback.event_time,
});
