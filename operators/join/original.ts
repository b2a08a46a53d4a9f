import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Headers, LogRecord } from '../../pipeline/core/ports/cluster.ts';

const writeBytes = (to: ByteWriter, bytes: Buffer | null): void => {
  to.boolean(bytes !== null);
  if (bytes !== null) to.bytes(bytes);
};

const readBytes = (from: ByteReader): Buffer | null => (from.boolean() ? from.bytes() : null);

const writeHeaders = (to: ByteWriter, headers: Headers): void => {
  const all = headers.flatMap((header) => Object.entries(header));
  to.integer(all.length);
  for (const [name, bytes] of all) to.string(name).bytes(bytes);
};

const readHeaders = (from: ByteReader): Headers =>
  Array.from({ length: from.integer() }, () => {
    const name = from.string();
    return { [name]: from.bytes() };
  });

/** Writes a record as it was read, so that it can still be refused with its own bytes after it has waited. */
export const writeOriginal = (to: ByteWriter, record: LogRecord | undefined): void => {
  to.boolean(record !== undefined);
  if (record === undefined) return;
  to.string(record.topic).integer(record.partition).integer(record.offset).double(record.timestamp);
  writeBytes(to, record.key);
  writeBytes(to, record.value);
  writeHeaders(to, record.headers ?? []);
};

/** Reads what `writeOriginal` wrote. */
export const readOriginal = (from: ByteReader): LogRecord | undefined => {
  if (!from.boolean()) return undefined;
  const place = { topic: from.string(), partition: from.integer(), offset: from.integer() };
  const timestamp = from.double();
  return { ...place, timestamp, key: readBytes(from), value: readBytes(from), headers: readHeaders(from) };
};
