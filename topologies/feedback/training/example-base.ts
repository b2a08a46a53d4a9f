import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { TrainingImplicit } from '../../../schemas/generated/training-implicit.ts';
import { derivedId } from '../derived-id.ts';

/** What every training example says, whatever its kind. */
export type ExampleBase = Omit<TrainingImplicit, 'signal' | 'reward' | 'dwell_ms' | 'position' | 'propensity'>;

/** The fields that every training example for a topic has. */
export const exampleBase = (topic: string, attributed: AttributedFeedback): ExampleBase => {
  const { feedback, attribution, inference, logits, embedding, attributions, segment } = attributed;
  return {
    tenant: feedback.tenant,
    event_id: derivedId(feedback.feedback_id, `${topic}/${feedback.tenant}/${feedback.target.id}`),
    schema_version: 1,
    traceparent: feedback.traceparent,
    feedback_id: feedback.feedback_id,
    inference_id: attribution.inference_id,
    model_name: inference.model_name,
    model_version: attribution.model_version,
    operation: inference.operation,
    key: feedback.key,
    source: feedback.source,
    submitter_id_hash: feedback.submitter.id_hash,
    segment,
    attribution_status: attribution.status,
    weight: attribution.weight,
    lag_us: attribution.lag_us,
    event_time: feedback.event_time,
    inference_started: inference.started,
    output: inference.output,
    logits,
    embedding,
    attributions,
  };
};
