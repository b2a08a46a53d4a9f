import {
  type ArraySchema,
  logicalTypeOf,
  type MapSchema,
  type PrimitiveName,
  type PrimitiveSchema,
  type RecordSchema,
  type Schema,
  type UnionSchema,
} from '../../avro/schema.ts';
import type { Draw } from '../draw.ts';

/** How values are made up. */
export interface Making {
  readonly draw: Draw;
  /** What stands at a path whatever the schema would allow, e.g. the event time, given the schema that is there. */
  at(path: string, schema: Schema): unknown;
  /** The event time of the record, ms: what its other timestamps say, too. */
  readonly time: number;
}

type Compound = ArraySchema | MapSchema | RecordSchema | UnionSchema;

const deepest = 6;

const uuid = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** How many of a unit a millisecond has, by the end of a logical type's name. */
const units: Readonly<Record<string, number>> = { millis: 1, micros: 1_000, nanos: 1_000_000 };

/** What a schema is when its value is not null. */
const present = (schema: Schema): Schema =>
  schema.kind === 'union' ? (schema.branches.find(({ kind }) => kind !== 'null') ?? schema) : schema;

/** A time in the unit of a timestamp's schema, nullable or not; undefined if the schema is none. */
export const timeUnder = (given: Schema, ms: number): number | undefined => {
  const schema = present(given);
  const [, unit = ''] = /^(?:local-)?timestamp-(\w+)$/.exec(logicalTypeOf(schema) ?? '') ?? [];
  const perMs = units[unit];
  return perMs === undefined ? undefined : Math.floor(ms * perMs);
};

const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'] as const;

const primitives: Readonly<Record<PrimitiveName, (draw: Draw) => unknown>> = {
  null: () => null,
  boolean: (draw) => draw.chance(0.5),
  int: (draw) => draw.whole(0, 20),
  long: (draw) => draw.whole(0, 20),
  float: (draw) => draw.whole(0, 64) / 4,
  double: (draw) => draw.whole(0, 64) / 4,
  bytes: (draw) => Buffer.from([draw.whole(0, 255), draw.whole(0, 255)]),
  string: (draw) => draw.pick(words),
};

const primitive = (schema: PrimitiveSchema, { draw, time }: Making): unknown => {
  const logical = logicalTypeOf(schema);
  if (logical === 'uuid') return uuid(draw.whole(0, 1_000_000));
  return timeUnder(schema, time) ?? primitives[schema.kind](draw);
};

/** A key that one of a few names stands for: the same number under the same type gives the same. */
export const keyUnder = (given: Schema, number: number, place: number): unknown => {
  const schema = present(given);
  if (schema.kind === 'enum') return schema.symbols[number % schema.symbols.length];
  if (schema.kind === 'boolean') return number % 2 === 0;
  if (schema.kind === 'string') return logicalTypeOf(schema) === 'uuid' ? uuid(number) : `key-${place}-${number}`;
  return number;
};

const nothing: Schema = { kind: 'null', props: {} };

/** One of the branches; too deep, null if that is one. */
const branchOf = ({ branches }: UnionSchema, draw: Draw, isDeep: boolean): Schema => {
  const ends = branches.filter(({ kind }) => kind === 'null');
  const choice = isDeep && ends.length > 0 ? ends : branches;
  return choice[draw.whole(0, choice.length - 1)] ?? nothing;
};

/** What holds values of other schemas. Lists and maps are short, and empty where what leads back to itself has to end. */
const compound = (schema: Compound, making: Making, path: ReadonlyArray<string>): unknown => {
  const { draw } = making;
  const isDeep = path.length > deepest;
  const count = isDeep || schema.kind === 'record' || schema.kind === 'union' ? 0 : draw.whole(0, 2);
  switch (schema.kind) {
    case 'array':
      return Array.from({ length: count }, () => avroValue(schema.items, making, [...path, '[]']));
    case 'map':
      return Object.fromEntries(words.slice(0, count).map((word) => [word, avroValue(schema.values, making, [...path, '{}'])]));
    case 'union':
      return avroValue(branchOf(schema, draw, isDeep), making, path);
    case 'record':
      return Object.fromEntries(schema.fields.map(({ name, type }) => [name, avroValue(type, making, [...path, name])]));
  }
};

const isCompound = (schema: Schema): schema is Compound => ['array', 'map', 'union', 'record'].includes(schema.kind);

/** A value that fits a schema. Texts and numbers are few, so that values meet again. */
export const avroValue = (schema: Schema, making: Making, path: ReadonlyArray<string> = []): unknown => {
  const given = path.length === 0 ? undefined : making.at(path.join('.'), schema);
  if (given !== undefined) return given;
  if (isCompound(schema)) return compound(schema, making, path);
  if (schema.kind === 'enum') return schema.symbols[making.draw.whole(0, schema.symbols.length - 1)];
  return schema.kind === 'fixed' ? Buffer.alloc(schema.size, making.draw.whole(0, 255)) : primitive(schema, making);
};
