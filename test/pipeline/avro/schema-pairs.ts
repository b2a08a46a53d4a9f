/** Whether data of a writer's schema can be read with a reader's, by the Avro specification, and who judges otherwise and why. */
export interface SchemaPair {
  readonly title: string;
  readonly writer: unknown;
  readonly reader: unknown;
  readonly readable: boolean;
  /** What the message says when it is not readable. */
  readonly says?: RegExp;
  /** Why avsc judges otherwise. */
  readonly avscDiffers?: string;
  /** Why Apicurio judges otherwise. */
  readonly apicurioDiffers?: string;
}

type Field = Readonly<Record<string, unknown>>;

const record = (fields: ReadonlyArray<Field>, more: Field = {}): Field => ({ type: 'record', name: 'test.R', fields, ...more });
const holding = (type: unknown): Field => record([{ name: 'f', type }]);

/** A pair of records with one field of the given types; `true` when it is readable, else perhaps more on why not. */
const types = (writer: unknown, reader: unknown, verdict: boolean | Partial<SchemaPair>): SchemaPair => ({
  title: `${JSON.stringify(writer)} as ${JSON.stringify(reader)}`,
  writer: holding(writer),
  reader: holding(reader),
  readable: verdict === true,
  ...(verdict === true ? {} : { says: /at 'f/ }),
  ...(typeof verdict === 'object' ? verdict : {}),
});

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const promotions = new Set([
  'int long',
  'int float',
  'int double',
  'long float',
  'long double',
  'float double',
  'bytes string',
  'string bytes',
]);

const primitivePairs = primitives.flatMap((writer) =>
  primitives.map((reader) => types(writer, reader, writer === reader || promotions.has(`${writer} ${reader}`))),
);

const list = (items: unknown): Field => ({ type: 'array', items });
const map = (values: unknown): Field => ({ type: 'map', values });
const letters = (symbols: ReadonlyArray<string>, more: Field = {}): Field => ({ type: 'enum', name: 'test.E', symbols, ...more });
const fixed = (size: number, name = 'test.F'): Field => ({ type: 'fixed', name, size });
const decimal = (precision: number, scale: number): Field => ({ type: 'bytes', logicalType: 'decimal', precision, scale });

const containerPairs = [
  types(list('int'), list('long'), true),
  types(list('long'), list('int'), { says: /at 'f\.items'/ }),
  types(map('float'), map('double'), true),
  types(map('string'), map('boolean'), { says: /at 'f\.values'/ }),
  types(list('int'), map('int'), false),
  types(map(list('int')), map(list('double')), true),
  types(map(list('string')), map(list('int')), { says: /at 'f\.values\.items'/ }),
];

const enumPairs = [
  types(letters(['A', 'B']), letters(['A', 'B', 'C']), true),
  types(letters(['A', 'B']), letters(['B', 'A']), true),
  types(letters(['A', 'B', 'C']), letters(['A', 'B']), { says: /lacks C/ }),
  types(letters(['A', 'B', 'C']), letters(['A', 'UNKNOWN'], { default: 'UNKNOWN' }), true),
  types(letters(['A', 'B', 'C'], { default: 'A' }), letters(['A', 'B']), { says: /lacks C/ }),
  types(letters(['A'], { name: 'other.E' }), letters(['A']), true),
  types(letters(['A'], { name: 'test.X' }), letters(['A']), { says: /neither the name nor an alias/ }),
  types(letters(['A'], { name: 'test.X' }), letters(['A'], { aliases: ['X'] }), true),
  types(letters(['A'], { name: 'test.X' }), letters(['A'], { aliases: ['test.X'] }), true),
  types(letters(['A']), 'string', false),
  types('string', letters(['A']), false),
];

const fixedPairs = [
  types(fixed(4), fixed(4), true),
  types(fixed(4), fixed(8), { says: /8 bytes, the writer's 4/ }),
  types(fixed(4, 'other.F'), fixed(4), true),
  types(fixed(4, 'test.G'), fixed(4), false),
  types(fixed(4, 'test.G'), { ...fixed(4), aliases: ['G'] }, true),
  types(fixed(4), 'bytes', false),
  types('bytes', fixed(4), false),
];

const unionPairs = [
  types('int', ['null', 'int'], true),
  types('int', ['null', 'long'], true),
  types('int', ['null', 'string'], { says: /no branch for the writer's int/ }),
  types(['null', 'int'], 'int', { says: /reader's int cannot read the writer's null/ }),
  types(['int'], 'int', true),
  types(['int', 'long'], 'long', true),
  types(['null', 'int'], ['int', 'null'], true),
  types(['null', 'int'], ['null', 'int', 'string'], true),
  types(['null', 'int', 'string'], ['null', 'int'], { says: /no branch for the writer's string/ }),
  types(['null', 'int'], ['null', 'double'], true),
  types(['null', letters(['A', 'B'])], ['null', letters(['A'])], { says: /lacks B/ }),
  types(['null', letters(['A', 'B'])], ['null', letters(['A'], { default: 'A' })], true),
  types(['null', list('int')], ['null', list('string')], { says: /at 'f\.items'/ }),
  types(['null', 'string'], ['null', 'bytes'], true),
  types(list(['null', 'int']), list(['null', 'long']), true),
];

const blindToLogical = {
  avscDiffers: 'it looks at logical types only where one is bound to a class',
  apicurioDiffers: "Avro's Java checker, which it uses, does not look at logical types",
};

const logicalPairs = [
  types({ type: 'long', logicalType: 'timestamp-micros' }, 'long', true),
  types('string', { type: 'string', logicalType: 'uuid' }, true),
  types({ type: 'long', logicalType: 'timestamp-millis' }, { type: 'long', logicalType: 'timestamp-micros' }, true),
  types(decimal(8, 2), decimal(8, 2), true),
  types(decimal(8, 2), decimal(10, 2), { says: /decimal\(10, 2\) is not the writer's decimal\(8, 2\)/, ...blindToLogical }),
  types(decimal(8, 2), decimal(8, 3), blindToLogical),
  types(decimal(8, 2), 'bytes', true),
];

const fields =
  (title: string) =>
  (writer: Field, reader: Field, more: Omit<SchemaPair, 'title' | 'writer' | 'reader'>): SchemaPair => ({ title, writer, reader, ...more });

const a = { name: 'a', type: 'int' };
const b = { name: 'b', type: 'string' };
const bWithDefault = { ...b, default: '' };

const fieldPairs = [
  fields('a field that the reader lacks')(record([a, b]), record([a]), { readable: true }),
  fields('a new field with a default')(record([a]), record([a, bWithDefault]), { readable: true }),
  fields('a new field without a default')(record([a]), record([a, b]), { readable: false, says: /at 'b'.*gives it no default/ }),
  fields('a new nullable field with null as default')(record([a]), record([a, { name: 'b', type: ['null', 'string'], default: null }]), {
    readable: true,
  }),
  fields('a new nullable field without a default')(record([a]), record([a, { name: 'b', type: ['null', 'string'] }]), { readable: false }),
  fields('fields in another order')(record([a, b]), record([b, a]), { readable: true }),
  fields('a renamed field')(record([a]), record([{ name: 'z', type: 'int' }]), { readable: false }),
  fields('a renamed field with its old name as alias')(record([a]), record([{ name: 'z', type: 'int', aliases: ['a'] }]), {
    readable: true,
  }),
  fields('an alias of a field of another type')(record([a]), record([{ name: 'z', type: 'string', aliases: ['a'] }]), { readable: false }),
  fields('a field whose name and alias are both written')(record([a, b]), record([{ ...a, aliases: ['b'] }]), {
    readable: false,
    says: /more than one of the fields a, b/,
  }),
  fields('an alias on the writer only')(record([{ ...a, aliases: ['z'] }]), record([{ name: 'z', type: 'int' }]), { readable: false }),
  fields('no fields in common, all with defaults')(record([a]), record([bWithDefault]), { readable: true }),
  fields('only the doc differs')(record([a]), record([{ ...a, doc: 'A number.' }], { doc: 'A record.' }), { readable: true }),
  fields('another default')(record([{ ...a, default: 1 }]), record([{ ...a, default: 2 }]), { readable: true }),
];

const namePairs = [
  fields('the same record in another namespace')(record([a], { name: 'other.R' }), record([a]), { readable: true }),
  fields('a record of another name')(record([a], { name: 'test.Q' }), record([a]), {
    readable: false,
    says: /neither the name nor an alias/,
  }),
  fields('a renamed record with its old name as alias')(record([a], { name: 'test.Q' }), record([a], { aliases: ['test.Q'] }), {
    readable: true,
  }),
  fields('a record and a map')(holding(map('int')), holding(record([a], { name: 'test.M' })), { readable: false }),
];

const inner = (more: ReadonlyArray<Field>, name = 'test.I'): Field => record(more, { name });

const nestedPairs = [
  fields('a new field with a default in a nested record')(holding(inner([a])), holding(inner([a, bWithDefault])), { readable: true }),
  fields('a new field without a default in a nested record')(holding(inner([a])), holding(inner([a, b])), {
    readable: false,
    says: /at 'f\.b'/,
  }),
  fields('a nested record of another name')(holding(inner([a])), holding(inner([a], 'test.J')), { readable: false }),
  fields('a nullable nested record that is changed well')(holding(['null', inner([a, b])]), holding(['null', inner([a])]), {
    readable: true,
  }),
  fields('a nullable nested record that is changed badly')(holding(['null', inner([a])]), holding(['null', inner([a, b])]), {
    readable: false,
    says: /at 'f\.b'/,
  }),
  fields('a list of records')(holding(list(inner([a]))), holding(list(inner([{ name: 'a', type: 'long' }]))), { readable: true }),
  fields('a type used twice, changed badly')(
    record([
      { name: 'f', type: inner([a]) },
      { name: 'g', type: 'test.I' },
    ]),
    record([
      { name: 'f', type: inner([a, b]) },
      { name: 'g', type: 'test.I' },
    ]),
    { readable: false, says: /at 'f\.b'/ },
  ),
];

const b2 = { type: 'record', name: 'test.B2', aliases: ['test.B'], fields: [a] };
const inB = (more: ReadonlyArray<Field>): Field => ({ type: 'record', name: 'test.B', fields: more });
const inA = (more: ReadonlyArray<Field>): Field => ({
  type: 'record',
  name: 'test.A',
  fields: [{ name: 'other', type: inB([{ name: 'back', type: ['null', 'test.A'] }]) }, ...more],
});
const a2 = { type: 'record', name: 'test.A2', aliases: ['test.A'], fields: [{ name: 'x', type: 'int', default: 0 }] };

const firstVerdictStays = 'a resolver that fails inside a union is found again by name, and taken to work';
const tooSoon = "Avro's Java checker keeps a verdict that it found while a type around it was only taken to fit";

const absorbedPairs = [
  fields('a type that does not fit where a union has another way, used again where there is none')(
    record([
      { name: 'f', type: inB([a]) },
      { name: 'g', type: 'test.B' },
    ]),
    record([
      { name: 'f', type: [inB([b]), b2] },
      { name: 'g', type: 'test.B' },
    ]),
    { readable: false, says: /at 'g' test\.B does not fit, as said before/, avscDiffers: firstVerdictStays },
  ),
  fields('a type that fits only as long as one that leads back to it seems to')(
    record([
      { name: 'f', type: inA([a]) },
      { name: 'g', type: 'test.B' },
    ]),
    record([
      { name: 'f', type: [inA([b]), a2] },
      { name: 'g', type: 'test.B' },
    ]),
    { readable: false, says: /at 'g' test\.B does not fit, as said before/, avscDiffers: firstVerdictStays, apicurioDiffers: tooSoon },
  ),
];

const tree = (value: unknown, more: ReadonlyArray<Field> = []): Field =>
  record([{ name: 'v', type: value }, { name: 'left', type: ['null', 'test.R'] }, { name: 'right', type: ['null', 'test.R'] }, ...more]);

const recursivePairs = [
  fields('a tree and itself')(tree('int'), tree('int'), { readable: true }),
  fields('a tree whose values are promoted')(tree('int'), tree('long'), { readable: true }),
  fields('a tree whose values do not fit')(tree('string'), tree('int'), { readable: false, says: /at 'v'/ }),
  fields('a tree with a new field with a default')(tree('int'), tree('int', [bWithDefault]), { readable: true }),
  fields('a tree with a new field without a default')(tree('int'), tree('int', [b]), { readable: false, says: /at 'b'/ }),
  fields('records that hold each other, the second changed badly')(
    record([{ name: 'other', type: ['null', inner([{ name: 'back', type: ['null', 'test.R'] }, a])] }]),
    record([
      {
        name: 'other',
        type: [
          'null',
          inner([
            { name: 'back', type: ['null', 'test.R'] },
            { name: 'a', type: 'boolean' },
          ]),
        ],
      },
    ]),
    { readable: false, says: /at 'other\.a'/ },
  ),
];

/** Pairs of schemas with the verdict of the Avro specification on each. */
export const schemaPairs: ReadonlyArray<SchemaPair> = [
  ...primitivePairs,
  ...containerPairs,
  ...enumPairs,
  ...fixedPairs,
  ...unionPairs,
  ...logicalPairs,
  ...fieldPairs,
  ...namePairs,
  ...nestedPairs,
  ...absorbedPairs,
  ...recursivePairs,
];
