import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { readKeys } from '../../../services/ingest/auth/key-file.ts';
import { KeyRing } from '../../../services/ingest/auth/key-ring.ts';
import { told, type Told } from '../cli/told.ts';

describe('millrace ingest', () => {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-ingest-'));
    file = path.join(folder, 'keys.json');
  });

  afterEach(() => rm(folder, { recursive: true }));

  const keys = (...args: ReadonlyArray<string>): Promise<Told> => told(['ingest', 'keys', ...args], { MILLRACE_INGEST_KEYS: file });
  const create = (tenant: string): Promise<Told> =>
    keys('create', '--tenant', tenant, '--scope', 'write_feedback', '--scope', 'write_inference');

  it('makes keys, prints each once and keeps none', async () => {
    const [first, second] = [await create('acme'), await create('acme')];
    assert.deepEqual([first.code, second.code], [0, 0]);
    const text = await readFile(file, 'utf8');
    const ring = new KeyRing(readKeys(text));
    for (const { stdout, stderr } of [first, second]) {
      const key = stdout.trim();
      assert.equal(ring.find(`Bearer ${key}`, systemClock.now())?.tenant, 'acme');
      assert.ok(!(text + stderr).includes(key.slice(-43)));
    }
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('revokes a key and leaves the others', async () => {
    const [first, second] = [(await create('acme')).stdout.trim(), (await create('acme')).stdout.trim()];
    assert.equal((await keys('revoke', first.slice(4, 16))).code, 0);
    const ring = new KeyRing(readKeys(await readFile(file, 'utf8')));
    const [revoked, kept] = [first, second].map((key) => ring.find(`Bearer ${key}`, systemClock.now()));
    assert.deepEqual([revoked?.tenant, kept?.tenant], [undefined, 'acme']);
  });

  it('lists what is not secret', async () => {
    const key = (await create('acme')).stdout.trim();
    const sha256 = readKeys(await readFile(file, 'utf8'))[0]!.sha256;
    const both = [await keys('list'), await keys('list', '--json')];
    for (const { stdout } of both) {
      assert.match(stdout, new RegExp(key.slice(4, 16)));
      assert.ok(!stdout.includes(sha256) && !stdout.includes(key.slice(-43)));
    }
    assert.match(both[0]?.stdout ?? '', /acme .*write_feedback,write_inference +valid\n$/);
  });

  it('refuses what is wrong, all at once, and changes nothing', async () => {
    const wrong = await keys('create', '--tenant', 'a|b', '--scope', 'everything');
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /--tenant is "a\|b"/);
    assert.equal((await keys('create', '--tenant', 'a', '--scope', 'everything')).code, 2);
    assert.equal((await keys('create', '--tenant', 'a', '--scope', 'read', '--days', 'x')).code, 2);
    assert.equal((await keys('revoke', 'nobody')).code, 2);
    assert.equal((await keys('list')).code, 2);
    await create('acme');
    await writeFile(`${file}.new`, '');
    assert.match((await create('acme')).stderr, /somebody else changes the API keys/);
    assert.equal(readKeys(await readFile(file, 'utf8')).length, 1);
  });

  it('names the settings that it needs', async () => {
    const { code, stderr } = await told(['ingest', '--port', '70000']);
    assert.equal(code, 2);
    for (const flag of ['kafka', 'registry', 'keys', 'port']) assert.match(stderr, new RegExp(`--${flag} \\(MILLRACE_`));
  });
});
