import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { RetryLater } from '../../../pipeline/core/retry-later.ts';
import type { Actuator } from '../../../services/actuators/actuator.ts';
import { readActuators, type SettingsOf } from '../../../services/actuators/actuator-settings.ts';
import { webhookActuator } from '../../../services/actuators/webhook-actuator.ts';
import { commandOf, decidedAt } from './commands.ts';
import { FakeApi } from './fake-api.ts';

describe('the webhook actuator', () => {
  let api: FakeApi;
  let actuator: Actuator;
  let file: string | undefined;

  beforeEach(async () => {
    api = await FakeApi.start();
    file = 'a-secret-of-sixteen\n';
    const text = JSON.stringify({ hook: { kind: 'webhook', tenant: 'acme', url: `${api.url}/deploy/`, secretFile: 's' } });
    const readFile = (): Promise<string> => (file === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(file));
    const settings = readActuators(text, 'test').hook as SettingsOf<'webhook'>;
    actuator = webhookActuator('hook', settings, { clock: { now: () => decidedAt + 1_999 }, readFile });
  });

  afterEach(async () => {
    await actuator.close();
    await api.stop();
  });

  const apply = (): ReturnType<Actuator['apply']> => actuator.apply(commandOf(), new AbortController().signal);
  const macOf = (secret: string, body: string): string =>
    createHmac('sha256', secret)
      .update(`${decidedAt / 1000 + 1}.${body}`)
      .digest('hex');

  it('posts the command under its id, with a signature over time and body', async () => {
    api.script = () => ({ status: 202 });
    assert.equal((await apply()).status, 'APPLIED');
    const [{ method, path, headers, body } = assert.fail('nothing was posted')] = api.asked;
    assert.deepEqual([method, path], ['POST', '/deploy/']);
    assert.equal(headers['idempotency-key'], commandOf().command_id);
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(body), commandOf());
    assert.equal(headers['millrace-signature'], `t=${decidedAt / 1000 + 1},v1=${macOf('a-secret-of-sixteen', body)}`);
  });

  it('signs with each secret of the file, so that one can be replaced without a gap', async () => {
    file = 'a-secret-of-sixteen\r\nanother-of-sixteen\n';
    api.script = () => ({ status: 200 });
    await apply();
    const [{ headers, body } = assert.fail('nothing was posted')] = api.asked;
    const macs = ['a-secret-of-sixteen', 'another-of-sixteen'].map((secret) => `v1=${macOf(secret, body)}`);
    assert.equal(headers['millrace-signature'], [`t=${decidedAt / 1000 + 1}`, ...macs].join(','));
  });

  it('tells conflicts from refusals, and repeats no secret', async () => {
    api.script = () => ({ status: 409, body: 'serves v3, not a-secret-of-sixteen' });
    assert.deepEqual(await apply(), { status: 'CONFLICT', rule: 'conflict', message: 'serves v3, not …' });
    api.script = () => ({ status: 422, body: 'no' });
    assert.deepEqual(await apply(), { status: 'REFUSED', rule: 'http_422', message: 'no' });
  });

  it('tries again after what the receiver asks for', async () => {
    api.script = () => ({ status: 503, headers: { 'retry-after': '7' } });
    await assert.rejects(apply(), (error) => error instanceof RetryLater && error.afterMs === 7_000);
    api.script = () => ({ status: 401 });
    await assert.rejects(apply(), { code: 'receiver_unavailable' });
  });

  it('does not start without a secret that is long enough, and waits for one that is away later', async () => {
    for (const text of ['short', '', undefined]) {
      file = text;
      await assert.rejects(actuator.prepare(), { code: 'bad_config' });
      await assert.rejects(apply(), { code: 'receiver_unavailable' });
    }
    assert.deepEqual(api.asked, []);
  });
});
