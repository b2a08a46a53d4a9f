import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { generateTypes, type GenerateOptions } from '../../../pipeline/avro/generate-types.ts';
import type { RecordType } from '../../../pipeline/core/record-type.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const click = {
  type: 'record',
  name: 'Click',
  namespace: 'shop.v1',
  doc: "A customer's click.",
  fields: [
    { name: 'id', type: { type: 'string', logicalType: 'uuid' }, doc: 'Which.' },
    {
      name: 'at',
      type: { type: 'long', logicalType: 'timestamp-micros' },
      doc: 'When. Ends */ no comment, even in a sentence that is too long for one line of the file that is made of it.',
    },
    { name: 'item', type: ['null', 'Item'], default: null },
    { name: 'device', type: { type: 'enum', name: 'Device', symbols: ['UNKNOWN', 'PHONE'], default: 'UNKNOWN', doc: 'With what.' } },
    { name: 'scores', type: { type: 'map', values: { type: 'array', items: ['null', 'double'] } }, default: {} },
    { name: 'raw', type: 'bytes' },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 2 } },
    { name: 'before', type: ['null', 'Click'], default: null },
  ],
};
const item = {
  type: 'record',
  name: 'shop.v1.Item',
  fields: [
    { name: 'sku', type: 'string' },
    { name: 'seen_on', type: 'Device', default: 'UNKNOWN' },
    { name: 'size', type: { type: 'record', name: 'Size', doc: 'In mm.', fields: [{ name: 'width', type: 'int' }] } },
  ],
};
const colour = {
  type: 'enum',
  name: 'shop.v1.Colour',
  symbols: Array.from({ length: 20 }, (_, n) => `COLOUR_NUMBER_${n}`),
};

describe('generateTypes', () => {
  let folder: string;
  let options: GenerateOptions;

  const schema = (file: string, content: unknown): void =>
    writeFileSync(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  const generated = (file: string): string => readFileSync(path.join(options.out, file), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'millrace-types-'));
    const module = (file: string): string => pathToFileURL(path.join(root, file)).href;
    const imports = { recordType: module('pipeline/avro/record-type.ts'), RecordType: module('pipeline/core/record-type.ts') };
    options = { schemas: folder, out: path.join(folder, 'generated'), imports, check: false };
    schema('click.avsc', click);
    schema('item.avsc', item);
    schema('colour.avsc', colour);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes an interface with the docs and the units of a record', () => {
    generateTypes(options);
    const text = generated('click.ts');
    assert.match(text, /\/\*\* A customer's click\. \*\/\nexport interface Click \{/);
    assert.match(text, / {2}\/\*\* Which\. A UUID\. \*\/\n {2}readonly id: string;/);
    assert.match(text, / {2}\/\*\*\n( {3}\* .*\n){2} {3}\*\/\n {2}readonly at: number;/);
    assert.match(text, /Ends \*\\\/ no comment/);
    assert.match(text, /Microseconds since the\s+(\* )?epoch, UTC\./);
  });

  it('writes each type as TypeScript has it', () => {
    generateTypes(options);
    const fields = [...generated('click.ts').matchAll(/readonly (\w+): (.*);/g)].map(([, name, type]) => [name, type]);
    assert.deepEqual(fields, [
      ['id', 'string'],
      ['at', 'number'],
      ['item', 'Item | null'],
      ['device', 'Device'],
      ['scores', 'Readonly<Record<string, ReadonlyArray<number | null>>>'],
      ['raw', 'Buffer'],
      ['digest', 'Digest'],
      ['before', 'Click | null'],
    ]);
    assert.match(generated('click.ts'), /\/\*\* With what\. \*\/\nexport type Device = 'UNKNOWN' \| 'PHONE';/);
    assert.match(generated('click.ts'), /export type Digest = Buffer;/);
  });

  it('defines a type once, where its schema is, and imports it elsewhere', () => {
    generateTypes(options);
    assert.match(generated('click.ts'), /import type \{ Item \} from '\.\/item\.ts';/);
    assert.match(generated('item.ts'), /import type \{ Device \} from '\.\/click\.ts';/);
    assert.match(generated('item.ts'), /\/\*\* In mm\. \*\/\nexport interface Size \{/);
    assert.doesNotMatch(generated('item.ts'), /Device =/);
  });

  it('binds the record to its schema with all references built in', async () => {
    generateTypes(options);
    const { click: clicks } = (await import(pathToFileURL(path.join(options.out, 'click.ts')).href)) as { click: RecordType<unknown> };
    const pen = { sku: 'pen', seen_on: 'PHONE', size: { width: 9 } };
    const value = {
      id: 'x',
      at: 5,
      item: pen,
      device: 'PHONE',
      scores: { a: [1, null] },
      raw: Buffer.from('r'),
      digest: Buffer.from('di'),
      before: null,
    };
    assert.deepStrictEqual(clicks.decode(clicks.encode(value)), value);
    assert.equal(clicks.name, 'shop.v1.Click');
    assert.equal(clicks.timeAt('at')(value), 0);
  });

  it('writes what the formatter would', async () => {
    generateTypes(options);
    const style = { ...(await prettier.resolveConfig(path.join(root, 'package.json'))), parser: 'typescript' };
    for (const file of readdirSync(options.out)) assert.ok(await prettier.check(generated(file), style), generated(file));
  });

  it('writes only what is not current, and says what that was', () => {
    assert.deepEqual(generateTypes(options), ['click.ts', 'colour.ts', 'item.ts']);
    assert.deepEqual(generateTypes(options), []);
    schema('item.avsc', { ...item, doc: 'A thing.' });
    assert.deepEqual(generateTypes({ ...options, check: true }), ['click.ts', 'item.ts']);
    assert.doesNotMatch(generated('item.ts'), /A thing/);
    assert.deepEqual(generateTypes(options), ['click.ts', 'item.ts']);
    assert.match(generated('item.ts'), /\/\*\* A thing\. \*\//);
  });

  it('removes what no schema stands behind any more', () => {
    generateTypes(options);
    rmSync(path.join(folder, 'colour.avsc'));
    assert.deepEqual(generateTypes(options), ['colour.ts']);
    assert.deepEqual(readdirSync(options.out), ['click.ts', 'item.ts']);
  });

  describe('refuses', () => {
    const refuses = (says: RegExp): void => assert.throws(() => generateTypes(options), { code: 'bad_schema', message: says });

    it('a file that is no JSON', () => {
      schema('broken.avsc', '{');
      refuses(/broken\.avsc must hold JSON/);
    });

    it('a file without a named type', () => {
      schema('list.avsc', { type: 'array', items: 'int' });
      refuses(/list\.avsc must define a record, an enum or a fixed, not a type array/);
    });

    it('a type that is defined in two files', () => {
      schema('twice.avsc', { ...colour });
      refuses(/at twice\.avsc: 'shop\.v1\.Colour' is defined twice/);
    });

    it('two types that TypeScript could not tell apart', () => {
      schema('other.avsc', { ...colour, name: 'shop.v2.Colour' });
      refuses(/other\.avsc and colour\.avsc both define a type Colour/);
    });

    it('a reference to nowhere, naming file and field', () => {
      schema('lost.avsc', { type: 'record', name: 'shop.v1.Lost', fields: [{ name: 'what', type: 'Missing' }] });
      refuses(/at lost\.avsc\/what: 'Missing' is not defined/);
    });
  });
});

describe('scripts/generate-types.ts', () => {
  const run = (...options: ReadonlyArray<string>): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ['--import', 'ts-blank-space/register', 'scripts/generate-types.ts', ...options], {
      cwd: root,
      encoding: 'utf8',
    });

  it('finds the generated types current', () => {
    const { status, stdout } = run('--check');
    assert.equal(status, 0, String(stdout));
  });

  it('explains its options', () => {
    const { status, stderr } = run('--write');
    assert.equal(status, 2);
    assert.match(String(stderr), /Usage: .*\[--check\]/);
  });
});
