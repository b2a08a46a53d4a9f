import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';
import { startApi, type Api, type Behaviour } from './rig/api.ts';
import { bundleClient } from './rig/bundle.ts';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that gives feedback and an inference and is left at once, long before a batch is due. */
const leaving = `<!doctype html><script type="module">
  import { createClient } from '/client.js';
  const client = createClient({ url: location.origin, token: 'tok', batch: { waitMs: 600000 } });
  client.feedback({ inference_id: 'i-1', rating: 4, idempotency_key: 'left' });
  client.inference({ inference_id: 'i-1', model_name: 'm', model_version: 'v', output: 'x' });
  location.href = '/gone';
</script>`;

/** A page that stays, and tells by its title what it was answered. */
const staying = `<!doctype html><script type="module">
  import { createClient } from '/client.js';
  const client = createClient({ url: location.origin, token: 'tok' });
  const { id } = await client.feedback({ inference_id: 'i-1', rating: 5, idempotency_key: 'stayed' });
  await fetch('/told', { method: 'POST', body: id });
</script>`;

describe('the client in a real browser', function () {
  this.timeout(60_000);
  let api: Api | undefined;
  let folder: string | undefined;
  let browser: ChildProcess | undefined;

  before(async function () {
    if (!existsSync(chromium)) skipBecause(this, `there is no Chromium at ${chromium}; set CHROMIUM to where one is`);
    const { text } = await bundleClient();
    const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
      '/client.js': ['text/javascript', text],
      '/leaving': ['text/html', leaving],
      '/staying': ['text/html', staying],
    };
    const page: Behaviour = ({ url }, response) => {
      const [type, content] = files[url] ?? ['text/html', 'gone'];
      response.writeHead(200, { 'content-type': type }).end(content);
    };
    api = await startApi(page);
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-browser-'));
  });

  afterEach(async () => {
    if (browser?.exitCode === null && browser.kill('SIGKILL')) await once(browser, 'exit');
  });
  after(async () => {
    await api?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const open = (page: string): Api => {
    assert.ok(api !== undefined);
    browser = spawn(chromium, [...quiet, `--user-data-dir=${folder}`, '--remote-debugging-port=0', `${api.url}${page}`], {
      stdio: 'ignore',
    });
    return api;
  };

  it('posts by beacon what has no answer when its page is left', async () => {
    const { requests } = open('/leaving');
    await until('both beacons are there', () => requests.length >= 2, { within: 30_000 });
    // Two beacons are two requests of the browser: either may be there first.
    assert.deepEqual(requests.map(({ url, headers, items }) => [url, headers['content-type'], items[0]!.idempotency_key]).sort(), [
      ['/v1/feedback?token=tok', 'text/plain;charset=UTF-8', 'left'],
      ['/v1/inferences?token=tok', 'text/plain;charset=UTF-8', 'i-1'],
    ]);
  });

  it('has its answer in a page that stays', async () => {
    const { requests } = open('/staying');
    const told = await until('the page tells', () => requests.find(({ url }) => url === '/told'), { within: 30_000 });
    assert.equal(told.text, 'id-stayed');
  });
});
