const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return [...value.entries()];
  return value instanceof Set ? [...value] : value;
};

/** Any value as JSON for a reader: integers beyond 2^53 and numbers without an end as text, bytes in base 64, maps as pairs, sets as lists. */
export const plainText = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name) {
    // Not the argument: bytes have been turned into something else by then.
    return plain(this[name]);
  });
