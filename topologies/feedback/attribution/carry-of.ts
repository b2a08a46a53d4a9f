import type { InferenceSummary } from '../../../schemas/generated/attributed-feedback.ts';
import type { InferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import type { Candidate, InferenceLog } from '../../../schemas/generated/inference-log.ts';

/** Longer outputs are not kept. */
const longestOutput = 1_000;

const chosenOf = ({ candidates, chosen }: InferenceLog): Candidate | undefined => candidates[chosen ?? 0];

const outputOf = (candidate: Candidate | undefined): string | null =>
  candidate === undefined || candidate.output.length > longestOutput ? null : candidate.output;

const summaryOf = (inference: InferenceLog, candidate: Candidate | undefined): InferenceSummary => ({
  inference_id: inference.inference_id,
  model_name: inference.model_name,
  model_version: inference.model_version,
  variant: inference.variant,
  deployment: inference.deployment,
  operation: inference.operation,
  status: inference.status,
  output: outputOf(candidate),
  score: candidate?.score ?? null,
  position: candidate?.position ?? null,
  propensity: candidate?.propensity ?? null,
  candidate_count: inference.candidates.length,
  latency_ms: inference.latency_ms,
  started: inference.started,
});

/**
 * What is kept of an inference until no feedback can meet it any more: a summary, and of what it logged the logits of the chosen candidate,
 * the embedding and the attributions. Messages, features and the other candidates stay in the log.
 */
export const carryOf = (inference: InferenceLog): InferenceCarry => {
  const candidate = chosenOf(inference);
  return {
    tenant: inference.tenant,
    inference: summaryOf(inference, candidate),
    logits: candidate?.logits ?? null,
    embedding: inference.embedding,
    attributions: inference.attributions,
  };
};
