import type { Candidate, InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Impression } from './read-bandit.ts';
import type { Prediction } from './read-digits.ts';
import { uuid5 } from './uuid5.ts';

/** The tenant that all generated records belong to. */
export const tenant = 'demo';

/** Namespace of the ids that the generator makes. */
export const idNamespace = 'f0b7d7c6-0c1e-5b3e-9a55-5a3f3c1d2b90';

/** Name of the model that the policies of the A/B test are versions of. */
export const policyModel = 'fashion-policy';

const candidate = (fields: Partial<Candidate> & Pick<Candidate, 'candidate_id' | 'output'>): Candidate => ({
  score: null,
  logits: null,
  position: null,
  propensity: null,
  ...fields,
});

type Told = Pick<
  InferenceLog,
  'inference_id' | 'model_name' | 'model_version' | 'variant' | 'operation' | 'input' | 'candidates' | 'started'
>;

const inference = (told: Told): InferenceLog => ({
  tenant,
  event_id: uuid5(idNamespace, `inference.logged/${told.inference_id}`),
  schema_version: 1,
  traceparent: null,
  inference_id: told.inference_id,
  trace_id: null,
  span_id: null,
  session_id: null,
  episode_id: null,
  external_keys: {},
  model_name: told.model_name,
  model_version: told.model_version,
  variant: told.variant,
  deployment: null,
  config_hash: null,
  operation: told.operation,
  input: told.input,
  params: {},
  candidates: told.candidates,
  chosen: 0,
  attributions: null,
  embedding: null,
  finish_reason: null,
  usage: null,
  latency_ms: null,
  error: null,
  status: 'OK',
  started: told.started,
  ended: null,
  payload_ref: null,
});

/** The inference log record of a prediction: pixels as features, the predicted class with its logits as the only candidate. */
export const predictionInference = (row: Prediction): InferenceLog =>
  inference({
    inference_id: row.inference_id,
    model_name: row.model_name,
    model_version: row.model_version,
    variant: null,
    operation: 'classify',
    input: { messages: [], features: row.pixels, attributes: {} },
    candidates: [candidate({ candidate_id: String(row.predicted), output: String(row.predicted), logits: row.logits })],
    started: row.at,
  });

/** The inference log record of an impression: the item that was shown, where and with which propensity. */
export const impressionInference = (row: Impression): InferenceLog =>
  inference({
    inference_id: uuid5(idNamespace, `impression/${row.policy}/${row.row}`),
    model_name: policyModel,
    model_version: row.policy,
    variant: row.policy,
    operation: 'recommend',
    input: { messages: [], features: null, attributes: row.features },
    candidates: [candidate({ candidate_id: row.item_id, output: row.item_id, position: row.position, propensity: row.propensity })],
    started: row.at,
  });
