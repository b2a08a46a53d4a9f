import assert from 'node:assert/strict';
import type { StateSpec } from '../../../pipeline/core/operator.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { storeContract } from '../../../pipeline/testing/contracts/store-contract.ts';
import { texts } from '../../../pipeline/testing/contracts/store/subject.ts';

const open = <V>(spec: StateSpec<V>): Promise<ReturnType<typeof memoryStore<V>>> => Promise.resolve(memoryStore(spec, { node: 'test' }));

describe('memoryStore', () => {
  for (const clause of storeContract({ open })) it(clause.name, () => clause.run());

  it('refuses to grow past its limit of entries, naming the node', () => {
    const store = memoryStore(texts, { node: 'dedupe', limitEntries: 2 });
    store.put('a', '1', Infinity);
    store.put('b', '1', Infinity);
    store.put('b', '2', Infinity);
    assert.throws(() => store.put('c', '1', Infinity), { code: 'state_limit', message: /node dedupe .* limit is 2 entries/ });
  });

  it('refuses to grow past its limit of bytes once it knows what an entry weighs', () => {
    const store = memoryStore(texts, { node: 'join', limitBytes: 1_000 });
    store.put('a', 'x'.repeat(400), Infinity);
    assert.equal([...store.changes()].length, 1);
    store.put('b', 'x'.repeat(400), Infinity);
    assert.throws(() => store.put('c', 'x'.repeat(400), Infinity), { code: 'state_limit', message: /node join .* or 1000 bytes/ });
  });

  it('refuses to be restored past its limit', () => {
    const store = memoryStore(texts, { node: 'dedupe', limitEntries: 1 });
    const value = Buffer.concat([Buffer.alloc(8), Buffer.from('1')]);
    store.restore({ key: Buffer.from('a'), value });
    assert.throws(() => store.restore({ key: Buffer.from('b'), value }), { code: 'state_limit' });
  });

  it('refuses a changelog record whose expiry is no number', () => {
    const store = memoryStore(texts, { node: 'dedupe' });
    const value = Buffer.alloc(9);
    value.writeDoubleLE(Number.NaN);
    assert.throws(() => store.restore({ key: Buffer.from('a'), value }), { code: 'engine_defect' });
    assert.equal(store.size().entries, 0);
  });

  it('still knows what expires when when entries were put again and again', () => {
    const store = memoryStore(texts, { node: 'sessions' });
    for (let round = 0; round < 5_000; round++) {
      store.put('busy', String(round), round * 2_000);
      store.put('quiet', 'once', 12_000_000);
    }
    const seen: string[] = [];
    store.expire(20_000_000, (key, value) => seen.push(`${key}=${value}`));
    assert.deepEqual(seen, ['busy=4999', 'quiet=once']);
  });
});
