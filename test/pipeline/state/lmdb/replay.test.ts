import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Change, StateStore } from '../../../../pipeline/core/ports/store.ts';
import { encodeEntry } from '../../../../pipeline/state/entry-codec.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { contents, texts } from '../../../../pipeline/testing/contracts/store/subject.ts';
import { StateFolder } from './state-folder.ts';

const program = fileURLToPath(new URL('programs/replay-state.ts', import.meta.url));
const imports = ['--import', 'ts-blank-space/register'];
const run = promisify(execFile);

const change = (key: string, value: string | null, expiresAt = Infinity): Change => ({
  key: Buffer.from(key),
  value: value === null ? null : encodeEntry(texts, { value, expiresAt }),
});

const keys = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'tenant-a|1', 'tenant-a|2', 'tenant-b|ü', ''),
  fc.integer({ min: 0, max: 20 }).map((n) => `shared beginning ${n}`),
  fc.integer({ min: 0, max: 3 }).map((n) => `${'long '.repeat(300)}${n}`),
);
const changes = fc.record({
  key: keys,
  value: fc.option(fc.string(), { nil: null }),
  expiresAt: fc.oneof(fc.integer({ min: -5, max: 20 }), fc.constant(Infinity)),
});
const histories = fc.array(fc.array(changes, { maxLength: 40 }), { maxLength: 6 });

/** What is in a store, and in which order it expires. */
const told = (store: StateStore<string>): ReadonlyArray<unknown> => {
  const all = [contents(store), store.size().entries];
  const expired: string[] = [];
  store.expire(1e9, (key, value) => expired.push(`${key}=${value}`));
  store.discard();
  return [...all, expired];
};

/** Every key up to the position is there, and no count is wrong. */
const positionOfWhole = async (folder: StateFolder): Promise<number> => {
  const store = await folder.open();
  assert.deepEqual(folder.warnings, []);
  const values = contents(store).map((entry) => Number(entry.split('=')[1]));
  assert.deepEqual(
    values.sort((a, b) => a - b),
    Array.from({ length: store.position() }, (_, number) => number),
  );
  assert.equal(store.size().entries, store.position());
  return store.position();
};

describe('what is replayed into a state file', () => {
  let folder: StateFolder;

  beforeEach(() => {
    folder = new StateFolder();
  });

  afterEach(() => folder.remove());

  it('is what the memory store makes of it, however it is cut into publishes', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const own = new StateFolder();
        const memory = memoryStore(texts, { node: 'test' });
        const disk = await own.open();
        for (const [at, part] of history.entries()) {
          for (const { key, value, expiresAt } of part) for (const store of [disk, memory]) store.restore(change(key, value, expiresAt));
          await disk.publish(at + 1);
        }
        assert.deepEqual(told(disk), told(memory));
        await own.remove();
      }),
      { numRuns: 25 },
    );
  }).timeout(120_000);

  it('does not read what a commit has changed as if it were new', async () => {
    const store = await folder.open();
    store.restore(change('a', 'replayed'));
    await store.publish(1);
    store.put('b', 'put', 5);
    await store.publish(2);
    for (const key of ['a', 'b', 'c']) store.restore(change(key, 'replayed again', 7));
    await store.publish(5);
    assert.equal(store.size().entries, 3);
    const expired: string[] = [];
    store.expire(6, (key) => expired.push(key));
    assert.equal(expired.length, 0);
    store.expire(7, (key) => expired.push(key));
    assert.deepEqual(expired, ['a', 'b', 'c']);
  });

  it('may be replayed further while it is published, and is not used before that has ended', async () => {
    const store = await folder.open();
    for (let n = 0; n < 2_000; n++) store.restore(change(`k${n}`, 'one'));
    const publishing = store.publish(2_000);
    store.restore(change('k0', 'two'));
    for (const use of [() => store.get('k1'), () => store.clear(), () => store.expire(0)]) assert.throws(use, { code: 'engine_defect' });
    assert.equal(store.size().entries, 0);
    const next = store.publish(2_001);
    assert.equal(store.position(), 0);
    await publishing;
    assert.equal(store.position(), 2_000);
    await next;
    assert.equal(store.position(), 2_001);
    assert.equal(store.size().entries, 2_000);
    assert.equal(store.get('k0'), 'two');
    assert.equal(store.get('k1'), 'one');
  });

  it('is on the disk when the store is closed while it is published', async () => {
    const store = await folder.open();
    for (let n = 0; n < 2_000; n++) store.restore(change(`k${n}`, 'one'));
    const publishing = store.publish(2_000);
    await folder.close();
    await publishing;
    const again = await folder.open();
    assert.equal(again.position(), 2_000);
    assert.equal(contents(again).length, 2_000);
  });

  it('is never behind the position that the file tells, whenever the process is killed', async () => {
    for (const waits of [1, 3]) {
      const own = new StateFolder();
      const child = spawn(process.execPath, [...imports, program, own.path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let lines = 0;
      while (lines < waits) lines += String((await once(child.stdout, 'data'))[0]).split('\n').length - 1;
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert((await positionOfWhole(own)) >= 1_000 * waits);
      await own.remove();
    }
  }).timeout(120_000);

  it('stays what was published last when the disk takes no more', async function () {
    if (process.platform !== 'linux') return this.skip();
    const limited = `trap '' XFSZ; ulimit -f 4096; exec "$@" 2>/dev/null`;
    const { stdout } = await run('bash', ['-c', limited, 'bash', process.execPath, ...imports, program, folder.path], { timeout: 110_000 });
    const outcome: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    assert.deepEqual(Object.entries(outcome ?? {})[0], ['code', 'state_disk_full']);
    assert((await positionOfWhole(folder)) >= 1_000);
  }).timeout(120_000);
});
