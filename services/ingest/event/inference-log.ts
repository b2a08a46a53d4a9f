import type { Candidate, InferenceInput, InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { micros } from '../../../topologies/feedback/micros.ts';
import type { InferenceBody } from '../payload/inference-schema.ts';
import { eventId, idNamespaces, recordId, repeatKey } from './ids.ts';
import type { Origin } from './origin.ts';
import { microsAt } from './times.ts';

const orNull = <V>(value: V | undefined): V | null => value ?? null;

const candidateOf = (given: NonNullable<InferenceBody['candidates']>[number], index: number): Candidate => ({
  candidate_id: given.candidate_id ?? String(index),
  output: given.output,
  score: orNull(given.score),
  logits: orNull(given.logits),
  position: orNull(given.position),
  propensity: orNull(given.propensity),
});

const candidatesOf = ({ output, candidates }: InferenceBody): ReadonlyArray<Candidate> =>
  (candidates ?? (output === undefined ? [] : [{ output }])).map(candidateOf);

const inputOf = ({ input = {} }: InferenceBody): InferenceInput => {
  const { messages = [], features = null, attributes = {} } = input;
  return { messages, features, attributes };
};

const asTexts = (values: Readonly<Record<string, string | number | boolean>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const statusOf = ({ status, error }: InferenceBody): InferenceLog['status'] => {
  if (status === undefined) return error === undefined ? 'OK' : 'ERROR';
  return status === 'ok' ? 'OK' : 'ERROR';
};

const usageOf = ({ usage }: InferenceBody): InferenceLog['usage'] =>
  usage === undefined ? null : { input_tokens: orNull(usage.input_tokens), output_tokens: orNull(usage.output_tokens) };

const timesOf = ({ started, ended }: InferenceBody, now: number): Pick<InferenceLog, 'started' | 'ended'> => ({
  started: started === undefined ? micros(now) : microsAt(started),
  ended: ended === undefined ? null : microsAt(ended),
});

const idOf = (body: InferenceBody, origin: Origin): string =>
  body.inference_id ?? recordId(idNamespaces.inference, origin.tenant, repeatKey(body, origin));

/** The record of the log that a body makes, every field present. */
export const inferenceLogOf = (body: InferenceBody, origin: Origin): InferenceLog => ({
  tenant: origin.tenant,
  event_id: eventId(),
  schema_version: 1,
  traceparent: orNull(origin.traceparent),
  inference_id: idOf(body, origin),
  trace_id: orNull(body.trace_id),
  span_id: orNull(body.span_id),
  session_id: orNull(body.session_id),
  episode_id: orNull(body.episode_id),
  external_keys: body.external_keys ?? {},
  model_name: body.model_name,
  model_version: body.model_version,
  variant: orNull(body.variant),
  deployment: orNull(body.deployment),
  config_hash: orNull(body.config_hash),
  operation: body.operation ?? 'chat',
  input: inputOf(body),
  params: asTexts(body.params),
  candidates: candidatesOf(body),
  chosen: orNull(body.chosen),
  attributions: orNull(body.attributions),
  embedding: orNull(body.embedding),
  finish_reason: orNull(body.finish_reason),
  usage: usageOf(body),
  latency_ms: orNull(body.latency_ms),
  error: orNull(body.error),
  status: statusOf(body),
  ...timesOf(body, origin.now),
  payload_ref: orNull(body.payload_ref),
});
