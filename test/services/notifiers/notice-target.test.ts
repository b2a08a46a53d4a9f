import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { DeliveryTarget } from '../../../pipeline/core/ports/delivery.ts';
import { RetryLater } from '../../../pipeline/core/retry-later.ts';
import type { QualityAlert } from '../../../schemas/generated/quality-alert.ts';
import { noticeTarget } from '../../../services/notifiers/notice-target.ts';
import { readNotifiers } from '../../../services/notifiers/notifier-settings.ts';
import { openNotifier } from '../../../services/notifiers/open-notifier.ts';
import { FakeApi, nothing } from '../actuators/fake-api.ts';
import { batchOf, noticeOf, toldAt } from './notices.ts';

const secret = 'a-secret-of-sixteen';

describe('the target of notices', () => {
  let api: FakeApi;
  let files: Record<string, string>;
  let opened: DeliveryTarget<QualityAlert>[];

  beforeEach(async () => {
    api = await FakeApi.start();
    files = { hmac: `${secret}\n`, 'slack-url': `${api.url}/services/T0/B0/very-secret-path\n` };
    opened = [];
  });

  afterEach(async () => {
    for (const target of opened) await target.close();
    await api.stop();
  });

  const targetOf = (settings: Readonly<Record<string, unknown>>): DeliveryTarget<QualityAlert> => {
    const read = readNotifiers(JSON.stringify({ team: { tenant: 'acme', ...settings } }), 'test').team ?? assert.fail();
    const readFile = (path: string): Promise<string> =>
      files[path] === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(files[path]);
    const ports = { clock: { now: () => toldAt }, env: {}, readFile };
    const target = noticeTarget(['team', read], openNotifier('team', read, ports), ports);
    opened.push(target);
    return target;
  };

  const deliver = (target: DeliveryTarget<QualityAlert>, batch = batchOf(noticeOf())): ReturnType<typeof target.deliver> =>
    target.deliver(batch, false, new AbortController().signal);

  it('posts a notice to a webhook as JSON, signed, under its id', async () => {
    api.script = () => ({ status: 204 });
    assert.deepEqual(await deliver(targetOf({ kind: 'webhook', url: `${api.url}/hook`, secretFile: 'hmac' })), []);
    const [{ path, headers, body } = nothing] = api.asked;
    assert.equal(path, '/hook');
    assert.deepEqual(JSON.parse(body), noticeOf());
    assert.equal(headers['idempotency-key'], noticeOf().event_id);
    const mac = createHmac('sha256', secret)
      .update(`${toldAt / 1000}.${body}`)
      .digest('hex');
    assert.equal(headers['millrace-signature'], `t=${toldAt / 1000},v1=${mac}`);
  });

  it('tells Slack what is the matter, where the URL is a secret of a file, and lets no name speak to everybody', async () => {
    api.script = () => ({ status: 200, body: 'ok' });
    await deliver(targetOf({ kind: 'slack', url: { file: 'slack-url' } }), batchOf(noticeOf({ model_name: '<!channel> & co' })));
    const [{ path, body } = nothing] = api.asked;
    assert.equal(path, '/services/T0/B0/very-secret-path');
    const { text, blocks } = JSON.parse(body) as { text: string; blocks: ReadonlyArray<{ type: string }> };
    assert.equal(text, ':rotating_light: accuracy of &lt;!channel&gt; &amp; co v2 is an alert');
    assert.deepEqual(
      blocks.map(({ type }) => type),
      ['section', 'context'],
    );
    assert.match(body, /0\.5123 over 120 observations in the window of 2026-03-01T08:59:00\.000Z/);
  });

  it('repeats no secret in what it throws and in what it refuses', async () => {
    const target = targetOf({ kind: 'slack', url: { file: 'slack-url' } });
    api.script = ({ path }) => ({ status: 403, body: `not ${path}` });
    const refused = (await deliver(target)) ?? [];
    assert.deepEqual(refused, [{ offset: 10, rule: 'http_403', detail: 'not …' }]);
    api.script = () => ({ status: 500, body: 'very-secret-path' });
    await assert.rejects(deliver(target), (error: Error) => !error.message.includes('secret-path'));
  });

  it('waits as long as the receiver asks, and posts what was taken no second time', async () => {
    const target = targetOf({ kind: 'webhook', url: api.url, secretFile: 'hmac' });
    const batch = batchOf(noticeOf(), noticeOf({ event_id: 'b4e1b9d2-3c0f-5a43-9d5c-6f1f0c6b5a11' }));
    api.script = () => (api.asked.length === 2 ? { status: 429, headers: { 'retry-after': '7' } } : { status: 200 });
    await assert.rejects(deliver(target, batch), (error) => error instanceof RetryLater && error.afterMs === 7_000);
    assert.deepEqual(await deliver(target, batch), []);
    assert.deepEqual(
      api.asked.map(({ headers }) => String(headers['idempotency-key']).slice(-2)),
      ['10', '11', '11'],
    );
  });

  it('tells only what is meant for it: its tenant, its models, and from its severity on what begins and what ends', async () => {
    api.script = () => ({ status: 200 });
    const target = targetOf({ kind: 'webhook', url: api.url, secretFile: 'hmac', models: ['digits'], atLeast: 'alert' });
    const told: ReadonlyArray<Partial<QualityAlert>> = [
      { tenant: 'other' },
      { model_name: 'letters' },
      { severity: 'WARNING' },
      { severity: 'NO_DATA' },
      { severity: 'WARNING', previous: 'ALERT' },
      { severity: 'OK', previous: 'WARNING' },
      { severity: 'OK', previous: 'ALERT' },
    ];
    await deliver(target, batchOf(...told.map(noticeOf)));
    assert.deepEqual(
      api.asked.map(({ body }) => JSON.parse(body) as QualityAlert).map(({ severity, previous }) => `${previous} ${severity}`),
      ['OK NO_DATA', 'ALERT WARNING', 'ALERT OK'],
    );
  });

  it('does not start without its secret, and waits for one that is away later', async () => {
    const target = targetOf({ kind: 'webhook', url: api.url, secretFile: 'hmac' });
    await target.prepare();
    files = { hmac: 'short' };
    await assert.rejects(target.prepare(), { code: 'bad_config' });
    await assert.rejects(deliver(target), { code: 'receiver_unavailable' });
    files = {};
    await assert.rejects(targetOf({ kind: 'slack', url: { file: 'slack-url' } }).prepare(), { code: 'bad_config' });
    assert.deepEqual(api.asked, []);
  });
});

describe('the settings of notifiers', () => {
  const mistakes = (settings: unknown): string => {
    try {
      readNotifiers(JSON.stringify(settings), 'notifiers.json');
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  };

  it('are refused with where the mistake is, and without the value', () => {
    assert.match(mistakes({ Team: { kind: 'slack', tenant: 'a', url: 'https://hooks.example' } }), /lower-case words/);
    assert.match(mistakes({ team: { kind: 'slack', url: 'https://hooks.example' } }), /team\.tenant/);
    assert.match(mistakes({ team: { kind: 'pager', tenant: 'a' } }), /team\.kind/);
    assert.match(mistakes({ team: { kind: 'slack', tenant: 'a' } }), /team\.url/);
    const typo = mistakes({ team: { kind: 'slack', tenant: 'a', url: 'https://hooks.example/hidden', colour: 'hidden' } });
    assert.match(typo, /colour/);
    assert.ok(!typo.includes('hidden'));
    assert.match(mistakes({}), /names no notifier/);
    assert.match(mistakes([]), /notifiers\.json/);
  });
});
