const lengthBytes = 4;

/** The value under which an entry stands whose key is too long to be its key on disk: the length of the key, the key, the entry. */
export const packLong = (key: string, entry: Buffer): Buffer => {
  const name = Buffer.from(key);
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(name.length);
  return Buffer.concat([length, name, entry]);
};

/** Takes apart what `packLong` put together. Throws `RangeError` when the bytes end too early. */
export const unpackLong = (bytes: Buffer): { readonly key: string; readonly entry: Buffer } => {
  const end = lengthBytes + bytes.readUInt32LE(0);
  return { key: bytes.toString('utf8', lengthBytes, end), entry: bytes.subarray(end) };
};
