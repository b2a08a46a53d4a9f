import type { StateSpec } from '../core/operator.ts';

/** A value in a store and when it expires: ms of stream time, or `Infinity` for never. */
export interface Expiring<V> {
  readonly value: V;
  readonly expiresAt: number;
}

const prefix = 8;

/** An entry as the changelog and the disk hold it: the expiry as a little-endian double, then the value as its spec writes it. */
export const encodeEntry = <V>(spec: StateSpec<V>, { value, expiresAt }: Expiring<V>): Buffer => {
  const body = spec.encode(value);
  const bytes = Buffer.allocUnsafe(prefix + body.length);
  bytes.writeDoubleLE(expiresAt);
  body.copy(bytes, prefix);
  return bytes;
};

/** Reads back what `encodeEntry` wrote. Throws `RangeError` when the bytes end before the expiry does, and what the spec throws. */
export const decodeEntry = <V>(spec: StateSpec<V>, bytes: Buffer): Expiring<V> => ({
  value: spec.decode(bytes.subarray(prefix)),
  expiresAt: bytes.readDoubleLE(0),
});
