import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { Answer, Values } from './answer.ts';
import { idNamespace, tenant } from './inference-record.ts';
import type { SeededDraw } from './seeded-draw.ts';
import { uuid5 } from './uuid5.ts';

const noValue: Values = {
  bool: null,
  number: null,
  label: null,
  text: null,
  correction: null,
  preference: null,
  ranking: null,
  implicit: null,
};

/** What the record of an answer needs besides the answer. */
export interface Telling {
  readonly draw: SeededDraw;
  readonly seed: number;
  /** When it was given and when the edge accepted it, in µs. */
  readonly event_time: number;
  readonly received_time: number;
}

const traced = 0.1;
const claiming = 0.5;

const traceparent = (draw: SeededDraw, name: string): string | null => {
  if (!draw.chance(`traced/${name}`, traced)) return null;
  const trace = uuid5(idNamespace, `trace/${name}`).replaceAll('-', '');
  return `00-${trace}-${trace.slice(0, 16)}-01`;
};

const circumstances = (answer: Answer): FeedbackEvent['user_context'] => {
  const { attributes } = answer.inference.input;
  return answer.submitter.kind === 'USER'
    ? { session_id: null, user_tier: null, segments: Object.values(attributes), locale: 'ja-JP' }
    : null;
};

/** The feedback event of an answer, every field present. Half of them claim the version that they judge, one in ten is traced. */
export const feedbackRecord = (answer: Answer, { draw, seed, event_time, received_time }: Telling): FeedbackEvent => {
  const name = `${answer.name}/${answer.inference.inference_id}`;
  return {
    tenant,
    event_id: uuid5(idNamespace, `event/${seed}/${name}`),
    schema_version: 1,
    traceparent: traceparent(draw, name),
    feedback_id: uuid5(idNamespace, `feedback/${seed}/${name}`),
    op: 'CREATE',
    supersedes: null,
    idempotency_key: null,
    target: { kind: 'INFERENCE', id: answer.inference.inference_id, candidate_index: null },
    feedback_type: answer.feedback_type,
    key: answer.key,
    source: answer.source,
    submitter: answer.submitter,
    model_version: draw.chance(`claims/${name}`, claiming) ? answer.inference.model_version : null,
    value_kind: answer.value_kind,
    ...noValue,
    ...answer.values,
    rationale: answer.rationale,
    tags: [],
    user_context: circumstances(answer),
    event_time,
    sent_time: null,
    received_time,
    client: { sdk: 'millrace-demo', version: '1.0.0' },
    api_key_id: null,
  };
};
