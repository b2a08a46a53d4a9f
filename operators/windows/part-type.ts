import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { pathReader } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import { readDims, readRanges, writeDims, writeRanges } from './binary.ts';
import type { Dims, WindowPart } from './windowed.ts';

const name = 'millrace.WindowPart';

const field = (fieldName: string, type: unknown): { readonly name: string; readonly type: unknown } => ({ name: fieldName, type });

const time = { type: 'long', logicalType: 'timestamp-millis' };

const range = {
  type: 'record',
  name: 'millrace.OffsetRange',
  fields: [field('topic', 'string'), field('partition', 'int'), field('from', 'long'), field('to', 'long')],
};

/** The accumulator is bytes: only the aggregate that wrote it can read it. A stream time that nothing has moved yet is null. */
const schema = JSON.stringify({
  type: 'record',
  name,
  fields: [
    field('start', time),
    field('end', time),
    field('closesAt', time),
    field('dims', { type: 'map', values: 'string' }),
    field('task', 'string'),
    field('revision', 'long'),
    field('final', 'boolean'),
    field('provisional', 'boolean'),
    field('changed', 'boolean'),
    field('n', 'long'),
    field('streamTime', ['null', time]),
    field('offsets', { type: 'array', items: range }),
    field('acc', 'bytes'),
  ],
});

const times = ['start', 'end', 'closesAt', 'streamTime'];

const timeAt = (path: string): ((value: unknown) => number | undefined) => {
  if (!times.includes(path))
    throw new MillraceError('bad_topic', `'${path}' of ${name} is no timestamp. Its times are ${times.join(', ')}.`);
  const read = pathReader(path);
  return (value) => {
    const found = read(value);
    return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
  };
};

const writeStreamTime = (streamTime: number, to: ByteWriter): void => {
  if (Number.isFinite(streamTime)) to.integer(1).integer(streamTime);
  else to.integer(0);
};

/**
 * How parts of windows are written to the internal topic between a partial window and the operator that combines them: Avro's binary
 * encoding under a schema of its own, the accumulator as the bytes that its aggregate writes.
 */
export const partType = <Acc>(aggregate: Aggregate<never, Acc, unknown>): RecordType<WindowPart<Dims, Acc>> => {
  const writer = new ByteWriter();
  const inner = new ByteWriter();
  const encode = (part: WindowPart<Dims, Acc>): Buffer => {
    writer.integer(part.start).integer(part.end).integer(part.closesAt);
    writeDims(part.dims, writer);
    writer.string(part.task).integer(part.revision).boolean(part.final).boolean(part.provisional).boolean(part.changed).integer(part.n);
    writeStreamTime(part.streamTime, writer);
    writeRanges(part.offsets, writer);
    aggregate.write(part.acc, inner);
    return writer.bytes(inner.take()).take();
  };
  return Object.freeze({ name, schema, encode, decode: (bytes: Buffer) => decode(bytes, aggregate), timeAt });
};

const decode = <Acc>(bytes: Buffer, aggregate: Aggregate<never, Acc, unknown>): WindowPart<Dims, Acc> => {
  try {
    return read(new ByteReader(bytes), aggregate);
  } catch (error) {
    throw new MillraceError('not_decodable', `A ${name} is truncated or of another aggregate: ${messageOf(error)}`, error);
  }
};

const read = <Acc>(from: ByteReader, aggregate: Aggregate<never, Acc, unknown>): WindowPart<Dims, Acc> => ({
  start: from.integer(),
  end: from.integer(),
  closesAt: from.integer(),
  dims: readDims(from),
  task: from.string(),
  revision: from.integer(),
  final: from.boolean(),
  provisional: from.boolean(),
  changed: from.boolean(),
  n: from.integer(),
  streamTime: from.integer() === 0 ? -Infinity : from.integer(),
  offsets: readRanges(from),
  acc: aggregate.read(new ByteReader(from.bytes())),
});
