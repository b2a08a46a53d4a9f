import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StoreLabel } from '../../../../pipeline/state/lmdb/store-label.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { StorePlace } from '../../../../pipeline/core/ports/store.ts';
import { contents, texts } from '../../../../pipeline/testing/contracts/store/subject.ts';
import { placeOf, StateFolder } from './state-folder.ts';

const program = fileURLToPath(new URL('programs/use-state.ts', import.meta.url));
const hour = 3_600_000;

describe('openStateDirectory', () => {
  let folder: StateFolder;

  beforeEach(() => {
    folder = new StateFolder();
  });

  afterEach(() => folder.remove());

  /** Whether a process that uses the folder gets as far as its first commits. */
  const startedWell = async (): Promise<boolean> => {
    const other = fork(program, [folder.path], { execArgv: ['--import', 'ts-blank-space/register'], stdio: 'ignore' });
    const exit = once(other, 'exit');
    const isReady = await Promise.race([once(other, 'message').then(() => true), exit.then(() => false)]);
    other.kill('SIGKILL');
    await exit;
    return isReady;
  };

  /** A state file with one entry at position 7, closed. */
  const leaveState = async (place = placeOf()): Promise<void> => {
    const store = await folder.open(place);
    store.put('a', '1', Infinity);
    await store.publish(7);
    await folder.close();
  };

  /** Opens what is there and holds that it was set aside for this reason and that the store is empty. */
  const setAside = async (reason: RegExp, place = placeOf()): Promise<void> => {
    const store = await folder.open(place);
    assert.deepEqual(contents(store), []);
    assert.equal(store.position(), 0);
    assert.equal(folder.warnings.length, 1);
    const [warning] = folder.warnings;
    assert.match(String(warning?.reason), reason);
    const { aside } = folder.files(place);
    assert.deepEqual({ ...warning, reason: '' }, { task: place.task, node: place.node, reason: '', set_aside: aside });
    assert.ok(existsSync(path.join(aside, 'state.mdb')));
    store.put('b', '2', Infinity);
    await store.publish(1);
    assert.deepEqual(contents(store), ['b=2']);
  };

  /** Opens what is there and holds that it goes on from where it was left. */
  const goesOn = async (place = placeOf()): Promise<void> => {
    const store = await folder.open(place);
    assert.deepEqual(folder.warnings, []);
    assert.deepEqual(contents(store), ['a=1']);
    assert.equal(store.position(), 7);
  };

  const relabel = (change: Partial<StoreLabel>, place = placeOf()): void => {
    const { label } = folder.files(place);
    writeFileSync(label, JSON.stringify({ ...(JSON.parse(readFileSync(label, 'utf8')) as StoreLabel), ...change }));
  };

  it('goes on where a store was closed', async () => {
    await leaveState();
    await goesOn();
  });

  it('keeps the stores of nodes and tasks apart', async () => {
    const directory = await folder.directory();
    const stores = [placeOf(), placeOf({ node: 'attribute' }), placeOf({ task: 'feedback-in/4' })].map((place) =>
      directory.open(texts, place),
    );
    for (const [at, store] of stores.entries()) store.put('a', String(at), Infinity);
    for (const store of stores) await store.publish(1);
    assert.deepEqual(stores.map(contents), [['a=0'], ['a=1'], ['a=2']]);
    for (const store of stores) await store.close();
  });

  it('opens a store again that was closed in the same directory', async () => {
    const directory = await folder.directory();
    for (const expected of [[], ['a=1'], ['a=1']]) {
      const store = directory.open(texts, placeOf());
      assert.deepEqual(contents(store), expected);
      store.put('a', '1', Infinity);
      await store.publish(1);
      await store.close();
    }
  });

  it('sets aside a file that was cut off, by however little', async () => {
    await leaveState();
    const { data } = folder.files();
    truncateSync(data, statSync(data).size - 1);
    await setAside(/it has \d+ bytes of \d+/);
  });

  it('sets aside a file of no bytes', async () => {
    await leaveState();
    truncateSync(folder.files().data, 0);
    await setAside(/does not begin as an LMDB file/);
  });

  it('sets aside a file of garbage', async () => {
    await leaveState();
    const { data } = folder.files();
    writeFileSync(data, Buffer.alloc(statSync(data).size, 'garbage'));
    await setAside(/does not begin as an LMDB file/);
  });

  it('sets aside a file whose label is gone or garbage', async () => {
    await leaveState();
    writeFileSync(folder.files().label, '{"format":1}');
    await setAside(/no label/);
    await folder.close();
    folder.warnings.length = 0;
    rmSync(folder.files().label);
    await setAside(/no label/);
  });

  it('sets aside a file of another format', async () => {
    await leaveState();
    relabel({ format: 2 });
    await setAside(/its format is 2, and this version reads 1/);
  });

  it('sets aside a file that was open when the machine went down', async () => {
    await leaveState();
    relabel({ isClean: false, boot: 'another run of the system' });
    await setAside(/the machine went down while it was open/);
  });

  it('goes on with a file that was brought to the disk before the machine went down', async () => {
    await leaveState();
    relabel({ boot: 'another run of the system' });
    await goesOn();
  });

  it('sets aside a file that was opened again and again without a commit', async () => {
    await leaveState();
    relabel({ isClean: false, openings: 2 });
    const before = await folder.open();
    assert.deepEqual(contents(before), ['a=1']);
    const label = readFileSync(folder.files().label);
    await folder.close();
    writeFileSync(folder.files().label, label);
    await setAside(/opened 3 times in a row without a commit/);
  });

  it('starts to count the openings anew when a store has been in use for a while', async () => {
    await leaveState();
    relabel({ isClean: false, openings: 2 });
    const store = await folder.open();
    const openings = (): number => (JSON.parse(readFileSync(folder.files().label, 'utf8')) as StoreLabel).openings;
    await store.publish(7);
    assert.equal(openings(), 3);
    await folder.clock.advance(10_000);
    await store.publish(7);
    assert.equal(openings(), 0);
  });

  it('starts to count the openings anew with the first commit', async () => {
    await leaveState();
    relabel({ isClean: false, openings: 2 });
    const store = await folder.open();
    store.put('b', '1', Infinity);
    await store.publish(8);
    assert.equal((JSON.parse(readFileSync(folder.files().label, 'utf8')) as StoreLabel).openings, 0);
  });

  const foreign: Readonly<Record<string, readonly [Partial<StorePlace>, RegExp]>> = {
    'another version of the node': [{ fingerprint: 'ffff' }, /its fingerprint is "00c0ffee", not "ffff"/],
    'a changelog that was made anew': [
      { changelog: { ...placeOf().changelog, topicId: 'topic-2' } },
      /its changelog topic id is "topic-1", not "topic-2"/,
    ],
    'before a reset': [{ changelog: { ...placeOf().changelog, begin: 9 } }, /its changelog from is "0", not "9"/],
    'another changelog': [{ changelog: { ...placeOf().changelog, partition: 4 } }, /its changelog is "\S+:3", not "\S+:4"/],
  };

  for (const [what, [different, reason]] of Object.entries(foreign)) {
    it(`sets aside the state of ${what}`, async () => {
      await leaveState();
      await setAside(reason, placeOf(different));
    });
  }

  it('refuses a cluster that tells no ids of topics', async () => {
    const nameless = placeOf({ changelog: { ...placeOf().changelog, topicId: undefined } });
    await assert.rejects(folder.open(nameless), (error) => error instanceof MillraceError && error.code === 'bad_config');
  });

  it('sets aside a file that belongs to another task', async () => {
    await leaveState();
    const other = placeOf({ task: 'feedback-in/5' });
    await leaveState(other);
    writeFileSync(folder.files().data, readFileSync(folder.files(other).data));
    await setAside(/its task is "feedback-in\/5", not "feedback-in\/3"/);
  });

  it('goes on with a file that is half as old as the changelog keeps deletions, and sets aside one that is older', async () => {
    await leaveState();
    await folder.clock.advance(12 * hour);
    await goesOn();
    await folder.close();
    await folder.clock.advance(1);
    await setAside(/last written 12\.0 hours ago, and after 12\.0 the changelog may have dropped deletions/);
  });

  it('keeps a store young that commits without changes', async () => {
    const store = await folder.open();
    store.put('a', '1', Infinity);
    await store.publish(7);
    for (let hours = 0; hours < 20; hours++) {
      await folder.clock.advance(hour);
      await store.publish(7);
    }
    await folder.close();
    await goesOn();
  });

  it('keeps only what was set aside last', async () => {
    await leaveState();
    await setAside(/fingerprint/, placeOf({ fingerprint: 'second' }));
    await folder.close();
    folder.warnings.length = 0;
    await setAside(/its fingerprint is "second"/, placeOf({ fingerprint: 'third' }));
  });

  it('is rid of a file whose pages are damaged after three starts at most, whatever they do to the process', async () => {
    await leaveState();
    const { data, aside } = folder.files();
    const bytes = readFileSync(data);
    writeFileSync(data, Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(bytes.length - 8_192, 'garbage')]));
    for (let start = 0; start < 3; start++) assert.equal(await startedWell(), false);
    assert.equal(await startedWell(), true);
    assert.ok(existsSync(aside));
  }).timeout(30_000);

  it('stops with a typed error on a value that is damaged, and sets the file aside at the next start', async () => {
    const refuse: typeof texts = { ...texts, decode: () => assert.fail('no text') };
    const directory = await folder.directory();
    const store = directory.open(refuse, placeOf());
    store.put('a', '1', Infinity);
    await store.publish(1);
    assert.throws(() => store.get('a'), { code: 'state_broken', message: /no text/ });
    await assert.rejects(store.publish(2), { code: 'state_broken' });
    await store.close();
    await folder.close();
    await setAside(/it is damaged/);
  });

  it('takes the use of a closed store for a defect, not for damage', async () => {
    const directory = await folder.directory();
    const store = directory.open(texts, placeOf());
    store.put('a', '1', Infinity);
    await store.publish(7);
    await store.close();
    assert.throws(() => store.get('a'), { code: 'engine_defect', message: /used after it was closed/ });
    await store.close();
    await folder.close();
    await goesOn();
  });

  it('refuses a directory that another process uses, until that is killed, and then has what it published', async () => {
    const other = fork(program, [folder.path], { execArgv: ['--import', 'ts-blank-space/register'] });
    const exit = once(other, 'exit');
    try {
      await once(other, 'message');
      await assert.rejects(folder.directory(), { code: 'state_locked', message: new RegExp(`in use by another process.*${other.pid}`) });
    } finally {
      other.kill('SIGKILL');
      await exit;
    }
    const store = await folder.open();
    assert.deepEqual(folder.warnings, []);
    assert.deepEqual(contents(store), ['published=1']);
    assert.equal(store.position(), 1);
  }).timeout(20_000);

  it('refuses a directory that this process uses already', async () => {
    const directory = await folder.directory();
    await assert.rejects(folder.directory(), { code: 'state_locked', message: /in this process/ });
    await directory.close();
    await folder.directory();
  });
});
