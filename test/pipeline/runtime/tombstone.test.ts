import assert from 'node:assert/strict';
import { map } from '../../../operators/map.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { isTombstone, tombstone } from '../../../pipeline/core/chunk.ts';
import { compactedTopic, topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import { deadLetter } from '../../support/clicks.ts';

interface User {
  readonly name: string;
  readonly deleted: boolean;
}

const user = recordType<User>({
  type: 'record',
  name: 'User',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'deleted', type: 'boolean' },
  ],
});

const changed = topic('users.changed', { type: user, key: ['name'] });
const current = compactedTopic('users.current', { type: user, key: ['name'] });

const users = topology('users', { deadLetter }, (t) => {
  t.source('in', changed)
    .pipe(map('ended', (value: User) => (value.name === 'ended' ? tombstone(value) : value)))
    .to('out', current);
});

describe('a sink of a compacted topic', () => {
  it('writes a tombstone for what says that it is one, and not for a value with a field of that name', async () => {
    const driver = await drive(users);
    await driver.send(changed, { name: 'ended', deleted: false }, { name: 'gone', deleted: true });
    assert.deepEqual(
      (await driver.read(current)).map(({ key, value }) => [key, value]),
      [
        ['ended', undefined],
        ['gone', { name: 'gone', deleted: true }],
      ],
    );
    await driver.close();
  });
});

describe('a tombstone', () => {
  it('is known by its brand', () => {
    assert.equal(isTombstone(tombstone({ name: 'a' })), true);
    assert.equal(isTombstone<unknown>({ deleted: { name: 'a' } }), false);
    assert.equal(isTombstone<unknown>(null), false);
  });
});
