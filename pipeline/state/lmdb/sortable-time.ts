/** Bytes that a time takes. */
export const timeBytes = 8;

const flip = (bytes: Buffer, by: (byte: number) => number): void => {
  for (let at = 0; at < timeBytes; at++) bytes[at] = by(bytes[at] ?? 0);
};

/** Writes a time (any number but NaN) so that the bytes of two times compare as the times do: big-endian, the sign bit turned over. */
export const writeSortable = (time: number, bytes: Buffer, offset: number): void => {
  bytes.writeDoubleBE(time === 0 ? 0 : time, offset);
  if (time < 0) flip(bytes.subarray(offset, offset + timeBytes), (byte) => byte ^ 0xff);
  else bytes[offset] = (bytes[offset] ?? 0) ^ 0x80;
};

/** Reads back what `writeSortable` wrote; minus zero has become zero. */
export const readSortable = (bytes: Buffer, offset: number): number => {
  const own = Buffer.from(bytes.subarray(offset, offset + timeBytes));
  if (((own[0] ?? 0) & 0x80) === 0) flip(own, (byte) => byte ^ 0xff);
  else own[0] = (own[0] ?? 0) ^ 0x80;
  return own.readDoubleBE(0);
};
