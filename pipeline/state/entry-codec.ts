import type { StateSpec } from '../core/operator.ts';

/** A value in a store and when it expires: ms of stream time, or `Infinity` for never. */
export interface Expiring<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** The bytes of the expiry. */
export const expiryBytes = 8;

/** An entry as the changelog and the disk hold it: the expiry as a little-endian double, then the value as its spec writes it. */
export const encodeEntry = <V>(spec: StateSpec<V>, { value, expiresAt }: Expiring<V>): Buffer => {
  const body = spec.encode(value);
  const bytes = Buffer.allocUnsafe(expiryBytes + body.length);
  bytes.writeDoubleLE(expiresAt);
  body.copy(bytes, expiryBytes);
  return bytes;
};

/** When an encoded entry expires, ms of stream time. Throws `RangeError` when the bytes end before that. */
export const entryExpiry = (bytes: Buffer): number => bytes.readDoubleLE(0);

/** Reads back what `encodeEntry` wrote. Throws `RangeError` when the bytes end before the expiry does, and what the spec throws. */
export const decodeEntry = <V>(spec: StateSpec<V>, bytes: Buffer): Expiring<V> => ({
  value: spec.decode(bytes.subarray(expiryBytes)),
  expiresAt: entryExpiry(bytes),
});
