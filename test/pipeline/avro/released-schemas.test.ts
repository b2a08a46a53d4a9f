import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseProblems, releasedSchemas, releaseSchemas } from '../../../pipeline/avro/released-schemas.ts';

type Field = Readonly<Record<string, unknown>>;

const timed = (logicalType: string): Field => ({ name: 'at', type: { type: 'long', logicalType } });
const note = { name: 'note', type: ['null', 'string'], default: null };
const item = { name: 'item', type: 'shop.Item' };

describe('released schemas', () => {
  let schemas: string;
  let released: string;

  const write = (file: string, name: string, ...fields: ReadonlyArray<Field>): void =>
    writeFileSync(path.join(schemas, file), JSON.stringify({ type: 'record', name, namespace: 'shop', fields }));
  const problems = (): ReadonlyArray<string> => releaseProblems(schemas, released);

  beforeEach(() => {
    schemas = mkdtempSync(path.join(tmpdir(), 'millrace-released-'));
    released = path.join(schemas, 'released');
    write('item.avsc', 'Item', { name: 'sku', type: 'string' });
    write('visit.avsc', 'Visit', timed('timestamp-micros'), item);
  });

  afterEach(() => rmSync(schemas, { recursive: true }));

  it('are numbered, and only what changed becomes a new version', () => {
    assert.deepEqual(releaseSchemas(schemas, released), ['item/1', 'visit/1']);
    assert.deepEqual(releaseSchemas(schemas, released), []);
    write('visit.avsc', 'Visit', timed('timestamp-micros'), item, note);
    assert.deepEqual(releaseSchemas(schemas, released), ['visit/2']);
    assert.deepEqual(
      releasedSchemas(released).map(({ name, versions }) => [name, versions.map(({ version }) => version)]),
      [
        ['item', [1]],
        ['visit', [1, 2]],
      ],
    );
  });

  it('stand for themselves', () => {
    releaseSchemas(schemas, released);
    assert.match(readFileSync(path.join(released, 'visit/1.avsc'), 'utf8'), /"name": "shop\.Item",\s+"fields"/);
  });

  it('let a schema grow by fields with defaults', () => {
    releaseSchemas(schemas, released);
    write('visit.avsc', 'Visit', note, timed('timestamp-micros'), item);
    assert.deepEqual(problems(), []);
  });

  it('hold a schema to every one of its versions, through what it refers to', () => {
    releaseSchemas(schemas, released);
    write('visit.avsc', 'Visit', timed('timestamp-micros'), item, note);
    releaseSchemas(schemas, released);
    write('item.avsc', 'Item', { name: 'sku', type: 'string' }, { name: 'size', type: 'int' });
    assert.deepEqual(
      problems().map((problem) => problem.replace(/ the writer's.*/, '')),
      [
        "item.avsc: the new schema cannot read version 1: at 'size'",
        "visit.avsc: the new schema cannot read version 1: at 'item.size'",
        "visit.avsc: the new schema cannot read version 2: at 'item.size'",
      ],
    );
  });

  it('hold a schema against being read by the old as well', () => {
    releaseSchemas(schemas, released);
    write('item.avsc', 'Item');
    assert.match(problems().join('\n'), /item\.avsc: version 1 cannot read the new schema: at 'sku'/);
  });

  it('hold a value to its meaning', () => {
    releaseSchemas(schemas, released);
    write('visit.avsc', 'Visit', timed('timestamp-millis'), item);
    assert.deepEqual(problems(), ["visit.avsc: version 1 has timestamp-micros at 'at', the new schema timestamp-millis"]);
  });

  it('hold a nullable value to its meaning', () => {
    const nullable = (logicalType: string): Field => ({ name: 'at', type: ['null', { type: 'long', logicalType }], default: null });
    write('visit.avsc', 'Visit', nullable('timestamp-micros'));
    releaseSchemas(schemas, released);
    write('visit.avsc', 'Visit', nullable('time-micros'));
    assert.match(problems().join('\n'), /has timestamp-micros at 'at', the new schema time-micros/);
  });

  it('do not disappear', () => {
    releaseSchemas(schemas, released);
    rmSync(path.join(schemas, 'visit.avsc'));
    assert.deepEqual(problems(), ['visit.avsc: it was released and is gone']);
  });

  it('may be none', () => {
    assert.deepEqual(problems(), []);
    mkdirSync(released);
    assert.deepEqual(releasedSchemas(released), []);
  });
});
