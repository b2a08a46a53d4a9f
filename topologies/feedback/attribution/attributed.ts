import type { AttributedFeedback, AttributionStatus } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import { derivedId } from '../derived-id.ts';

/** Ties feedback to the inference that it judges. Segment and score come later: they are the reference data's to tell. */
export const attributed = (feedback: FeedbackEvent, carry: InferenceCarry, status: AttributionStatus): AttributedFeedback => {
  const { inference, logits, embedding, attributions } = carry;
  const claimed = feedback.model_version;
  return {
    tenant: feedback.tenant,
    event_id: derivedId(feedback.feedback_id, `feedback.attributed/${feedback.tenant}/${feedback.target.id}`),
    schema_version: 1,
    traceparent: feedback.traceparent,
    feedback,
    attribution: {
      status,
      inference_id: inference.inference_id,
      model_version: inference.model_version,
      claimed_version_mismatch: claimed !== null && claimed !== inference.model_version,
      weight: 1,
      lag_us: feedback.event_time - inference.started,
    },
    inference,
    logits,
    embedding,
    attributions,
    validation: { warnings: [], spam_score: null },
    enrichment: {},
    segment: null,
    score: null,
  };
};
