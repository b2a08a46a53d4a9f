import { at, textAt } from '../../client/connection.ts';
import type { InferenceFields, InferencePayload } from '../../client/inference-payload.ts';
import { inputOf, paramsOf } from '../../client/openai/read-request.ts';
import { saidBy } from '../../client/openai/read-response.ts';
import type { TraceParent } from '../../pipeline/core/trace-parent.ts';
import type { Operation } from './operations.ts';
import type { Read } from './read-body.ts';

/** A call that is over, and what was read of it. */
export interface EndedCall {
  readonly id: string;
  readonly operation: Operation;
  readonly trace: TraceParent | undefined;
  /** ms since the epoch. */
  readonly started: number;
  /** From the first byte of the request to the last of the response, in ms. */
  readonly latency: number;
  /** The status of the upstream's answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Why it ended before its end; undefined if it did not. */
  readonly broken: string | undefined;
  readonly request: Read<unknown>;
  readonly response: Read<unknown>;
}

/** Lengths that the API takes. */
const longest = { name: 256, error: 4_000 };

const firstFailure = 400;

const floatBytes = 4;

/** Numbers, or base64 of floats of 32 bits, least byte first, as the clients of OpenAI ask for it. */
const numbersOf = (embedding: unknown): ReadonlyArray<number> | undefined => {
  if (Array.isArray(embedding)) return embedding.filter((value) => typeof value === 'number');
  if (typeof embedding !== 'string') return undefined;
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: Math.floor(bytes.length / floatBytes) }, (_, place) => bytes.readFloatLE(place * floatBytes));
};

/** The embedding of a response that has one only: of several none is that of the input. */
const embeddingOf = (response: unknown): Pick<InferencePayload, 'embedding'> => {
  const data = at(response, 'data');
  const embedding = Array.isArray(data) && data.length === 1 ? numbersOf(at(data[0], 'embedding')) : undefined;
  return embedding === undefined ? {} : { embedding };
};

const failureOf = ({ status, broken, response }: EndedCall): string | undefined => {
  const told = 'value' in response ? (textAt(response.value, 'error', 'message') ?? textAt(response.value, 'error')) : undefined;
  if (broken !== undefined) return broken;
  if (status !== undefined && status >= firstFailure) return `HTTP ${status}${told === undefined ? '' : `: ${told}`}`;
  return told;
};

const unreadOf = (call: EndedCall): Record<string, string> => ({
  ...('unread' in call.request ? { 'millrace.unread.input': call.request.unread } : {}),
  ...('unread' in call.response ? { 'millrace.unread.output': call.response.unread } : {}),
});

const traceOf = (trace: TraceParent | undefined): Partial<InferencePayload> =>
  trace === undefined ? {} : { trace_id: trace.traceId, span_id: trace.spanId };

const nameIn = (body: unknown): string | undefined => {
  const name = textAt(body, 'model')?.slice(0, longest.name);
  return name === '' ? undefined : name;
};

const modelOf = (request: unknown, response: unknown): Pick<InferencePayload, 'model_name' | 'model_version'> => {
  const [asked, answered] = [nameIn(request), nameIn(response)];
  return { model_name: asked ?? answered ?? 'unknown', model_version: answered ?? asked ?? 'unknown' };
};

/**
 * The inference that a call was, as it is logged. Each attempt has an idempotency key of its own, so that the API never takes a call for a repeat of
 * another. What could not be read stands as the attribute `millrace.unread.input` or `millrace.unread.output`.
 */
export const inferenceOf = (call: EndedCall, idempotencyKey: string): InferencePayload => {
  const request = 'value' in call.request ? call.request.value : undefined;
  const response = 'value' in call.response ? call.response.value : undefined;
  const error = failureOf(call)?.slice(0, longest.error);
  const input = 'value' in call.request ? inputOf(request) : {};
  const unread = unreadOf(call);
  const fields: InferenceFields = {
    ...(call.operation === 'embeddings' ? embeddingOf(response) : {}),
    ...modelOf(request, response),
    ...traceOf(call.trace),
    inference_id: call.id,
    idempotency_key: idempotencyKey,
    operation: call.operation,
    params: paramsOf(request),
    input: Object.keys(unread).length === 0 ? input : { ...input, attributes: unread },
    started: new Date(call.started).toISOString(),
    ended: new Date(call.started + call.latency).toISOString(),
    latency_ms: call.latency,
    ...(error === undefined ? { status: 'ok' } : { status: 'error', error }),
  };
  return { ...saidBy(response), ...fields };
};
