import {
  localName,
  type EnumSchema,
  type FieldSchema,
  type FixedSchema,
  type NamedSchema,
  type RecordSchema,
  type Schema,
  type UnionSchema,
} from './schema.ts';

/** Why a reader's schema cannot read what a writer's schema writes: where, and what is wrong there. */
export interface Misfit {
  /** Field names, `items` and `values`, dotted; empty for the whole. */
  readonly path: string;
  readonly reason: string;
}

/** A misfit as the end of a sentence. */
export const misfitText = ({ path, reason }: Misfit): string => (path === '' ? reason : `at '${path}' ${reason}`);

/**
 * What keeps `reader` from reading data of `writer`, by the schema resolution rules of the Avro specification; empty when nothing does.
 *
 * As the specification says, names are compared without their namespace, and with it where the reader gives an alias. Every branch of a writer's union must be
 * readable, since any may come. Recursive schemas are compared as far as they differ. Logical types do not matter, but that two
 * decimals must agree in precision and scale.
 */
export const resolutionMisfits = (reader: Schema, writer: Schema): ReadonlyArray<Misfit> => {
  const refuted = new Pairs();
  for (;;) {
    const round: Round = { refuted, visited: new Pairs(), refutedBefore: refuted.size };
    const misfits = compare({ reader, writer, path: '' }, round);
    // Pairs that lead back to themselves are taken to fit until something refutes them: look again until nothing new is refuted.
    if (refuted.size === round.refutedBefore) return misfits;
  }
};

/** A set of pairs of record schemas. */
class Pairs {
  readonly #writers = new Map<RecordSchema, Set<RecordSchema>>();
  size = 0;

  has(reader: RecordSchema, writer: RecordSchema): boolean {
    return this.#writers.get(reader)?.has(writer) ?? false;
  }

  add(reader: RecordSchema, writer: RecordSchema): void {
    if (this.has(reader, writer)) return;
    const writers = this.#writers.get(reader) ?? new Set();
    this.#writers.set(reader, writers.add(writer));
    this.size += 1;
  }
}

interface Round {
  readonly refuted: Pairs;
  readonly visited: Pairs;
  readonly refutedBefore: number;
}

/** A reader's and a writer's schema at one place. */
interface Pair<R extends Schema = Schema, W extends Schema = Schema> {
  readonly reader: R;
  readonly writer: W;
  readonly path: string;
}

const misfit = (path: string, reason: string): ReadonlyArray<Misfit> => [{ path, reason }];

const below = (path: string, part: string): string => (path === '' ? part : `${path}.${part}`);

const labelOf = (schema: Schema): string => ('name' in schema ? `${schema.kind} ${schema.name}` : schema.kind);

const compare = ({ reader, writer, path }: Pair, round: Round): ReadonlyArray<Misfit> => {
  if (writer.kind === 'union') return writer.branches.flatMap((branch) => compare({ reader, writer: branch, path }, round));
  if (reader.kind === 'union') return compareBranches({ reader, writer, path }, round);
  if (reader.kind === 'array' && writer.kind === 'array') {
    return compare({ reader: reader.items, writer: writer.items, path: below(path, 'items') }, round);
  }
  if (reader.kind === 'map' && writer.kind === 'map') {
    return compare({ reader: reader.values, writer: writer.values, path: below(path, 'values') }, round);
  }
  return compareLeaves({ reader, writer, path }, round);
};

const compareBranches = ({ reader, writer, path }: Pair<UnionSchema>, round: Round): ReadonlyArray<Misfit> => {
  const attempts = reader.branches.map((branch) => compare({ reader: branch, writer, path }, round));
  if (attempts.some((misfits) => misfits.length === 0)) return [];
  const alike = attempts.find((_, index) => reader.branches[index]?.kind === writer.kind);
  return alike ?? misfit(path, `the reader's union has no branch for the writer's ${labelOf(writer)}`);
};

const compareLeaves = ({ reader, writer, path }: Pair, round: Round): ReadonlyArray<Misfit> => {
  if (isNamed(reader) && isNamed(writer) && reader.kind === writer.kind) return compareNamed({ reader, writer, path }, round);
  if (reader.kind === writer.kind) return compareDecimals({ reader, writer, path });
  if (promotions[writer.kind]?.includes(reader.kind) === true) return [];
  return misfit(path, `the reader's ${labelOf(reader)} cannot read the writer's ${labelOf(writer)}`);
};

/** What a reader's type may be, beside the writer's own. */
const promotions: Readonly<Partial<Record<Schema['kind'], ReadonlyArray<Schema['kind']>>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

const isNamed = (schema: Schema): schema is NamedSchema => schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed';

const compareNamed = ({ reader, writer, path }: Pair<NamedSchema, NamedSchema>, round: Round): ReadonlyArray<Misfit> => {
  if (localName(reader.name) !== localName(writer.name) && !reader.aliases.includes(writer.name)) {
    return misfit(path, `the reader's ${reader.name} has neither the name nor an alias of the writer's ${writer.name}`);
  }
  if (reader.kind === 'record') return writer.kind === 'record' ? compareRecords({ reader, writer, path }, round) : [];
  if (reader.kind === 'enum') return writer.kind === 'enum' ? compareEnums({ reader, writer, path }) : [];
  return writer.kind === 'fixed' ? compareFixed({ reader, writer, path }) : [];
};

const compareFixed = ({ reader, writer, path }: Pair<FixedSchema, FixedSchema>): ReadonlyArray<Misfit> => {
  if (reader.size === writer.size) return compareDecimals({ reader, writer, path });
  return misfit(path, `the reader's ${reader.name} has ${reader.size} bytes, the writer's ${writer.size}`);
};

const compareEnums = ({ reader, writer, path }: Pair<EnumSchema, EnumSchema>): ReadonlyArray<Misfit> => {
  const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
  if (missing.length === 0 || reader.default !== undefined) return [];
  return misfit(path, `the reader's ${reader.name} lacks ${missing.join(', ')} of the writer's, and has no default`);
};

const compareDecimals = ({ reader, writer, path }: Pair): ReadonlyArray<Misfit> => {
  const [mine, theirs] = [decimalOf(reader), decimalOf(writer)];
  if (mine === undefined || theirs === undefined || mine === theirs) return [];
  return misfit(path, `the reader's ${mine} is not the writer's ${theirs}`);
};

const decimalOf = (schema: Schema): string | undefined => {
  if (schema.kind === 'union' || schema.props.logicalType !== 'decimal') return undefined;
  const { precision, scale } = schema.props;
  return `decimal(${JSON.stringify(precision)}, ${JSON.stringify(scale ?? 0)})`;
};

const compareRecords = ({ reader, writer, path }: Pair<RecordSchema, RecordSchema>, round: Round): ReadonlyArray<Misfit> => {
  if (round.visited.has(reader, writer)) {
    return round.refuted.has(reader, writer) ? misfit(path, `${reader.name} does not fit, as said before`) : [];
  }
  round.visited.add(reader, writer);
  const misfits = reader.fields.flatMap((field) => compareField(field, { reader, writer, path: below(path, field.name) }, round));
  if (misfits.length > 0) round.refuted.add(reader, writer);
  return misfits;
};

const compareField = (field: FieldSchema, { writer, path }: Pair<RecordSchema, RecordSchema>, round: Round): ReadonlyArray<Misfit> => {
  const names = [field.name, ...field.aliases];
  const [source, other] = writer.fields.filter((candidate) => names.includes(candidate.name));
  if (other !== undefined) return misfit(path, `the writer's ${writer.name} has more than one of the fields ${names.join(', ')}`);
  if (source !== undefined) return compare({ reader: field.type, writer: source.type, path }, round);
  if (field.default !== undefined) return [];
  return misfit(path, `the writer's ${writer.name} does not have the field, and the reader gives it no default`);
};
