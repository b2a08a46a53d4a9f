import type { Type } from 'avsc';
import { MillraceError, messageOf } from '../core/errors.ts';
import type { Wire, WireDecoder } from '../core/ports/wire.ts';
import type { RecordType } from '../core/record-type.ts';
import { decodeFrom, encodeBehind, type Reading } from './codec.ts';
import { compiledOf, hasOwnCodec, type Compiled } from './record-type.ts';
import type { RegistryClient } from './registry-client.ts';
import { misfitText, resolutionMisfits } from './resolution-misfits.ts';
import { writerSchemas, type WriterSchema, type WriterSchemas } from './writer-schemas.ts';

const headerSize = 5;

/**
 * Confluent's wire format over a schema registry: a zero byte, the schema id as four bytes big-endian, the body.
 *
 * An encoder registers its type as `<topic>-value`. What is registered already is only looked up, so that a process without the right to
 * write can run. A new subject is set to FULL_TRANSITIVE beforehand; a level that somebody has set for it stays.
 * A decoder resolves each writer's schema once, by Avro's rules, names compared without their namespace; then it is synchronous.
 *
 * @example const wire = createWire(httpRegistry({ url: 'http://localhost:8081' }));
 */
export const createWire = (registry: RegistryClient): Wire => {
  const writers = writerSchemas(registry);
  return {
    encoder: async (topic, type) => {
      const id = await idOf(registry, `${topic}-value`, type);
      const wrote = (bytes: Buffer): boolean => bytes.length >= headerSize && bytes[0] === 0 && bytes.readInt32BE(1) === id;
      return Object.assign(bodyEncoder(headerOf(id), type), { wrote });
    },
    decoder: (type) => createDecoder(type, writers),
  };
};

const bodyEncoder = <T>(header: Buffer, type: RecordType<T>): ((value: T) => Buffer) => {
  if (hasOwnCodec(type)) return (value) => Buffer.concat([header, type.encode(value)]);
  const avsc = compiledOf(type).type;
  return (value) => encodeBehind(header, avsc, value);
};

const headerOf = (id: number): Buffer => {
  const header = Buffer.alloc(headerSize);
  header.writeInt32BE(id, 1);
  return header;
};

const idOf = async (registry: RegistryClient, subject: string, { schema }: RecordType<unknown>): Promise<number> => {
  const known = await registry.lookup(subject, schema);
  if (known !== undefined) return known;
  if ((await registry.compatibility(subject)) === undefined) await registry.setCompatibility(subject, 'FULL_TRANSITIVE');
  return registered(registry, subject, schema);
};

/** Registers a schema. To the second of two who make a subject at once some registries say that it exists, in the words of a refusal. */
const registered = async (registry: RegistryClient, subject: string, schema: string): Promise<number> => {
  try {
    return await registry.register(subject, schema);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'incompatible_schema') throw error;
    return (await registry.lookup(subject, schema)) ?? registry.register(subject, schema);
  }
};

/** How to read what was written under an id, or why it cannot be read. */
type Answer = Reading | MillraceError;

const createDecoder = <T>(type: RecordType<T>, writers: WriterSchemas): WireDecoder<T> => {
  const reader = compiledOf(type);
  const answers = new Map<number, Answer>();
  const read = hasOwnCodec(type)
    ? (bytes: Buffer, reading: Reading): T => decodeOwn(type, bytes, reading)
    : (bytes: Buffer, reading: Reading): T => decodeFrom(bytes, reader.type, reading) as T;
  return {
    unknownId: (bytes) => {
      if (bytes.length < headerSize || bytes[0] !== 0) return undefined;
      const id = bytes.readInt32BE(1);
      return answers.has(id) || writers.isAbsent(id) ? undefined : id;
    },
    learn: async (id) => {
      const writer = await writers.get(id);
      if (writer !== undefined) answers.set(id, answerFor(id, writer, reader));
    },
    decode: (bytes) => read(bytes, readingOf(bytes, answers, type.name)),
  };
};

/** A type with a codec of its own reads the bodies of its own schema; what another version wrote is first rewritten under it. */
const decodeOwn = <T>(type: RecordType<T>, bytes: Buffer, reading: Reading): T => {
  if (reading.resolver === undefined) return type.decode(bytes.subarray(headerSize));
  const reader = compiledOf(type).type;
  return type.decode(reader.toBuffer(decodeFrom(bytes, reader, reading)));
};

const readingOf = (bytes: Buffer, answers: ReadonlyMap<number, Answer>, name: string): Reading => {
  if (bytes[0] !== 0) throw badMagic(bytes, name);
  if (bytes.length < headerSize) throw new MillraceError('not_decodable', `${name}: ${bytes.length} bytes are too few for a header.`);
  const answer = answers.get(bytes.readInt32BE(1));
  if (answer === undefined) throw unknownId(bytes.readInt32BE(1), name);
  if (answer instanceof MillraceError) throw answer;
  return answer;
};

const badMagic = (bytes: Buffer, name: string): MillraceError => {
  const found = bytes.length === 0 ? 'there are no bytes' : `the first byte is ${bytes[0]}`;
  return new MillraceError('bad_magic', `${name}: ${found} where the wire format's zero belongs.`);
};

const unknownId = (id: number, name: string): MillraceError =>
  new MillraceError('unknown_schema_id', `${name}: the schema registry does not know the id ${id}.`);

const answerFor = (id: number, writer: WriterSchema, reader: Compiled): Answer => {
  const name = nameOf(reader.type);
  if ('unusable' in writer) return unreadable(id, name, writer.unusable);
  const [misfit] = resolutionMisfits(reader.schema, writer.schema);
  const what = `(${nameOf(writer.type)}) does not resolve to it`;
  if (misfit !== undefined) return unreadable(id, name, `${what}: ${misfitText(misfit)}`);
  if (reader.type.equals(writer.type)) return { start: headerSize, resolver: undefined };
  try {
    return { start: headerSize, resolver: reader.type.createResolver(writer.type, { ignoreNamespaces: true }) };
  } catch (error) {
    return unreadable(id, name, `${what}: ${messageOf(error)}`);
  }
};

const nameOf = (type: Type): string => type.name ?? type.typeName;

const unreadable = (id: number, reader: string, reason: string): MillraceError =>
  new MillraceError('not_decodable', `${reader}: the writer's schema, id ${id}, ${reason}.`);
