import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { OrphanedFeedback } from '../../../schemas/generated/orphaned-feedback.ts';
import { derivedId } from '../derived-id.ts';
import { micros } from '../micros.ts';

/** When an orphan was given up and until when it may still be matched: stream time, ms. */
export interface OrphanTimes {
  readonly orphanedAt: number;
  readonly attributableUntil: number;
}

/** Feedback whose inference has not been seen, as it stands in `feedback.orphaned`. */
export const orphaned = (feedback: FeedbackEvent, { orphanedAt, attributableUntil }: OrphanTimes): OrphanedFeedback => ({
  tenant: feedback.tenant,
  event_id: derivedId(feedback.feedback_id, `feedback.orphaned/${feedback.tenant}/${feedback.target.id}`),
  schema_version: 1,
  traceparent: feedback.traceparent,
  feedback_id: feedback.feedback_id,
  target_id: feedback.target.id,
  feedback,
  orphaned_at: micros(orphanedAt),
  attributable_until: micros(attributableUntil),
});
