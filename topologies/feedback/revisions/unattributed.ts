import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import { attributed } from '../attribution/attributed.ts';

const blank = ({ tenant, target }: FeedbackEvent): InferenceCarry => ({
  tenant,
  inference: {
    inference_id: target.id,
    model_name: '',
    model_version: '',
    variant: null,
    deployment: null,
    operation: '',
    status: 'UNKNOWN',
    output: null,
    score: null,
    position: null,
    propensity: null,
    candidate_count: 0,
    latency_ms: null,
    started: 0,
  },
  logits: null,
  embedding: null,
  attributions: null,
});

/** An amendment or a retraction, which takes its inference from the original that it is of: until then that is blank. */
export const unattributed = (feedback: FeedbackEvent): AttributedFeedback => attributed(feedback, blank(feedback), 'UNKNOWN');

/** Whether feedback is new, and not a change of what was said before. */
export const isCreation = ({ op }: FeedbackEvent): boolean => op === 'CREATE';

/** Whether feedback amends or retracts what was said before. */
export const isChange = (feedback: FeedbackEvent): boolean => !isCreation(feedback);
