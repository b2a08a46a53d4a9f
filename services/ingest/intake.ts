import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Origin } from './event/origin.ts';
import type { Repeats } from './log/repeats.ts';
import type { RecordKind } from './record-kind.ts';
import { type Outcome, type Refusal, refusal } from './refusal.ts';

/** After how many ms it is worth to come again when the log does not take records. */
const retryAfterMs = 1_000;

const late = Symbol('late');

/** When an answer is due, and that it is past. */
export interface Deadline {
  readonly passed: Promise<void>;
}

const conflict = refusal('idempotency_conflict', 'this key was used for other content before', { path: '/idempotency_key' });

const unconfirmed = refusal('unavailable', 'the log has not confirmed the record in time; it may have it: repeat it under the same key', {
  retryAfterMs,
});

const unavailable = refusal('unavailable', 'the log cannot be written; repeat the record under the same key', { retryAfterMs });

const tooLarge = refusal('payload_too_large', 'the record is larger than the log takes');

const failureOf = (error: unknown): Refusal =>
  error instanceof MillraceError && error.code === 'record_too_large' ? tooLarge : unavailable;

/** Takes one record: checks it, writes it, and answers once all in-sync replicas have it, or at the deadline. Never rejects but by a defect. */
export const takeRecord = async (
  body: unknown,
  {
    kind,
    repeats,
    origin,
    deadline,
  }: { readonly kind: RecordKind; readonly repeats: Repeats; readonly origin: Origin; readonly deadline: Deadline },
): Promise<Outcome> => {
  const prepared = kind.prepare(body, origin);
  if ('code' in prepared) return prepared;
  const written = repeats.write(prepared);
  if (written === undefined) return conflict;
  try {
    const first = await Promise.race([written, deadline.passed.then(() => late)]);
    return first === late ? unconfirmed : { status: 202, id: prepared.id };
  } catch (error) {
    return failureOf(error);
  }
};
