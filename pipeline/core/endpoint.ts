import { MillraceError } from './errors.ts';
import type { RecordType } from './record-type.ts';

/** What one request carries: a record, or a batch of them as a JSON array. */
export type EndpointPer = 'record' | 'batch';

/** How an endpoint is declared. Durations are in ms. */
export interface EndpointOptions<T> {
  readonly type: RecordType<T>;
  /** `record` if left out. */
  readonly per?: EndpointPer;
  /** The most records of a batch, and of what is announced together and repeated after a crash: 100, and 500 if requests carry batches. */
  readonly records?: number;
  /** How long a first record waits for others: 0, and 1,000 if requests carry batches. */
  readonly waitMs?: number;
  /** How many requests of one partition may be under way at once, each of another key; 8 if left out. Batches go one after the other. */
  readonly concurrency?: number;
  /** After which time a record that the receiver neither takes nor refuses goes to the dead letter; never if left out. */
  readonly giveUpAfter?: number;
  /** So many refusals in a row stop the process: then it is the address or the contract that is wrong, not a record. 100 if left out. */
  readonly refusalLimit?: number;
}

/** A receiver of HTTP requests as a value: what is posted there, and in which portions. Where it is, is a setting of the process. */
export interface Endpoint<T> {
  readonly kind: 'endpoint';
  readonly name: string;
  readonly type: RecordType<T>;
  readonly per: EndpointPer;
  readonly records: number;
  readonly waitMs: number;
  readonly concurrency: number;
  readonly giveUpAfter: number | undefined;
  readonly refusalLimit: number;
}

const defaults = {
  record: { records: 100, waitMs: 0, concurrency: 8, giveUpAfter: undefined, refusalLimit: 100 },
  batch: { records: 500, waitMs: 1_000, concurrency: 1, giveUpAfter: undefined, refusalLimit: 100 },
} as const;

const wholeFrom =
  (least: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= least;

const mistakesOf = ({ name, records, waitMs, concurrency, giveUpAfter, refusalLimit }: Endpoint<unknown>): ReadonlyArray<string> => {
  const numbers = [
    ['records', records, 1],
    ['waitMs', waitMs, 0],
    ['concurrency', concurrency, 1],
    ['giveUpAfter', giveUpAfter ?? 1, 1],
    ['refusalLimit', refusalLimit, 1],
  ] as const;
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? [] : ['the name must be lower-case words joined with "-"']),
    ...numbers.flatMap(([option, value, least]) =>
      wholeFrom(least)(value) ? [] : [`${option} is ${value} and must be a whole number from ${least}`],
    ),
  ];
};

/**
 * Declares an endpoint; opens nothing. A stream that ends in it is posted there by a delivery: at least once, each record under an
 * `Idempotency-Key` that never changes, those of one key in their order.
 *
 * @throws MillraceError `bad_topic` listing every mistake.
 * @example endpoint('deploy-hook', { type: modelCommand, giveUpAfter: hours(6) })
 */
export const endpoint = <T>(name: string, options: EndpointOptions<T>): Endpoint<T> => {
  const { per = 'record' } = options;
  const { type, records, waitMs, concurrency, giveUpAfter, refusalLimit } = { ...defaults[per], ...options };
  const declared = { kind: 'endpoint' as const, name, type, per, records, waitMs, concurrency, giveUpAfter, refusalLimit };
  const mistakes = mistakesOf(declared);
  if (mistakes.length > 0) throw new MillraceError('bad_topic', `endpoint ${name}: ${mistakes.join('; ')}`);
  return Object.freeze(declared);
};
