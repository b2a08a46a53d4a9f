import { Cursor } from './cursor.ts';
import { apiKeys, type Request } from './request.ts';

const correlationSize = 4;
const throttleSize = 4;
/** The latest version without flexible fields. */
const plainProduce = 7;
const unsupportedVersion = 35;

/** Goes through `[topic [partition, code, more]]` and calls `each` at every code; `more` bytes follow it. */
const eachPartition = (cursor: Cursor, more: number, each: (at: number) => void): void => {
  for (let topics = cursor.int32(); topics > 0; topics -= 1) {
    cursor.text();
    for (let partitions = cursor.int32(); partitions > 0; partitions -= 1) {
      cursor.skip(4);
      each(cursor.at);
      cursor.skip(2 + more);
    }
  }
};

const eachCompactPartition = (cursor: Cursor, each: (at: number) => void): void => {
  for (let topics = cursor.varint() - 1; topics > 0; topics -= 1) {
    cursor.skipCompact();
    for (let partitions = cursor.varint() - 1; partitions > 0; partitions -= 1) {
      cursor.skip(4);
      each(cursor.at);
      cursor.skip(2);
      cursor.skipTags();
    }
    cursor.skipTags();
  }
};

const isFlexible = ({ key, version }: Request): boolean =>
  (key === apiKeys.offsetCommit && version >= 3) || (key === apiKeys.initProducerId && version >= 2);

/** What follows the code of a partition in the answer to Produce: base offset, time of appending, start of the log. */
const produceMore = (version: number): number => (version >= 5 ? 24 : 16);

/** Puts a code in place of every code in an answer. */
export const beliedAnswer = (request: Request, answer: Buffer, code: number): Buffer => {
  const belied = Buffer.from(answer);
  const put = (at: number): void => void belied.writeInt16BE(code, at);
  const cursor = new Cursor(belied, correlationSize);
  if (isFlexible(request)) cursor.skipTags();
  if (request.api === 'produce') eachPartition(cursor, produceMore(request.version), put);
  else {
    cursor.skip(throttleSize);
    if (request.api === 'addPartitions') eachPartition(cursor, 0, put);
    else if (request.api === 'offsetCommit') eachCompactPartition(cursor, put);
    else put(cursor.at);
  }
  return belied;
};

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Answers for each topic and partition of a request, whose body goes on with `[topic [partition, something]]`. */
const forPartitions = (cursor: Cursor, skip: () => void, answer: Buffer): ReadonlyArray<Buffer> => {
  const parts: Buffer[] = [];
  const count = cursor.int32();
  parts.push(int32(count));
  for (let topics = count; topics > 0; topics -= 1) {
    const from = cursor.at;
    cursor.text();
    const partitions = cursor.int32();
    parts.push(cursor.bytes.subarray(from, cursor.at));
    for (let left = partitions; left > 0; left -= 1) {
      parts.push(int32(cursor.int32()), answer);
      skip();
    }
  }
  return parts;
};

const refusedProduce = ({ frame, body, version }: Request, code: number): ReadonlyArray<Buffer> => {
  const cursor = new Cursor(frame, body);
  cursor.text();
  cursor.skip(2 + 4);
  const answer = Buffer.concat([int16(code), Buffer.alloc(produceMore(version), 0xff)]);
  return [...forPartitions(cursor, () => cursor.skip(Math.max(0, cursor.int32())), answer), int32(0)];
};

const refusedPartitions = ({ frame, body }: Request, code: number): ReadonlyArray<Buffer> => {
  const cursor = new Cursor(frame, body);
  cursor.text();
  cursor.skip(8 + 2);
  return [int32(0), ...forPartitions(cursor, () => undefined, int16(code))];
};

/** No producer id and no epoch, behind empty tagged fields and before them. */
const refusedProducerId = (code: number): ReadonlyArray<Buffer> => [
  Buffer.alloc(1),
  int32(0),
  int16(code),
  Buffer.alloc(8 + 2, 0xff),
  Buffer.alloc(1),
];

const refusedBody = (request: Request, code: number): ReadonlyArray<Buffer> => {
  switch (request.api) {
    case 'produce':
      return refusedProduce(request, code);
    case 'addPartitions':
      return refusedPartitions(request, code);
    case 'initProducerId':
      return refusedProducerId(code);
    case 'addOffsets':
    case 'commit':
    case 'abort':
      return [int32(0), int16(code)];
    default:
      throw new Error(`the proxy cannot refuse ${String(request.api)}: belie its answer`);
  }
};

/** The answer of a broker that has not done what was asked. */
export const refusal = (request: Request, code: number): Buffer =>
  Buffer.concat([int32(request.correlation), ...refusedBody(request, code)]);

/** Keeps a client from versions of Produce that the proxy cannot read. */
export const narrowedVersions = (answer: Buffer): Buffer => {
  const narrowed = Buffer.from(answer);
  const cursor = new Cursor(narrowed, correlationSize);
  // A broker that does not know the version asked for answers in the first one.
  const isPlain = cursor.int16() === unsupportedVersion;
  for (let left = isPlain ? cursor.int32() : cursor.varint() - 1; left > 0; left -= 1) {
    const key = cursor.int16();
    cursor.skip(2);
    const at = cursor.at;
    if (cursor.int16() > plainProduce && key === apiKeys.produce) narrowed.writeInt16BE(plainProduce, at);
    if (!isPlain) cursor.skipTags();
  }
  return narrowed;
};
