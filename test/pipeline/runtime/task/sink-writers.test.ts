import assert from 'node:assert/strict';
import { map } from '../../../../operators/map.ts';
import { memoryRegistry } from '../../../../pipeline/avro/memory-registry.ts';
import { recordType } from '../../../../pipeline/avro/record-type.ts';
import { createWire } from '../../../../pipeline/avro/wire.ts';
import { topologyFingerprint } from '../../../../pipeline/core/describe.ts';
import { type StreamRecord, withValue } from '../../../../pipeline/core/chunk.ts';
import type { NewRecord } from '../../../../pipeline/core/ports/cluster.ts';
import { rawTopic, topic } from '../../../../pipeline/core/topic.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { sinkWriters } from '../../../../pipeline/runtime/task/sink-writers.ts';

interface Note {
  readonly id: string;
  readonly marks: Readonly<Record<string, string>>;
}

const fields = [
  { name: 'id', type: 'string' },
  { name: 'marks', type: { type: 'map', values: 'string' } },
];
const noteType = recordType<Note>({ type: 'record', name: 'test.Note', fields });
const withDefault = recordType<Note & { readonly more: string }>({
  type: 'record',
  name: 'test.Note',
  fields: [...fields, { name: 'more', type: 'string', default: '' }],
});

const notes = topic('notes', { type: noteType, key: ['id'] });
const same = topic('same', { type: noteType, key: ['id'] });

const writing = topology('writing', { deadLetter: rawTopic('dead') }, (t) => {
  const read = t.source('in', notes);
  read.to('as-read', same);
  read
    .pipe(map('more', (note: Note) => ({ ...note, more: '' }), { output: withDefault }))
    .to('wider', topic('wider', { type: withDefault, key: ['id'] }));
});

const wire = createWire(memoryRegistry());

/** A map in two blocks: what no encoder of ours writes, and any decoder reads. */
const blocks = Buffer.from([2, 0x61, 2, 2, 0x78, 2, 0x31, 2, 2, 0x79, 2, 0x32, 0]);
const value: Note = { id: 'a', marks: { x: '1', y: '2' } };

const recordOf = (bytes: Buffer, key: Buffer): StreamRecord<Note> => ({
  key: key.toString(),
  value,
  time: 0,
  asOf: 0,
  provenance: { topic: 'notes', partition: 1, offset: 7 },
  origin: { topic: 'notes', partition: 1, offset: 7, key, value: bytes, timestamp: 0 },
  asRead: value,
});

const written = async (sink: string, record: StreamRecord<unknown>): Promise<NewRecord> => {
  const made = (await sinkWriters(wire, writing)).get(sink)?.(record, []);
  assert.ok(made !== undefined);
  return made;
};

describe('what a sink writes', () => {
  let encode: (note: Note) => Buffer;
  let read: Buffer;

  before(async () => {
    encode = await wire.encoder('notes', noteType);
    read = Buffer.concat([encode(value).subarray(0, 5), blocks]);
    assert.deepEqual(noteType.decode(blocks), value);
  });

  it('is the very bytes that were read while the value is the one that was decoded', async () => {
    const key = Buffer.from('a');
    const made = await written('as-read', recordOf(read, key));
    assert.equal(made.value, read);
    assert.equal(made.key, key);
    assert.deepEqual(made.headers, [{ 'millrace.provenance': `notes:1:7:${topologyFingerprint(writing)}` }]);
  });

  it('is encoded anew once the value was replaced, even by an equal one', async () => {
    const made = await written('as-read', withValue(recordOf(read, Buffer.from('a')), { ...value }));
    assert.deepEqual(made.value, encode(value));
  });

  it('is encoded anew when the bytes are of another schema than the sink gets', async () => {
    const foreign = Buffer.from(read);
    foreign.writeInt32BE(999, 1);
    assert.deepEqual((await written('as-read', recordOf(foreign, Buffer.from('a')))).value, encode(value));
    const wider = { ...value, more: '' };
    const made = await written('wider', withValue(recordOf(read, Buffer.from('a')), wider));
    assert.deepEqual(made.value, (await wire.encoder('wider', withDefault))(wider));
  });

  it('has the key of the value where the record was read under another one, or under bytes that are no text', async () => {
    assert.deepEqual((await written('as-read', recordOf(read, Buffer.from('other')))).key, Buffer.from('a'));
    const noText = Buffer.from([0xf0, 0x9f, 0x98]);
    const broken = { ...recordOf(read, noText), value: { ...value, id: '\ufffd' } };
    assert.deepEqual((await written('as-read', broken)).key, Buffer.from('\ufffd'));
  });
});
