import assert from 'node:assert/strict';
import { deadLetterOf, originOf } from '../../../pipeline/runtime/dead-letter.ts';
import { defaultDeadLetterLimit, RejectCounter } from '../../../pipeline/runtime/dead-letter-limit.ts';
import { headerOf, provenanceOf, readCoordinates, writeCoordinates } from '../../../pipeline/runtime/headers.ts';
import { readNote, writeNote } from '../../../pipeline/runtime/commit/offset-metadata.ts';

const record = {
  topic: 'clicked',
  partition: 2,
  offset: 41,
  key: Buffer.from('k'),
  value: Buffer.from([0, 1, 2]),
  timestamp: 5,
  headers: [{ trace: Buffer.from('abc') }],
};
const refusal = { node: 'check', rule: 'value_out_of_range', detail: 'rating 9 is over 5' };

const text = (headers: Parameters<typeof headerOf>[0], name: string): string | undefined => headerOf(headers, name)?.toString();

describe('a dead letter', () => {
  it('keeps key, bytes and headers, and adds those of Kafka Streams and ours', () => {
    const letter = deadLetterOf('dead', record, refusal);
    assert.equal(letter.key, record.key);
    assert.equal(letter.value, record.value);
    const expected = {
      trace: 'abc',
      '__streams.errors.exception': 'value_out_of_range',
      '__streams.errors.message': 'rating 9 is over 5',
      '__streams.errors.stacktrace': '',
      '__streams.errors.topic': 'clicked',
      '__streams.errors.partition': '2',
      '__streams.errors.offset': '41',
      'millrace.node': 'check',
      'millrace.rule': 'value_out_of_range',
      'millrace.attempts': '1',
      'millrace.provenance': 'clicked:2:41',
      'millrace.timestamp': '5',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(text(letter.headers, name), value, name);
    assert.equal(letter.headers.length, Object.keys(expected).length);
  });

  it('counts its attempts and keeps its first provenance when it comes back', () => {
    const first = deadLetterOf('dead', { ...record, headers: [{ 'millrace.provenance': Buffer.from('first:0:7') }] }, refusal);
    const again = deadLetterOf('dead', { ...record, headers: first.headers }, { ...refusal, rule: 'late' });
    assert.equal(text(again.headers, 'millrace.attempts'), '2');
    assert.equal(text(again.headers, 'millrace.rule'), 'late');
    assert.equal(text(again.headers, 'millrace.provenance'), 'first:0:7');
    assert.equal(again.headers.length, first.headers.length);
  });

  it('cuts a message that is too long', () => {
    const letter = deadLetterOf('dead', record, { ...refusal, detail: 'x'.repeat(5_000) });
    assert.equal(text(letter.headers, '__streams.errors.message')?.length, 1_000);
  });

  it('of a record that was made from several names where it came from', () => {
    const made = originOf({
      key: 'a|b',
      value: {},
      time: 9,
      asOf: 8,
      provenance: { topic: 't', partition: 1, offset: 2 },
      origin: undefined,
      asRead: undefined,
    });
    assert.deepEqual([made.topic, made.partition, made.offset, made.key?.toString(), made.value], ['t', 1, 2, 'a|b', null]);
  });
});

describe('coordinates in a header', () => {
  it('are read as they were written', () => {
    const place = { topic: 'a.b-c_d', partition: 3, offset: 123_456_789_012 };
    assert.deepEqual(readCoordinates(writeCoordinates(place)), place);
  });

  it('that are broken count as absent', () => {
    assert.equal(readCoordinates('nonsense'), undefined);
    const { topic, partition, offset } = provenanceOf({ ...record, headers: [{ 'millrace.provenance': Buffer.from('x:y:z') }] });
    assert.deepEqual({ topic, partition, offset }, { topic: 'clicked', partition: 2, offset: 41 });
  });
});

describe('the limit of a dead letter', () => {
  const counter = (): RejectCounter => new RejectCounter('in/0', { ratio: 0.5, over: 10, consecutive: 4 });
  const run = (counting: RejectCounter, rejects: number, records: number): void => {
    for (let n = 0; n < rejects; n += 1) counting.rejected('bad_time', 'in');
    counting.fed(records);
  };

  it('stops at so many refusals in a row', () => {
    const counting = counter();
    run(counting, 3, 3);
    assert.throws(() => run(counting, 1, 1), { code: 'dead_letter_limit', message: /in\/0: 4 records in a row.*bad_time at in/ });
  });

  it('begins anew after a run of which some passed', () => {
    const counting = counter();
    run(counting, 3, 3);
    run(counting, 0, 1);
    run(counting, 3, 3);
    run(counting, 0, 0);
  });

  it('stops when more than its share of a run was refused', () => {
    const counting = counter();
    run(counting, 3, 5);
    assert.throws(() => run(counting, 3, 5), { code: 'dead_letter_limit', message: /6 of 10/ });
  });

  it('lets a share below it pass, run after run', () => {
    const counting = counter();
    for (let n = 0; n < 10; n += 1) run(counting, 2, 5);
  });

  it('does not count records that were only late', () => {
    const counting = counter();
    for (let n = 0; n < 20; n += 1) {
      counting.rejected('late', 'window');
      counting.fed(1);
    }
  });

  it('goes on counting over a restart', () => {
    const counting = counter();
    run(counting, 3, 3);
    const again = counter();
    again.restore(counting.save());
    assert.throws(() => run(again, 1, 1), { code: 'dead_letter_limit' });
  });

  it('is half of a thousand, or 500 in a row, unless told otherwise', () => {
    assert.deepEqual(defaultDeadLetterLimit, { ratio: 0.5, over: 1_000, consecutive: 500 });
  });
});

describe('the note beside an offset', () => {
  it('is read as it was written', () => {
    for (const note of [
      { clock: '-Infinity', streamTime: -Infinity, rejects: [0, 0, 0] as const },
      { clock: '12,0:12,1:13x', streamTime: 1_704_067_200_000.5, rejects: [999, 4, 2] as const },
    ]) {
      assert.deepEqual(readNote(writeNote(note)), note);
    }
  });

  it("is none if another program's", () => {
    assert.equal(readNote(''), undefined);
    assert.equal(readNote('a;b;c;d'), undefined);
  });
});
