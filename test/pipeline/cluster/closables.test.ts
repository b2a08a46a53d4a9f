import assert from 'node:assert/strict';
import { type Closable, Closables } from '../../../pipeline/cluster/closables.ts';

const noting = (closed: string[], name: string): Closable => ({
  close: () => {
    closed.push(name);
    return Promise.resolve();
  },
});

describe('Closables', () => {
  it('closes what is left when one cannot be closed, and throws why', async () => {
    const made = new Closables();
    const closed: string[] = [];
    const client = (name: string, more = {}) => ({ ...more, ...noting(closed, name) });
    made.add(client('producer'));
    made.add({ close: () => Promise.reject(new Error('fenced')) });
    made.add({ close: () => Promise.reject(new Error('later')), seek: true });
    made.add(client('reader'));
    await assert.rejects(made.close(), { message: 'later' });
    assert.deepEqual(closed, ['reader', 'producer']);
  });

  it('closes members of groups first, then from the newest on, and not what has been removed', async () => {
    const made = new Closables();
    const closed: string[] = [];
    const client = (name: string, more = {}) => made.add({ ...more, ...noting(closed, name) });
    client('first');
    client('member', { seek: true });
    client('last');
    made.remove(client('gone'));
    await made.close();
    assert.deepEqual(closed, ['member', 'last', 'first']);
  });
});
