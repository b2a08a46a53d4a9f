import assert from 'node:assert/strict';
import { map as rxMap } from 'rxjs';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { type StreamRecord, withRecords, withValue } from '../../../pipeline/core/chunk.ts';
import type { NoPorts, Operator, StateSpec } from '../../../pipeline/core/operator.ts';
import { rawTopic, topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import { filter } from '../../../operators/filter.ts';
import { map } from '../../../operators/map.ts';

interface Click {
  readonly user: string;
  readonly paid: boolean;
  readonly at: number;
}

const click = recordType<Click>({
  type: 'record',
  name: 'Click',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'paid', type: 'boolean' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
});
const clicked = topic('clicked', { type: click, key: ['user'], time: 'at' });
const paidClicks = topic('clicks.paid', { type: click, key: ['user'], time: 'at' });
const deadLetter = rawTopic('clicks.dead-letter');

const at = Date.UTC(2024, 0, 1);

const paid = topology('clicks', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(filter('only-paid', (value) => value.paid))
    .pipe(map('loud', (value) => ({ ...value, user: value.user === 'broken' ? fail() : value.user.toUpperCase() })))
    .to('out', paidClicks);
});

const fail = (): never => {
  throw new Error('no such user');
};

const numbers: StateSpec<number> = {
  schema: 'count',
  shape: {},
  encode: (value) => Buffer.from(String(value)),
  decode: (bytes) => Number(bytes.toString()),
};

/** Numbers the records of each user. */
const numbered = (): Operator<Click, Click, number, NoPorts, 'user'> => ({
  shape: 'step',
  name: 'numbered',
  kind: 'number',
  params: {},
  state: numbers,
  stateKey: ['user'],
  keeps: true,
  build: ({ store }) =>
    rxMap((chunk) =>
      withRecords(
        chunk,
        chunk.records.map((record: StreamRecord<Click>) => {
          const count = (store.get(record.value.user) ?? 0) + 1;
          store.put(record.value.user, count, Infinity);
          return withValue(record, { ...record.value, user: `${record.value.user}${count}` });
        }),
      ),
    ),
});

const counting = topology('counting', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(numbered())
    .repartition('by-new-user', { key: ['user'] })
    .to('out', paidClicks);
});

describe('drive', () => {
  it('runs a topology from source to sink', async () => {
    const driver = await drive(paid);
    await driver.send(clicked, { user: 'a', paid: true, at }, { user: 'b', paid: false, at }, { user: 'c', paid: true, at: at + 1 });
    assert.deepEqual(await driver.values(paidClicks), [
      { user: 'A', paid: true, at },
      { user: 'C', paid: true, at: at + 1 },
    ]);
    assert.equal(driver.streamTime, at + 1);
    await driver.close();
  });

  it('sends what a function throws at to the dead letter, with its bytes', async () => {
    const driver = await drive(paid);
    await driver.send(clicked, { user: 'broken', paid: true, at }, { user: 'fine', paid: true, at });
    const [reject, ...more] = await driver.rejects();
    assert.deepEqual(more, []);
    assert.equal(reject?.node, 'loud');
    assert.equal(reject.rule, 'user_function_failed');
    assert.equal(reject.provenance, 'clicked:0:0');
    assert.deepEqual(click.decode(reject.bytes!.subarray(5)), { user: 'broken', paid: true, at });
    assert.equal((await driver.values(paidClicks)).length, 1);
    await driver.close();
  });

  it('refuses bytes that no schema fits and goes on', async () => {
    const driver = await drive(paid);
    await driver.send(clicked, { user: 'a', paid: true, at });
    await driver.sendBytes(clicked, { key: Buffer.from('x'), value: Buffer.from([1, 2, 3]) });
    await driver.sendBytes(clicked, { key: Buffer.from('x'), value: Buffer.from([0, 0, 0, 0, 99, 3]) });
    await driver.send(clicked, { user: 'a', paid: true, at: 0 });
    assert.deepEqual(
      (await driver.rejects()).map(({ node, rule }) => [node, rule]),
      [
        ['in', 'bad_magic'],
        ['in', 'unknown_schema_id'],
        ['in', 'bad_time'],
      ],
    );
    await driver.close();
  });

  it('keeps state and clocks over a restart', async () => {
    const driver = await drive(counting, { partitions: 3, processes: 2 });
    const users = ['a', 'b', 'c', 'd', 'e', 'f'];
    await driver.send(clicked, ...users.map((user) => ({ user, paid: true, at })));
    await driver.restart();
    await driver.send(clicked, ...users.map((user) => ({ user, paid: true, at: at + 5 })));
    const names = (await driver.values(paidClicks)).map(({ user }) => user).sort();
    assert.deepEqual(
      names,
      users.flatMap((user) => [`${user}1`, `${user}2`]),
    );
    assert.equal(driver.state('numbered').get('a'), 2);
    await driver.close();
  });
});
