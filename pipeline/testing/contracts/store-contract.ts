import assert from 'node:assert/strict';
import type { Clause } from './clause.ts';
import { sameAsModel } from './store/property.ts';
import { contents, expired, type StoreSubject, texts, withStore } from './store/subject.ts';

type Statement = (subject: StoreSubject) => Promise<void>;

const inKeyOrder: Statement = (subject) =>
  withStore(subject, (store) => {
    for (const key of ['b', 'a|\u{1f600}', 'a|\u{ffff}', 'a|', 'a']) store.put(key, '1', Infinity);
    assert.deepEqual(
      [...store.scan('a|')].map(([key]) => key),
      ['a|', 'a|\u{ffff}', 'a|\u{1f600}'],
    );
  });

const inExpiryOrder: Statement = (subject) =>
  withStore(subject, (store) => {
    for (const [key, expiresAt] of [
      ['c', 20],
      ['b', 10],
      ['a', 20],
      ['d', 21],
      ['e', 90_000],
    ] as const)
      store.put(key, key, expiresAt);
    assert.deepEqual(expired(store, 9), []);
    assert.deepEqual(expired(store, 20), ['b=b', 'a=a', 'c=c']);
    assert.deepEqual(expired(store, 20), []);
    assert.deepEqual(contents(store), ['d=d', 'e=e']);
    assert.deepEqual(expired(store, 100_000), ['d=d', 'e=e']);
  });

const laterExpiry: Statement = (subject) =>
  withStore(subject, (store) => {
    store.put('a', 'first', 10);
    store.put('a', 'second', 5_000);
    store.put('b', 'first', 5_000);
    store.put('b', 'second', 10);
    assert.deepEqual(expired(store, 10), ['b=second']);
    assert.deepEqual(expired(store, 5_000), ['a=second']);
  });

const neverExpires: Statement = (subject) =>
  withStore(subject, (store) => {
    store.put('a', '1', Infinity);
    assert.deepEqual(expired(store, Number.MAX_VALUE), []);
    assert.equal(store.get('a'), '1');
  });

const visitorPuts: Statement = (subject) =>
  withStore(subject, (store) => {
    store.put('a', '1', 10);
    store.put('b', '1', 20);
    store.put('c', '1', 30);
    const seen: string[] = [];
    store.expire(25, (key) => {
      seen.push(key);
      if (key === 'a') store.put('a2', '2', 15);
      if (key === 'a') store.put('later', '2', 26);
      if (key === 'a2') store.delete('b');
    });
    assert.deepEqual(seen, ['a', 'a2']);
    assert.deepEqual(contents(store), ['c=1', 'later=2']);
  });

const changesOnce: Statement = (subject) =>
  withStore(subject, async (store) => {
    for (const key of ['kept', 'changed', 'gone', 'expired']) store.put(key, '1', key === 'expired' ? 10 : Infinity);
    await store.publish(4);
    assert.deepEqual([...store.changes()], []);
    store.put('changed', '2', Infinity);
    store.put('changed', '3', 77.5);
    store.delete('gone');
    expired(store, 10);
    store.put('brief', '1', Infinity);
    store.delete('brief');
    const changes = [...store.changes()].map(({ key, value }) => [key.toString(), value] as const).toSorted();
    const expiry = Buffer.alloc(8);
    expiry.writeDoubleLE(77.5);
    assert.deepEqual(changes, [
      ['changed', Buffer.concat([expiry, Buffer.from('3')])],
      ['expired', null],
      ['gone', null],
    ]);
  });

const discards: Statement = (subject) =>
  withStore(subject, async (store) => {
    store.put('a', '1', 10);
    store.put('b', '1', 20);
    await store.publish(2);
    store.put('b', '2', 5);
    store.put('c', '2', 5);
    assert.deepEqual(expired(store, 15), ['b=2', 'c=2', 'a=1']);
    store.discard();
    assert.deepEqual(contents(store), ['a=1', 'b=1']);
    assert.deepEqual([...store.changes()], []);
    assert.deepEqual(expired(store, 20), ['a=1', 'b=1']);
  });

const restores: Statement = (subject) =>
  withStore(subject, (first) =>
    withStore(subject, (second) => {
      first.put('a', '1', 10);
      first.put('b', '1', 20);
      first.put('c', '1', Infinity);
      for (const change of first.changes()) second.restore(change);
      second.restore({ key: Buffer.from('c'), value: null });
      assert.deepEqual([...second.changes()], []);
      second.discard();
      assert.deepEqual(contents(second), ['a=1', 'b=1']);
      assert.deepEqual(expired(second, 10), ['a=1']);
    }),
  );

const tellsItsSize: Statement = (subject) =>
  withStore(subject, async (store) => {
    assert.deepEqual(store.size(), { entries: 0, bytes: 0 });
    for (const key of ['a', 'b', 'c']) store.put(key, 'x'.repeat(100), 10);
    assert.equal([...store.changes()].length, 3);
    await store.publish(3);
    const { entries, bytes } = store.size();
    assert.equal(entries, 3);
    assert.ok(bytes >= 300 && bytes < 3_000, `three entries of 109 bytes are said to be ${bytes}`);
    expired(store, 10);
    assert.equal(store.size().entries, 0);
  });

const knowsItsPosition: Statement = (subject) =>
  withStore(subject, async (store) => {
    assert.equal(store.position(), 0);
    await store.publish(42);
    assert.equal(store.position(), 42);
    store.put('a', '1', 10);
    store.discard();
    assert.equal(store.position(), 42);
  });

const forgetsEverything: Statement = (subject) =>
  withStore(subject, async (store) => {
    store.put('a', '1', 10);
    await store.publish(7);
    store.put('b', '1', 10);
    store.clear();
    assert.equal(store.position(), 0);
    assert.deepEqual(contents(store), []);
    assert.deepEqual([...store.changes()], []);
    assert.deepEqual(expired(store, 10), []);
    assert.deepEqual(store.size(), { entries: 0, bytes: 0 });
  });

const refusesNoNumber: Statement = (subject) =>
  withStore(subject, (store) => {
    assert.throws(() => store.put('a', '1', Number.NaN), { code: 'engine_defect' });
  });

const takesLongKeys: Statement = (subject) =>
  withStore(subject, async (store) => {
    const keys = ['b', 'a', '', 'é'].map((end) => `${'x'.repeat(5_000)}${end}`);
    for (const key of keys) store.put(key, key.slice(5_000), 10);
    store.put('x'.repeat(900), 'short', 10);
    await store.publish(5);
    assert.deepEqual(
      [...store.scan('xx')].map(([, value]) => value),
      ['short', '', 'a', 'b', 'é'],
    );
    assert.deepEqual(
      [...store.scan(keys[1] ?? '')].map(([, value]) => value),
      ['a'],
    );
    assert.equal(store.get(keys[0] ?? ''), 'b');
    const seen: string[] = [];
    store.expire(10, (_key, value) => seen.push(value));
    assert.deepEqual(seen, ['short', '', 'a', 'b', 'é']);
    await store.publish(6);
    assert.deepEqual([...store.scan('')], []);
  });

const keepsWhatWasPublished = async (subject: Required<StoreSubject>): Promise<void> => {
  const store = await subject.open(texts);
  store.put('a', '1', 10);
  store.put('b', '1', Infinity);
  await store.publish(2);
  store.put('a', '2', 99);
  store.delete('b');
  const again = await subject.reopen(texts, store);
  assert.equal(again.position(), 2);
  assert.deepEqual(contents(again), ['a=1', 'b=1']);
  assert.deepEqual(expired(again, 10), ['a=1']);
  await again.close();
};

const statements: Readonly<Record<string, Statement>> = {
  'scans by key bytes what begins with a prefix': inKeyOrder,
  'takes out what has expired, by expiry and then key bytes, each once': inExpiryOrder,
  'goes by the last expiry that an entry was given': laterExpiry,
  'never takes out what expires at infinity': neverExpires,
  'lets the visitor of what expires put and delete': visitorPuts,
  'tells one change for each key that was touched, expiry first': changesOnce,
  'returns to the published state when the stage is discarded': discards,
  'is rebuilt from its changes': restores,
  'tells its size': tellsItsSize,
  'knows the changelog position it stands for': knowsItsPosition,
  'forgets everything when it is cleared': forgetsEverything,
  'takes keys of any length, in their order': takesLongKeys,
  'refuses an expiry that is no number': refusesNoNumber,
};

/** Everything that a state store promises, as clauses. `runs`: how many random histories are compared with a model; 100 if left out. */
export const storeContract = (subject: StoreSubject, runs = 100): ReadonlyArray<Clause> => {
  const { open, reopen } = subject;
  const durable = reopen === undefined ? [] : [{ open, reopen }];
  return [
    ...Object.entries(statements).map(([name, statement]) => ({ name, run: () => statement(subject) })),
    { name: 'does the same as a sorted array, whatever is done to it', run: () => sameAsModel(subject, runs) },
    ...durable.map((lasting) => ({
      name: 'keeps what was published when its process is killed, and nothing else',
      run: () => keepsWhatWasPublished(lasting),
    })),
  ];
};
