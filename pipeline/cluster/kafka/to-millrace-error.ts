import { type ErrorCode, messageOf, MillraceError } from '../../core/errors.ts';
import type { ClientError } from './client.ts';

const reasons: Readonly<Record<number, string>> = {
  10: 'the record is larger than `message.max.bytes`',
  [-188]: 'there is no such topic',
  [-190]: 'there is no such partition',
};

/** librdkafka's own codes, and those of Kafka's protocol, as far as they are told apart here. */
export const codes = {
  assignPartitions: -175,
  revokePartitions: -174,
  queueFull: -184,
  state: -172,
  fatal: -150,
  authentication: -169,
  groupRefused: 30,
  autoOffsetReset: -140,
  /** Records of the transaction could not be delivered; their reports say why. */
  inconsistent: -149,
  /** Logical offsets. */
  beginning: -2,
  end: -1,
} as const;

const byMeaning: ReadonlyArray<readonly [ErrorCode, ReadonlyArray<number>]> = [
  // Fenced here or by the broker: a newer producer, or an epoch that the coordinator has moved on from, or a member of the same static name.
  ['fenced', [-144, 90, 47, 82]],
  // The generation or epoch has passed, or the member is not known any more.
  ['transaction_aborted', [22, 25, 27, 110, 113]],
  ['unknown_topic', [3, -156, -188, -190]],
  // Topic, group, cluster, transactional id; authentication, and TLS.
  ['not_authorized', [29, 30, 31, 53, 58, codes.authentication, -181]],
  ['record_too_large', [10, 18]],
  ['offset_out_of_range', [1, codes.autoOffsetReset]],
  // A `transaction.timeout.ms` longer than the brokers allow.
  ['bad_config', [50]],
];

const isClientError = (thrown: unknown): thrown is ClientError =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'number';

/** What no abort heals: the next transaction would fail for the same. */
const inVain: ReadonlySet<ErrorCode> = new Set(['fenced', 'not_authorized', 'record_too_large']);

/** A code that is known says most, unless an abort can heal it: then the transaction goes and the producer stays. */
const codeOf = (error: ClientError): ErrorCode => {
  const known = byMeaning.find(([, numbers]) => numbers.includes(error.code))?.[0];
  if (known !== undefined && inVain.has(known)) return known;
  return error.isTxnRequiresAbort === true ? 'transaction_aborted' : (known ?? 'cluster_unavailable');
};

/**
 * What the client threw, in the terms of the port. `what` names the operation and its object, as in `commit of 'orders-1'`.
 * A `MillraceError` stays what it is. Neither settings nor records get into the message.
 */
export const toMillraceError = (thrown: unknown, what: string): MillraceError => {
  if (thrown instanceof MillraceError) return thrown;
  if (!isClientError(thrown)) return new MillraceError('engine_defect', `${what}: ${messageOf(thrown)}`, thrown);
  return new MillraceError(codeOf(thrown), `${what}: ${thrown.message}`, thrown);
};

/** Whether the producer is of no use any more: it says so, or sees its transaction in another state than we do. */
const isSpent = (error: ClientError): boolean => error.isFatal === true || error.code === codes.fatal || error.code === codes.state;

/** As `toMillraceError`, for what the calls of a transaction throw: what ends the producer, and has no code that says more, is `producer_failed`. */
export const toTransactionError = (thrown: unknown, what: string): MillraceError => {
  const error = toMillraceError(thrown, what);
  if (error.code !== 'cluster_unavailable' || !isClientError(thrown) || !isSpent(thrown)) return error;
  return new MillraceError('producer_failed', error.message, thrown);
};

/** Whether the client says that the very same call may be made again. */
export const isRepeatable = (thrown: unknown): boolean => isClientError(thrown) && thrown.isRetriable === true;

/** Whether the client says that it cannot go on; why, stands in its log only. */
export const isFatal = (thrown: unknown): boolean => isClientError(thrown) && thrown.code === codes.fatal;

/** The client refused to queue a record of the topic, with nothing but a code. */
export const produceError = (code: number, topic: string): MillraceError =>
  toMillraceError({ code, message: reasons[code] ?? `the client refused it with code ${code}` }, `Producing to '${topic}'`);
