import assert from 'node:assert/strict';
import { map } from '../../../../operators/map.ts';
import { recordType } from '../../../../pipeline/avro/record-type.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { topic } from '../../../../pipeline/core/topic.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { defaultInputs } from '../../../../pipeline/testing/simulate/default-inputs.ts';
import { clicked, deadLetter, visits } from '../../../support/clicks.ts';

interface Everything {
  readonly id: string;
  readonly place: { readonly shelf: number };
  readonly at: number | null;
  readonly kind: 'A' | 'B';
  readonly parts: ReadonlyArray<number | string | null>;
  readonly notes: Readonly<Record<string, Buffer>>;
  readonly hash: Buffer;
}

const type = recordType<Everything>({
  type: 'record',
  name: 'Everything',
  fields: [
    { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
    { name: 'place', type: { type: 'record', name: 'Place', fields: [{ name: 'shelf', type: 'int' }] } },
    { name: 'at', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }] },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'parts', type: { type: 'array', items: ['null', 'double', 'string'] } },
    { name: 'notes', type: { type: 'map', values: 'bytes' } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
  ],
});

const everything = topic('everything', { type, key: ['id', 'place.shelf'], time: 'at' });

const reading: Topology = topology('reading', { deadLetter }, (t) => {
  t.source('everything', everything)
    .pipe(map('same', (value: Everything) => value))
    .to('out', topic('everything.again', { type, key: ['id', 'place.shelf'] }));
});

const both: Topology = topology('both', { deadLetter }, (t) => {
  t.source('clicks', clicked).to('out', topic('out', { type: clicked.type, key: ['user'] }));
  t.source('visits', visits).to('seen', topic('seen', { type: visits.type, key: ['visitor'] }));
});

describe('inputs that are made up', () => {
  it('fit every kind of schema, with event times that go on and few keys', () => {
    const made = defaultInputs(reading, 7);
    assert(made.length >= 1_000);
    for (const { value } of made) {
      assert(isEverything(value));
      assert.deepEqual(type.decode(type.encode(value)), value);
    }
    const keys = new Set(made.map(({ key }) => key?.toString()));
    assert(keys.size > 5 && keys.size < 20, `${keys.size} keys`);
    assert((made.at(-1)?.time ?? 0) > (made[0]?.time ?? 0) + 60_000);
  });

  it('are the same for a seed, and others for another', () => {
    assert.deepEqual(defaultInputs(reading, 7), defaultInputs(reading, 7));
    assert.notDeepEqual(defaultInputs(reading, 7), defaultInputs(reading, 8));
  });

  it('share their keys among the topics', () => {
    const made = defaultInputs(both, 1);
    const keysOf = (name: string): ReadonlyArray<string> =>
      [...new Set(made.filter(({ topic: of }) => of === name).map(({ key }) => key?.toString() ?? ''))].sort();
    assert.deepEqual(keysOf('clicked'), keysOf('visits'));
  });
});

const isEverything = (value: unknown): value is Everything => typeof value === 'object' && value !== null && 'id' in value;
