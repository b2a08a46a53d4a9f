import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import type { StateSpec } from '../../../../pipeline/core/operator.ts';
import type { Change, StateStore } from '../../../../pipeline/core/ports/store.ts';
import { encodeEntry } from '../../../../pipeline/state/entry-codec.ts';
import { openStateDirectory, type StateDirectory } from '../../../../pipeline/state/lmdb/open-state-directory.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { storeContract } from '../../../../pipeline/testing/contracts/store-contract.ts';
import { texts } from '../../../../pipeline/testing/contracts/store/subject.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { placeOf } from './state-folder.ts';

/** A store that takes its folder with it when it is closed. */
interface Opened {
  readonly store: StateStore<unknown>;
  readonly folder: string;
  readonly directory: StateDirectory;
}

const entryOf = (value: string, expiresAt: number): Buffer => encodeEntry(texts, { value, expiresAt });

describe('LmdbStore', () => {
  const opened = new Map<unknown, Opened>();

  const openIn = async <V>(spec: StateSpec<V>, folder: string): Promise<StateStore<V>> => {
    const clock = new VirtualClock();
    const directory = await openStateDirectory({ path: folder, clock, log: noLog });
    const store = directory.open(spec, placeOf());
    // However often it is killed, it is in use for a while in between.
    await clock.advance(10_000);
    const close = store.close.bind(store);
    store.close = async () => {
      opened.delete(store);
      await close();
      await directory.close();
      rmSync(folder, { recursive: true });
    };
    opened.set(store, { store: store, folder, directory });
    return store;
  };

  const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'millrace-store-'));

  const open = <V>(spec: StateSpec<V>): Promise<StateStore<V>> => openIn(spec, newFolder());

  /** The files as they are while the store is open are what a killed process leaves behind. */
  const reopen = async <V>(spec: StateSpec<V>, store: StateStore<V>): Promise<StateStore<V>> => {
    const copy = newFolder();
    cpSync(opened.get(store)!.folder, copy, { recursive: true });
    await store.close();
    return openIn(spec, copy);
  };

  afterEach(async () => {
    for (const { store } of [...opened.values()]) await store.close();
  });

  for (const clause of storeContract({ open, reopen }, 40)) it(clause.name, () => clause.run()).timeout(30_000);

  it('takes out what is staged and what is on disk in the order of the memory store', async () => {
    const lmdb = await open(texts);
    const memory = memoryStore(texts, { node: 'test' });
    const seen: string[][] = [];
    for (const store of [lmdb, memory]) {
      for (let n = 0; n < 6_000; n++) {
        const key = `${(n * 7_919) % 6_000}`;
        store.put(n % 5 === 0 ? `${'long '.repeat(300)}${key}` : key, String(n), (n * 31) % 997);
        if (n === 3_000) await store.publish(1);
      }
      const [all, again]: string[][] = [[], []];
      for (const until of [10, 400, 996]) store.expire(until, (key, value) => all?.push(`${key}=${value}`));
      store.discard();
      store.expire(996, (key, value) => again?.push(`${key}=${value}`));
      seen.push(all ?? [], again ?? []);
    }
    assert.deepEqual(
      seen.map(({ length }) => length),
      [6_000, 3_001, 6_000, 3_001],
    );
    assert.deepEqual(seen.slice(0, 2), seen.slice(2));
  }).timeout(20_000);

  it('takes out long keys that begin and expire alike in the order of their bytes, however many', async () => {
    const store = await open(texts);
    const ends = Array.from({ length: 300 }, (_, n) => String(n)).sort();
    for (const end of ends.toReversed()) store.put(`${'x'.repeat(2_000)}${end}`, end, 10);
    await store.publish(1);
    const seen: string[] = [];
    store.expire(10, (_key, value) => seen.push(value));
    assert.deepEqual(seen, ends);
  });

  it('reads what it replays before it is published, and replays it again from the same position', async () => {
    const store = await open(texts);
    const changes: Change[] = [];
    for (let n = 0; n < 60_000; n++) changes.push({ key: Buffer.from(`k${n % 50_000}`), value: entryOf(String(n), n) });
    for (let n = 0; n < 1_000; n++) changes.push({ key: Buffer.from(`k${n}`), value: null });
    for (const change of changes) store.restore(change);
    assert.equal(store.position(), 0);
    assert.equal(store.size().entries, 49_000);
    assert.equal(store.get('k999'), undefined);
    assert.equal(store.get('k1000'), '51000');
    const killed = await reopen(texts, store);
    assert.equal(killed.position(), 0);
    for (const change of changes) killed.restore(change);
    await killed.publish(changes.length);
    const again = await reopen(texts, killed);
    assert.equal(again.position(), changes.length);
    assert.equal(again.size().entries, 49_000);
    let expired = 0;
    again.expire(Infinity, () => (expired += 1));
    assert.equal(expired, 49_000);
  }).timeout(20_000);
});
