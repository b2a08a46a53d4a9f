import type { FeedbackEvent, FeedbackSource, Submitter, SubmitterKind, UserContext } from '../../../schemas/generated/feedback-event.ts';
import { micros } from '../../../topologies/feedback/micros.ts';
import type { AnyFeedbackBody } from '../payload/feedback-schema.ts';
import { targetOf, type Told } from './feedback-told.ts';
import { eventId, idNamespaces, recordId, repeatKey } from './ids.ts';
import type { Origin } from './origin.ts';
import { microsAt } from './times.ts';

const noValue = { bool: null, number: null, label: null, text: null, correction: null, preference: null, ranking: null, implicit: null };

const sources: Readonly<Record<NonNullable<AnyFeedbackBody['source']>, FeedbackSource>> = {
  human: 'HUMAN',
  end_user: 'END_USER',
  llm_judge: 'LLM_JUDGE',
  code: 'CODE',
  implicit: 'IMPLICIT',
};

const kinds: Readonly<Record<NonNullable<NonNullable<AnyFeedbackBody['submitter']>['kind']>, SubmitterKind>> = {
  user: 'USER',
  annotator: 'ANNOTATOR',
  model: 'MODEL',
  service: 'SERVICE',
};

const submitterOf = ({ submitter = {} }: AnyFeedbackBody): Submitter => {
  const { id_hash = null, kind, role = null } = submitter;
  return { id_hash, kind: kind === undefined ? 'UNKNOWN' : kinds[kind], role };
};

const contextOf = ({ user_context }: AnyFeedbackBody): UserContext | null => {
  if (user_context === undefined) return null;
  const { session_id = null, user_tier = null, segments = [], locale = null } = user_context;
  return { session_id, user_tier, segments, locale };
};

const timesOf = (
  { event_time, sent_time }: AnyFeedbackBody,
  now: number,
): Pick<FeedbackEvent, 'event_time' | 'sent_time' | 'received_time'> => ({
  event_time: event_time === undefined ? micros(now) : microsAt(event_time),
  sent_time: sent_time === undefined ? null : microsAt(sent_time),
  received_time: micros(now),
});

/** What is done to which feedback, if it is done to one that was sent before. */
const changeIn = (body: AnyFeedbackBody): { readonly op: FeedbackEvent['op']; readonly of: string } | undefined => {
  if ('retracts' in body) return { op: 'RETRACT', of: body.retracts.toLowerCase() };
  return body.amends === undefined ? undefined : { op: 'AMEND', of: body.amends.toLowerCase() };
};

const idsOf = (
  body: AnyFeedbackBody,
  origin: Origin,
): Pick<FeedbackEvent, 'feedback_id' | 'event_id' | 'idempotency_key' | 'op' | 'supersedes'> => {
  const key = repeatKey(body, origin);
  const { op, of } = changeIn(body) ?? { op: 'CREATE', of: recordId(idNamespaces.feedback, origin.tenant, key) };
  return { event_id: eventId(), feedback_id: of, idempotency_key: key ?? null, op, supersedes: op === 'AMEND' ? of : null };
};

const sayingOf = (body: AnyFeedbackBody, told: Told): Pick<FeedbackEvent, 'feedback_type' | 'key' | 'source' | 'value_kind'> => ({
  feedback_type: told.feedback_type,
  key: body.key ?? told.key,
  source: body.source === undefined ? told.source : sources[body.source],
  value_kind: told.value_kind,
});

/** The record of the log that a body makes, every field present. */
export const feedbackEventOf = (body: AnyFeedbackBody, told: Told, origin: Origin): FeedbackEvent => ({
  tenant: origin.tenant,
  schema_version: 1,
  traceparent: origin.traceparent ?? null,
  ...idsOf(body, origin),
  target: { kind: 'INFERENCE', id: targetOf(body), candidate_index: body.candidate_index ?? null },
  ...sayingOf(body, told),
  submitter: submitterOf(body),
  model_version: body.model_version ?? null,
  ...noValue,
  ...told.values,
  rationale: body.rationale ?? null,
  tags: body.tags ?? [],
  user_context: contextOf(body),
  ...timesOf(body, origin.now),
  client: body.client ?? null,
  api_key_id: origin.apiKeyId,
});
