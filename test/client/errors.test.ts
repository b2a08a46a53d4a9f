import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { createClient } from '../../client/client.ts';
import { clientErrors, ClientError } from '../../client/client-error.ts';
import { freePort } from '../support/free-port.ts';
import { failing, hangUp, json, type Behaviour } from './rig/api.ts';
import { rating, startRig, type Rig } from './rig/rig.ts';

describe('the errors of the client', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const codes: ReadonlyArray<readonly [status: number, code: string]> = [
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not_found'],
    [409, 'conflict'],
    [415, 'refused'],
  ];
  for (const [status, code] of codes) {
    it(`call an answer of ${status} ${code}, at once`, async () => {
      rig = await startRig({ batch: { waitMs: 0 } });
      rig.api.next(failing(status, 'the_reason'));
      await assert.rejects(rig.client.feedback(rating(1)), {
        code,
        status,
        reason: 'the_reason',
        retryable: false,
        message: `The API answered with ${status}: it is the_reason`,
      });
      assert.equal(rig.api.requests.length, 1);
    });
  }

  it('say that an address redirects, instead of following it', async () => {
    rig = await startRig({ batch: { waitMs: 0 } });
    rig.api.next((_request, response) => void response.writeHead(308, { location: 'http://127.0.0.1:1/elsewhere' }).end());
    await assert.rejects(rig.client.feedback(rating(1)), { code: 'refused', status: 308, message: /^The API redirects: set url/ });
  });

  it('refuse an item that can never be sent, at once', async () => {
    rig = await startRig({ batch: { bytes: 1_000 } });
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const cyclic = { ...rating(1), user_context: circle };
    await assert.rejects(rig.client.feedback(cyclic), { code: 'bad_value' });
    await assert.rejects(rig.client.feedback({ ...rating(2), rationale: 'x'.repeat(1_000) }), { code: 'too_large' });
    assert.deepEqual(
      rig.failures.map(({ error }) => error.code),
      ['bad_value', 'too_large'],
    );
    assert.equal(rig.failures[0]!.item, '');
  });

  it('end no process if nobody awaits them', async () => {
    rig = await startRig();
    rig.api.next(failing(401, 'unauthenticated'));
    const program = `
      import { createClient } from ${JSON.stringify(new URL('../../client/index.ts', import.meta.url).href)};
      const client = createClient({ url: ${JSON.stringify(rig.api.url)}, apiKey: 'k', onFailure: ({ error }) => console.log(error.code) });
      client.feedback({ inference_id: 'i', rating: 1 });
      client.feedback({ inference_id: 'i', rating: 1n });
    `;
    const args = ['--import', 'ts-blank-space/register', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 8_000 });
    assert.equal(stdout, 'bad_value\nunauthorized\n');
  });

  it('name all mistakes of the options at once', async () => {
    rig = await startRig();
    const wrong = { url: 'ftp://x', apiKey: 'two words', batch: { items: 0 }, retry: { giveUpAfterMs: 86_400_001 }, timeoutMs: Number.NaN };
    assert.throws(() => createClient(wrong), {
      code: 'bad_options',
      message:
        'The client cannot be made: url is neither http nor https; apiKey or token is empty, or has spaces or characters outside of ASCII; ' +
        'batch.items is not above 0; timeoutMs is not above 0; retry.giveUpAfterMs is above 24 hours.',
    });
    assert.throws(() => createClient({ url: 'http://x?token=1', token: '' }), { message: /url has a query, .*token is empty/ });
  });

  const secret = 'mr_live+s3cr3t/';
  const telling: Readonly<Record<string, Behaviour>> = {
    'an answer that repeats it': (request, response) =>
      json(403, { code: 'forbidden', detail: `no such key: ${secret}, in ${request.url} ${request.headers.authorization}` })(
        request,
        response,
      ),
    'no connection': hangUp,
  };
  for (const [what, behaviour] of Object.entries(telling)) {
    for (const credentials of [{ apiKey: secret }, { token: secret }]) {
      it(`hold no ${Object.keys(credentials)[0]} after ${what}`, async () => {
        rig = await startRig({ ...credentials, batch: { waitMs: 0 }, retry: { giveUpAfterMs: 1, firstMs: 2 } });
        rig.api.next(behaviour, behaviour);
        const error = rig.client.feedback(rating(1)).catch((thrown: unknown) => thrown);
        if (behaviour === hangUp) {
          await rig.retries(1);
          rig.passPause();
        }
        const shown = inspect(await error, { depth: 9 }) + inspect(rig.failures, { depth: 9 });
        assert.match(shown, /ClientError/);
        assert.ok(!shown.includes('s3cr3t'), shown);
      });
    }
  }

  it('say where nothing listens, without the query', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    rig = await startRig({ url, token: 'tok', batch: { waitMs: 0 } });
    await assert.rejects(rig.client.feedbackStatus('x'), {
      code: 'unavailable',
      message: /^The API cannot be reached: connect ECONNREFUSED/,
    });
  });

  it('tell what became of feedback, or that nobody knows it', async () => {
    rig = await startRig();
    const known = { id: 'a/b', status: 'attributed', source: 'memory' };
    rig.api.next(json(200, known), failing(404, 'not_found'), json(200, 'hello'));
    assert.deepEqual(await rig.client.feedbackStatus('a/b'), known);
    assert.equal(rig.api.requests[0]!.url, '/v1/feedback/a%2Fb');
    await assert.rejects(rig.client.feedbackStatus('c'), { code: 'not_found', status: 404 });
    await assert.rejects(rig.client.feedbackStatus('d'), { code: 'unavailable' });
  });

  it('have a help text for each code', async () => {
    rig = await startRig();
    for (const [code, help] of Object.entries(clientErrors)) assert.match(help, /\.$/, code);
    assert.ok(new ClientError('closed', 'x') instanceof Error);
  });
});
