import type { Log } from '../../../pipeline/core/ports/log.ts';
import type { Origin } from '../event/origin.ts';
import type { Prepared, RecordKind } from '../record-kind.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Redactor } from './redactor.ts';

const failed = refusal(
  'redaction_failed',
  'a rule of redaction failed, so that the record is not taken; the log of the server tells where',
);

/**
 * The same kind of record, out of bodies that were redacted: nothing of what rules take out is checked, hashed or written. Where a rule
 * fails, the record is refused.
 */
export const redactedKind = (kind: RecordKind, redactor: Redactor | undefined, log: Log): RecordKind => {
  if (redactor === undefined) return kind;
  const redact = (body: unknown, origin: Origin): readonly [body: unknown, origin: Origin] | undefined => {
    const { idempotencyKey: key } = origin;
    try {
      return [redactor.body(body), key === undefined ? origin : { ...origin, idempotencyKey: redactor.key(key) }];
    } catch {
      // What it says may quote the text.
      log.error({ kind: kind.name }, 'a rule of redaction failed');
      return undefined;
    }
  };
  const prepare = (body: unknown, origin: Origin): Prepared | Refusal => {
    const redacted = redact(body, origin);
    return redacted === undefined ? failed : kind.prepare(...redacted);
  };
  return { ...kind, prepare };
};
