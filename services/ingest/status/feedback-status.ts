import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import { messageOf } from '../../../pipeline/core/errors.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import type { Repeats } from '../log/repeats.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { OutcomeStore, StoredOutcome } from './outcome-store.ts';

/**
 * What is known of a feedback: `received`, it is on its way to the log; `accepted`, the log has it; `attributed`, it is tied to its inference;
 * `orphaned`, its inference has not been seen; `retracted`, it was taken back.
 */
export interface FeedbackStatus {
  readonly id: string;
  readonly status: 'received' | 'accepted' | StoredOutcome['status'];
  /** The table of outcomes, or the memory of the process that answers. */
  readonly source: 'clickhouse' | 'replica';
  /** When it was looked up, RFC 3339: what came to the source later is not told. */
  readonly as_of: string;
  /** Where it ended, once for each inference that it was said of under this id; empty as long as nothing is known of it. */
  readonly outcomes: ReadonlyArray<StoredOutcome>;
}

/** What looking up needs. */
export interface StatusPorts {
  readonly repeats: Repeats;
  /** Left out where the API has no ClickHouse. */
  readonly outcomes?: OutcomeStore | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: { readonly ackDeadline: number };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const unknown = refusal('not_found', 'nothing is known of a feedback of this id');
const unavailable = refusal('unavailable', 'the table of outcomes does not answer; come again', { retryAfterMs: 1_000 });

/** What the table says; undefined if it does not answer. */
const storedOf = async (tenant: string, id: string, ports: StatusPorts): Promise<ReadonlyArray<StoredOutcome> | undefined> => {
  const { outcomes, clock, log, settings } = ports;
  if (outcomes === undefined) return [];
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(settings.ackDeadline, done.signal).then(() => late.abort());
  try {
    return await outcomes.find({ tenant, id }, late.signal);
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the table of outcomes does not answer');
    return undefined;
  } finally {
    done.abort();
  }
};

/** Of several, the furthest. */
const furthest = (found: ReadonlyArray<StoredOutcome>): StoredOutcome['status'] | undefined =>
  (['attributed', 'orphaned', 'retracted'] as const).find((status) => found.some((outcome) => outcome.status === status));

/**
 * Tells what is known of the feedback of a tenant. Of another tenant's nothing is known. The table is asked first; while it has nothing of it,
 * or does not answer, what this process remembers is told.
 */
export const feedbackStatus = async (tenant: string, given: string, ports: StatusPorts): Promise<FeedbackStatus | Refusal> => {
  const id = given.toLowerCase();
  if (!uuid.test(id)) return unknown;
  const asOf = new Date(ports.clock.now()).toISOString();
  const found = await storedOf(tenant, id, ports);
  const status = furthest(found ?? []);
  if (status !== undefined) return { id, status, source: 'clickhouse', as_of: asOf, outcomes: found ?? [] };
  const known = ports.repeats.find({ tenant, topic: topics.feedbackReceived.name, id });
  if (known !== undefined) return { id, status: known, source: 'replica', as_of: asOf, outcomes: [] };
  return found === undefined ? unavailable : unknown;
};
