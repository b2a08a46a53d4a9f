import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Credential } from '../auth/key-ring.ts';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Origin } from '../event/origin.ts';
import type { IngestSettings } from '../ingest-settings.ts';
import { type Deadline, takeRecord } from '../intake.ts';
import type { Repeats } from '../log/repeats.ts';
import type { RecordKind } from '../record-kind.ts';
import { type Outcome, type Refusal, refusal } from '../refusal.ts';
import type { RecordHeaders } from './request-headers.ts';
import type { Route } from './routes.ts';

/** What taking records needs. */
export interface TakePorts {
  readonly clock: Clock;
  readonly kinds: Readonly<Record<RecordKind['name'], RecordKind>>;
  readonly repeats: Repeats;
  readonly limits: RateLimits;
  readonly settings: Pick<IngestSettings, 'ackDeadline' | 'batchItems'>;
}

/** Where a body came from and by whom. */
export interface Sent {
  readonly route: Route;
  readonly credential: Credential;
  readonly headers: RecordHeaders;
}

const within = async <T>(clock: Clock, ms: number, work: (deadline: Deadline) => Promise<T>): Promise<T> => {
  const done = new AbortController();
  try {
    return await work({ passed: clock.sleep(ms, done.signal) });
  } finally {
    done.abort();
  }
};

const isBatch = (body: unknown): body is { readonly items: ReadonlyArray<unknown> } =>
  typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);

const itemsOf = (body: unknown, most: number): ReadonlyArray<unknown> | Refusal => {
  if (!isBatch(body)) return refusal('missing_field', 'the batch needs items, a list of records', { path: '/items' });
  const other = Object.keys(body).find((name) => name !== 'items');
  if (other !== undefined) return refusal('unknown_field', 'there is no such field here', { path: `/${other}` });
  if (body.items.length === 0) return refusal('invalid_field', 'items is empty', { path: '/items' });
  return body.items.length > most ? refusal('payload_too_large', `a batch takes ${most} items at most`, { path: '/items' }) : body.items;
};

/**
 * Takes the records of a body: one outcome for each, in their order, all written at one time. A refusal: of the body as a whole. What is
 * taken counts for the limits of its sender, whatever comes of it.
 */
export const takeBody = async (
  body: unknown,
  { route, credential, headers }: Sent,
  ports: TakePorts,
): Promise<ReadonlyArray<Outcome> | Refusal> => {
  const { clock, kinds, repeats, limits, settings } = ports;
  const items = route.isBatch ? itemsOf(body, settings.batchItems) : [body];
  if ('code' in items) return items;
  limits.take(credential, items.length, clock.monotonic());
  const origin: Origin = { tenant: credential.tenant, apiKeyId: credential.keyId, link: credential.link, ...headers, now: clock.now() };
  return within(clock, settings.ackDeadline, (deadline) =>
    Promise.all(items.map((item) => takeRecord(item, { kind: kinds[route.kind], repeats, origin, deadline }))),
  );
};
