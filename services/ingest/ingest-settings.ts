import type { Rates } from './auth/rate-limits.ts';
import type { RepeatLimits } from './log/repeats.ts';
import type { UndeclaredPolicy } from './reference/policies.ts';

/** How the API behaves. Bytes are bytes; times are ms. */
export interface IngestSettings {
  readonly address: { readonly host: string; readonly port: number };
  /** Where gRPC listens, on the same host; nowhere if left out. */
  readonly grpcPort?: number | undefined;
  /** The longest body of a single record, and of a batch. */
  readonly bodyBytes: number;
  readonly batchBytes: number;
  readonly batchItems: number;
  /** Bodies that are being read and records that are not confirmed yet, together. */
  readonly inFlightBytes: number;
  readonly connections: number;
  /** After how long a record that is not confirmed is answered 503. */
  readonly ackDeadline: number;
  /** How long a client may take for a request. */
  readonly requestTimeout: number;
  readonly rates: Rates;
  readonly repeats: RepeatLimits;
  /** Origins whose pages may read answers, e.g. `https://app.example.com`. */
  readonly origins: ReadonlyArray<string>;
  /** What becomes of feedback whose signal nobody has declared. */
  readonly undeclared: UndeclaredPolicy;
}

const mebibyte = 1 << 20;

/** What holds where nothing else is said. */
export const defaultIngestSettings: Omit<IngestSettings, 'address' | 'rates'> = {
  // A record of the log has a mebibyte at most.
  bodyBytes: mebibyte,
  batchBytes: 4 * mebibyte,
  batchItems: 1_000,
  inFlightBytes: 64 * mebibyte,
  connections: 10_000,
  ackDeadline: 10_000,
  requestTimeout: 15_000,
  repeats: { entries: 100_000, bytes: 32 * mebibyte },
  origins: [],
  undeclared: 'reject',
};
