import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { LinkRing } from '../../../services/ingest/auth/link-ring.ts';
import { linkSecretFile } from '../../../services/ingest/auth/link-secrets.ts';
import { told, type Told } from '../cli/told.ts';

describe('millrace ingest links', () => {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-links-'));
    file = path.join(folder, 'links.json');
  });

  afterEach(() => rm(folder, { recursive: true }));

  const links = (...args: ReadonlyArray<string>): Promise<Told> => told(['ingest', 'links', ...args], { MILLRACE_INGEST_LINKS: file });
  const create = (...args: ReadonlyArray<string>): Promise<Told> =>
    links('create', '--tenant', 'acme', '--inference', 'i-1', '--key', 'thumbs', ...args);
  const ring = async (): Promise<LinkRing> => new LinkRing(linkSecretFile.read(await readFile(file, 'utf8')));

  it('makes links that the API takes, until their secret is revoked', async () => {
    const first = (await links('add-secret', '--tenant', 'acme')).stdout.trim();
    const token = (await create('--value', 'true', '--link-id', 'page-1')).stdout.trim();
    const found = (await ring()).find(token, systemClock.now());
    assert.deepEqual([found?.tenant, found?.link], ['acme', { id: 'page-1', inference: 'i-1', key: 'thumbs', value: true }]);
    const week = systemClock.now() + 7 * 86_400_000;
    assert.deepEqual([(await ring()).find(token, week - 60_000)?.tenant, (await ring()).find(token, week)], ['acme', undefined]);
    const second = (await links('add-secret', '--tenant', 'acme')).stdout.trim();
    assert.equal((await links('revoke', first)).code, 0);
    const url = (await create('--url', 'https://feedback.example.com/')).stdout.trim();
    assert.ok(url.startsWith(`https://feedback.example.com/v1/feedback?token=mrl.${second}.`), url);
    assert.equal((await ring()).find(token, systemClock.now()), undefined);
    assert.equal((await ring()).find(new URL(url).searchParams.get('token'), systemClock.now())?.tenant, 'acme');
  });

  it('keeps the secrets for their owner, and lists the rest', async () => {
    await links('add-secret', '--tenant', 'acme');
    const secret = linkSecretFile.read(await readFile(file, 'utf8'))[0]!;
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    for (const { stdout, stderr } of [await links('list'), await links('list', '--json'), await create()]) {
      assert.match(stdout, new RegExp(secret.id));
      assert.ok(!(stdout + stderr).includes(secret.secret));
    }
  });

  it('refuses what is wrong', async () => {
    assert.match((await links('add-secret', '--tenant', 'a|b')).stderr, /--tenant is "a\|b"/);
    assert.match((await create()).stderr, /file of secrets of links cannot be read/);
    await links('add-secret', '--tenant', 'globex');
    assert.match((await create()).stderr, /no secret for links of acme/);
    assert.match((await create('--value', 'new_york')).stderr, /--value is no JSON/);
    assert.match((await create('--days', '0')).stderr, /--days is "0"/);
    assert.match((await create('--link-id', 'a b')).stderr, /--link-id is "a b"/);
    assert.match((await create('--url', 'nowhere')).stderr, /--url is "nowhere"/);
    assert.match((await links('revoke', 'nobody')).stderr, /no secret of this id/);
  });
});
