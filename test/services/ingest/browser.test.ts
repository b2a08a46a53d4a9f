import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { feedbackLink } from '../../../services/ingest/auth/feedback-link.ts';
import { LinkRing } from '../../../services/ingest/auth/link-ring.ts';
import { newLinkSecret } from '../../../services/ingest/auth/link-secrets.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { type Api, startApi } from '../../client/rig/api.ts';
import { bundleClient } from '../../client/rig/bundle.ts';
import { skipBecause } from '../../support/skip-because.ts';
import { until } from '../../support/until.ts';
import { openScene, type Scene } from './scene.ts';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
const signer = newLinkSecret('acme', 0);

const pageOf = (api: string, doing: string): string => {
  const token = feedbackLink({ inference: 'req-1', key: 'stars', expires: systemClock.now() + 600_000 }, signer);
  return `<!doctype html><script type="module">
  import { createClient } from '/client.js';
  const client = createClient({ url: '${api}', token: '${token}', batch: { waitMs: 600000 } });
  ${doing}
</script>`;
};

const leaving = `client.feedback({ inference_id: 'req-1', rating: 3, idempotency_key: 'left' }); location.href = '/gone';`;
const staying = `client.feedback({ inference_id: 'req-1', rating: 5, idempotency_key: 'stayed' })
    .then(({ id }) => fetch('/told', { method: 'POST', body: id }), (error) => fetch('/told', { method: 'POST', body: 'failed: ' + error }));
  client.flush();`;

describe('a link in a page of another origin, in a real browser', function () {
  this.timeout(60_000);
  const files = new Map<string, readonly [type: string, text: string]>();
  let site: Api | undefined;
  let scene: Scene;
  let folder = '';
  let browser: ChildProcess | undefined;

  before(async function () {
    if (!existsSync(chromium)) skipBecause(this, `there is no Chromium at ${chromium}; set CHROMIUM to where one is`);
    const client = await bundleClient();
    site = await startApi(({ url }, response) => {
      const [type, content] = files.get(url) ?? ['text/html', 'gone'];
      response.writeHead(200, { 'content-type': type }).end(content);
    });
    const ring = new LinkRing([signer]);
    scene = await openScene({ auth: { links: () => ring }, settings: { origins: [site.url] } });
    files.set('/client.js', ['text/javascript', client.text]);
    files.set('/staying', ['text/html', pageOf(scene.ingest.url, staying)]);
    files.set('/leaving', ['text/html', pageOf(scene.ingest.url, leaving)]);
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-browser-'));
  });

  afterEach(async () => {
    if (browser?.exitCode === null && browser.kill('SIGKILL')) await once(browser, 'exit');
  });

  after(async () => {
    if (site === undefined) return;
    await scene.close();
    await site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const open = (page: string): Api => {
    assert.ok(site !== undefined);
    browser = spawn(chromium, [...quiet, `--user-data-dir=${folder}`, '--remote-debugging-port=0', `${site.url}${page}`], {
      stdio: 'ignore',
    });
    return site;
  };

  const ratings = async (): Promise<ReadonlyArray<number | undefined>> =>
    (await scene.values(topics.feedbackReceived)).map(({ number }) => number?.v);

  it('gives feedback and reads the answer', async () => {
    const { requests } = open('/staying');
    const told = await until('the page tells', () => requests.find(({ url }) => url === '/told'), { within: 30_000 });
    assert.match(told.text, /^[0-9a-f-]{36}$/);
    assert.deepEqual(await ratings(), [5]);
  });

  it('gives what has no answer by a beacon when the page is left', async () => {
    open('/leaving');
    await until('the beacon is in the log', async () => (await ratings()).includes(3), { within: 30_000 });
  });
});
