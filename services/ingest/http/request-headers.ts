import type { IncomingHttpHeaders } from 'node:http';
import { parseTraceParent } from '../../../pipeline/core/trace-parent.ts';
import { type Refusal, refusal } from '../refusal.ts';

/** What headers say of a request's records. */
export interface RecordHeaders {
  readonly idempotencyKey?: string | undefined;
  readonly traceparent?: string | undefined;
}

const keyForm = /^[\x21-\x7e][\x20-\x7e]{0,199}$/;

const badKey = refusal('bad_request', 'the header Idempotency-Key takes 1 to 200 printable characters of ASCII');
const batchKey = refusal('bad_request', 'in a batch each item has an idempotency_key of its own, and the request has none');

/** Reads the headers of a request. A `traceparent` that is none is passed over, as W3C wants it. */
export const recordHeaders = (headers: IncomingHttpHeaders, isBatch: boolean): RecordHeaders | Refusal => {
  const key = headers['idempotency-key'];
  const trace = headers.traceparent;
  const traceparent = parseTraceParent(trace) === undefined ? undefined : String(trace);
  if (key === undefined) return { traceparent };
  if (isBatch) return batchKey;
  return typeof key === 'string' && keyForm.test(key) ? { traceparent, idempotencyKey: key } : badKey;
};
