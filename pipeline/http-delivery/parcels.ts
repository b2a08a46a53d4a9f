import type { Endpoint } from '../core/endpoint.ts';
import type { DeliveryBatch, DeliveryRow } from '../core/ports/delivery.ts';

/** What one request carries. */
export interface Parcel<T> {
  /** The value of `Idempotency-Key`: the same whenever, and by whichever version of the code, these records are posted. */
  readonly key: string;
  readonly rows: ReadonlyArray<DeliveryRow<T>>;
  readonly body: () => string;
}

/** `JSON.stringify` asks a Buffer for its JSON first, so the holder is looked at instead. */
function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
  const held: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  if (held instanceof Uint8Array) return Buffer.from(held).toString('base64');
  return typeof value === 'bigint' ? value.toString() : value;
}

/** A value as the JSON of a request: bytes are base64, whole numbers past 2^53 are texts. */
export const jsonOf = (value: unknown): string => JSON.stringify(value, bytesAsBase64);

const keyOf = ({ key }: DeliveryRow<unknown>): string => key?.toString('latin1') ?? '';

/**
 * Divides a batch into chains of requests: those of a chain go one after the other, chains may go at once. A chain is what has one key, or
 * the whole batch where a request carries it. Rows without a key are one chain.
 */
export const parcelChains = <T>(
  { per }: Pick<Endpoint<T>, 'per'>,
  batch: DeliveryBatch<T>,
  keyPrefix: string,
): ReadonlyArray<ReadonlyArray<Parcel<T>>> => {
  const { topic, partition, from, to, rows } = batch;
  if (rows.length === 0) return [];
  const place = `${keyPrefix}${topic}-${partition}`;
  if (per === 'batch') return [[{ key: `${place}-${from}-${to}`, rows, body: () => jsonOf(rows.map(({ value }) => value)) }]];
  const chains = new Map<string, Parcel<T>[]>();
  for (const row of rows) {
    const parcel = { key: `${place}-${row.offset}`, rows: [row], body: () => jsonOf(row.value) };
    const chain = chains.get(keyOf(row));
    if (chain === undefined) chains.set(keyOf(row), [parcel]);
    else chain.push(parcel);
  }
  return [...chains.values()];
};
