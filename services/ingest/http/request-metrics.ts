import type { Meter } from '../../../pipeline/core/ports/meter.ts';
import { isRefusal, type Outcome } from '../refusal.ts';
import type { Route } from './routes.ts';

const second = 1_000;

/** Measures a request: once by its status, with the time that it took in ms. */
export const measureRequest = (meter: Meter, { path }: Route, { status, ms }: { readonly status: number; readonly ms: number }): void => {
  meter.count('ingest_requests_total', { route: path, status: String(status) }, 1);
  meter.observe('ingest_request_seconds', { route: path }, ms / second);
};

/** Counts what came of records, by kind and code. */
export const measureOutcomes = (meter: Meter, { kind }: Route, outcomes: ReadonlyArray<Outcome>): void => {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const result = isRefusal(outcome) ? outcome.code : 'accepted';
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  for (const [result, count] of counts) meter.count('ingest_records_total', { kind, result }, count);
};
