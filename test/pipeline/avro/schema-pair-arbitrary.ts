import fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

/** A writer's and a reader's form of one type, before names are given out: each name's number is found by walking both alike. */
export interface GeneratedPair {
  readonly writer: unknown;
  readonly reader: unknown;
}

/** How the two sides of a named type are called. */
type Naming = 'same' | 'renamed' | 'aliased' | 'other namespace';

type Shape =
  | { readonly kind: 'primitive'; readonly writer: string; readonly reader: string }
  | { readonly kind: 'array' | 'map'; readonly of: Shape }
  | {
      readonly kind: 'enum';
      readonly naming: Naming;
      readonly writer: ReadonlyArray<string>;
      readonly reader: ReadonlyArray<string>;
      readonly fallback: boolean;
    }
  | { readonly kind: 'fixed'; readonly naming: Naming; readonly writer: number; readonly reader: number }
  | { readonly kind: 'nullable'; readonly of: Shape; readonly writer: boolean; readonly reader: boolean }
  | { readonly kind: 'record'; readonly naming: Naming; readonly fields: ReadonlyArray<FieldShape>; readonly recursive: boolean };

interface FieldShape {
  readonly type: Shape;
  readonly sides: 'both' | 'writer' | 'reader';
  readonly hasDefault: boolean;
  readonly alias: boolean;
}

const primitives = ['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
const promoted = [
  ['int', 'long'],
  ['int', 'double'],
  ['long', 'float'],
  ['float', 'double'],
  ['string', 'bytes'],
  ['bytes', 'string'],
] as const;

const primitive: fc.Arbitrary<Shape> = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom(...primitives).map((name) => [name, name] as const) },
    { weight: 3, arbitrary: fc.constantFrom(...promoted) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...primitives), fc.constantFrom(...primitives)) },
  )
  .map(([writer, reader]) => ({ kind: 'primitive', writer, reader }));

const naming = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Naming>('same') },
  { weight: 1, arbitrary: fc.constantFrom<Naming>('renamed', 'aliased', 'other namespace') },
);
const symbols = fc.subarray(['A', 'B', 'C'], { minLength: 1 });
const mostly = (value: boolean): fc.Arbitrary<boolean> => fc.nat(7).map((n) => (n === 0 ? !value : value));

const { shape } = fc.letrec<{ shape: Shape; record: Shape; field: FieldShape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    fc.record({ kind: fc.constant('enum'), naming, writer: symbols, reader: symbols, fallback: fc.boolean() }),
    fc.record({ kind: fc.constant('fixed'), naming, writer: fc.constantFrom(2, 2, 2, 3), reader: fc.constant(2) }),
    fc.record({ kind: fc.constantFrom('array', 'map'), of: tie('shape') }),
    fc.record({ kind: fc.constant('nullable'), of: tie('shape'), writer: fc.boolean(), reader: mostly(true) }),
    tie('record'),
  ),
  record: fc.record({
    kind: fc.constant('record' as const),
    naming,
    fields: fc.array(tie('field'), { minLength: 1, maxLength: 4 }),
    recursive: fc.boolean(),
  }),
  field: fc.record({
    type: tie('shape'),
    sides: fc.constantFrom('both', 'both', 'both', 'writer', 'reader'),
    hasDefault: mostly(true),
    alias: mostly(false),
  }),
}));

type Side = 'writer' | 'reader';

/** Writes one side of a shape as a schema and gives out names. Both sides are walked in full, so that the numbers in them agree. */
class Rendering {
  readonly #side: Side;
  #count = 0;

  constructor(side: Side) {
    this.#side = side;
  }

  render(of: Shape): unknown {
    switch (of.kind) {
      case 'primitive':
        return of[this.#side];
      case 'record':
        return this.#record(of);
      case 'array':
        return { type: 'array', items: this.render(of.of) };
      case 'map':
        return { type: 'map', values: this.render(of.of) };
      case 'nullable':
        return this.#nullable(of);
      default:
        return this.#leaf(of);
    }
  }

  #leaf(of: Shape & { kind: 'enum' | 'fixed' }): Json {
    const name = this.#name(of.naming);
    if (of.kind === 'fixed') return { type: 'fixed', ...name, size: of[this.#side] };
    const fallback = of.fallback && this.#side === 'reader' ? { default: of.reader[0] } : {};
    return { type: 'enum', ...name, symbols: of[this.#side], ...fallback };
  }

  #name(naming: Naming): { readonly name: string } {
    const name = `T${this.#count++}`;
    if (this.#side === 'writer' || naming === 'same') return { name: `test.${name}` };
    if (naming === 'other namespace') return { name: `other.${name}` };
    return { name: `test.${name}New`, ...(naming === 'aliased' && { aliases: [`test.${name}`] }) };
  }

  #nullable(of: Shape & { kind: 'nullable' }): unknown {
    const inner = this.render(of.of);
    return of[this.#side] && !Array.isArray(inner) ? ['null', inner] : inner;
  }

  #record(of: Shape & { kind: 'record' }): Json {
    const head = this.#name(of.naming);
    const fields = of.fields.flatMap((field, index) => {
      const type = this.render(field.type);
      // The first is on both sides: arrays of empty records are not supported.
      return index === 0 || field.sides === 'both' || field.sides === this.#side ? [this.#field(field, `f${index}`, type)] : [];
    });
    const self = of.recursive ? [{ name: 'self', type: ['null', head.name] }] : [];
    return { type: 'record', ...head, fields: [...fields, ...self] };
  }

  #field(field: FieldShape, name: string, type: unknown): Json {
    if (this.#side === 'writer') return { name, type };
    const renaming = field.alias ? { name: `${name}New`, aliases: [name] } : { name };
    return { ...renaming, type, ...(field.hasDefault && { default: defaultOf(type) }) };
  }
}

const plain: Json = { boolean: false, int: 0, long: 0, float: 0, double: 0, bytes: '', string: '' };

/** A default that fits a schema; a name in a record with itself inside is never asked for, since it stands behind null. */
const defaultOf = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return null;
  if (typeof schema === 'string') return plain[schema];
  const {
    type,
    symbols: letters,
    size,
    fields,
  } = schema as { type: string; symbols: string[]; size: number; fields: { name: string; type: unknown }[] };
  if (type === 'array') return [];
  if (type === 'map') return {};
  if (type === 'enum') return letters[0];
  if (type === 'fixed') return '\u0000'.repeat(size);
  return Object.fromEntries(fields.map((field) => [field.name, defaultOf(field.type)]));
};

/** Records that are mostly a version of each other: fields come and go, types are promoted or changed, names too. */
export const schemaPair: fc.Arbitrary<GeneratedPair> = shape
  .map((of): Shape => ({
    kind: 'record',
    naming: 'same',
    recursive: false,
    fields: [{ type: of, sides: 'both', hasDefault: false, alias: false }],
  }))
  .map((of) => ({ writer: new Rendering('writer').render(of), reader: new Rendering('reader').render(of) }));
