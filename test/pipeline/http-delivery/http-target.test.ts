import assert from 'node:assert/strict';
import { endpoint, type EndpointOptions } from '../../../pipeline/core/endpoint.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { DeliveryBatch, DeliveryTarget, RefusedRow } from '../../../pipeline/core/ports/delivery.ts';
import { RetryLater } from '../../../pipeline/core/retry-later.ts';
import { httpTarget } from '../../../pipeline/http-delivery/http-target.ts';
import { readReceivers, type ReceiverSettings } from '../../../pipeline/http-delivery/receiver-settings.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { jsonType } from '../clickhouse/json-type.ts';
import { act, answer, ScriptedReceiver, taken } from './scripted-receiver.ts';

interface Order {
  readonly n: number;
  readonly photo?: Buffer;
}

const orderType = jsonType<Order>({ type: 'record', name: 'test.Order', fields: [{ name: 'n', type: 'int' }] });

/** Rows 0 to n − 1, of the keys that are given in turn. */
const batchOf = (count: number, keys: ReadonlyArray<string | null> = ['k']): DeliveryBatch<Order> => ({
  token: `t/n/orders/2/0-${count}/s`,
  topic: 'orders',
  partition: 2,
  from: 0,
  to: count,
  rows: Array.from({ length: count }, (_, n) => {
    const key = keys[n % keys.length] ?? null;
    return { offset: n, value: { n }, key: key === null ? null : Buffer.from(key) };
  }),
});

const signal = (): AbortSignal => new AbortController().signal;

describe('the target of an endpoint', () => {
  let receiver: ScriptedReceiver;
  let clock: VirtualClock;
  let files: Map<string, string>;
  const targets: DeliveryTarget<Order>[] = [];

  beforeEach(async () => {
    receiver = await ScriptedReceiver.start();
    clock = new VirtualClock();
    files = new Map();
  });

  afterEach(async () => {
    for (const target of targets.splice(0)) await target.close();
    await receiver.stop();
  });

  const settingsOf = (more: object = {}): ReceiverSettings => {
    const settings = readReceivers(JSON.stringify({ hook: { url: receiver.url, timeoutMs: 10_000, ...more } }), 'endpoints.json').hook;
    assert.ok(settings !== undefined);
    return settings;
  };

  const targetOf = (options: Partial<EndpointOptions<Order>> = {}, more: object = {}): DeliveryTarget<Order> => {
    const readFile = (path: string): Promise<string> => {
      const text = files.get(path);
      return text === undefined ? Promise.reject(new Error('ENOENT: no such file')) : Promise.resolve(text);
    };
    const hook = endpoint('hook', { type: orderType, ...options });
    const target = httpTarget(hook, settingsOf(more), { clock, env: { HOOK_KEY: 'from-env' }, readFile });
    targets.push(target);
    return target;
  };

  const failureOf = async (work: Promise<unknown>): Promise<MillraceError> => {
    const thrown: unknown = await work.then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof MillraceError, `it threw ${String(thrown)}`);
    return thrown;
  };

  /** As a delivery does it: tries until it succeeds. */
  const insist = async (target: DeliveryTarget<Order>, batch: DeliveryBatch<Order>): Promise<ReadonlyArray<RefusedRow> | undefined> => {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      try {
        return await target.deliver(batch, false, signal());
      } catch (error) {
        if (!(error instanceof MillraceError && error.retryable)) throw error;
        await clock.advance(1000);
      }
    }
    return assert.fail('50 attempts were not enough');
  };

  const bodies = (): ReadonlyArray<unknown> => receiver.requests.map(({ body }) => (body as Order).n);

  it('posts each record as JSON under a key made of topic, partition and offset', async () => {
    const refused = await targetOf().deliver(batchOf(2), false, signal());
    assert.deepEqual(refused, []);
    assert.deepEqual(
      receiver.requests.map(({ key, body, headers }) => [key, body, headers['content-type']]),
      [
        ['orders-2-0', { n: 0 }, 'application/json'],
        ['orders-2-1', { n: 1 }, 'application/json'],
      ],
    );
  });

  it('posts a batch as one array under a key made of its range, and bytes as base64', async () => {
    const batch = batchOf(2);
    const rows = batch.rows.map((row) => ({ ...row, value: { ...row.value, photo: Buffer.from('hi') } }));
    await targetOf({ per: 'batch' }, { keyPrefix: 'prod-' }).deliver({ ...batch, rows }, false, signal());
    assert.deepEqual(
      receiver.requests.map(({ key, body }) => [key, body]),
      [
        [
          'prod-orders-2-0-2',
          [
            { n: 0, photo: 'aGk=' },
            { n: 1, photo: 'aGk=' },
          ],
        ],
      ],
    );
  });

  it('keeps the order of each key and posts several keys at once, as many as it may', async () => {
    let waiting: (() => void)[] = [];
    receiver.script = async () => {
      if (receiver.requests.length <= 3) await new Promise<void>((resolve) => waiting.push(resolve));
      return taken;
    };
    const done = targetOf({ concurrency: 3 }).deliver(batchOf(40, ['a', 'b', 'c', 'd']), false, signal());
    while (waiting.length < 3) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(receiver.requests.length, 3);
    waiting.forEach((go) => go());
    waiting = [];
    await done;
    assert.equal(receiver.mostAtOnce, 3);
    assert.equal(receiver.taken.size, 40);
    for (const rest of [0, 1, 2, 3]) {
      const ofKey = bodies().filter((n) => Number(n) % 4 === rest);
      assert.deepEqual(
        ofKey,
        [...ofKey].sort((a, b) => Number(a) - Number(b)),
      );
    }
  });

  it('posts records without a key in their order', async () => {
    await targetOf({ concurrency: 8 }).deliver(batchOf(10, [null]), false, signal());
    assert.deepEqual(bodies(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(receiver.mostAtOnce, 1);
  });

  const silence = act('never');
  const troubles = [
    ['drops the connection before it has done anything', act('cut early')],
    ['drops the connection after it has taken the record', act('cut late')],
    ['gives half an answer', act('half')],
    ['never answers', silence],
    ['answers 500', answer(500, 'oops')],
    ['answers 503', answer(503)],
    ['answers 408', answer(408)],
    ['answers 425', answer(425)],
    ['answers 429', answer(429)],
    ['answers 401', answer(401)],
    ['redirects', answer(308, '', { location: 'http://127.0.0.1:1/' })],
  ] as const;

  for (const [what, trouble] of troubles) {
    it(`is to be tried again when the receiver ${what}, and does not post again what was taken before`, async () => {
      receiver.script = ({ body }, nth) => ((body as Order).n === 1 && nth < 2 ? trouble : taken);
      const target = targetOf({}, trouble === silence ? { timeoutMs: 1_000 } : {});
      const batch = batchOf(4);
      const error = await failureOf(target.deliver(batch, false, signal()));
      assert.ok(error.retryable, `${error.code} is not retryable`);
      assert.deepEqual(await insist(target, batch), []);
      assert.deepEqual(bodies(), [0, 1, 1, 1, 2, 3]);
      assert.deepEqual(new Set(receiver.requests.map(({ key }) => key)).size, 4);
    });
  }

  it('takes an answer that does not end for what its status says', async () => {
    receiver.script = () => act('endless');
    assert.deepEqual(await targetOf().deliver(batchOf(1), false, signal()), []);
  });

  it('tells the refused rows with status and the first bytes of the answer, and goes on with the others', async () => {
    receiver.script = ({ body }) => ((body as Order).n === 1 ? answer(422, 'n must not be 1'.padEnd(5000, '.')) : taken);
    const refused = await targetOf().deliver(batchOf(3), false, signal());
    assert.deepEqual(
      refused?.map(({ offset, rule, detail }) => [offset, rule, detail.slice(0, 15), detail.length]),
      [[1, 'http_422', 'n must not be 1', 1000]],
    );
    assert.deepEqual(bodies(), [0, 1, 2]);
  });

  it('tells all rows of a batch that is refused whole', async () => {
    receiver.script = () => answer(413);
    const refused = await targetOf({ per: 'batch' }).deliver(batchOf(3), false, signal());
    assert.deepEqual(
      refused?.map(({ offset, rule }) => [offset, rule]),
      [0, 1, 2].map((offset) => [offset, 'http_413']),
    );
  });

  it('does not forget what was refused when the rest has to be tried again', async () => {
    receiver.script = ({ body }, nth) => ((body as Order).n === 0 ? answer(400) : nth === 0 ? answer(503) : taken);
    assert.deepEqual(
      (await insist(targetOf(), batchOf(2)))?.map(({ offset }) => offset),
      [0],
    );
    assert.deepEqual(bodies(), [0, 1, 1]);
  });

  it('stops when so many requests in a row are refused that no record can be the reason', async () => {
    receiver.script = ({ body }) => ((body as Order).n < 2 || (body as Order).n === 4 ? taken : answer(404, 'no such page'));
    const error = await failureOf(targetOf({ refusalLimit: 3 }).deliver(batchOf(20), false, signal()));
    assert.equal(error.code, 'delivery_refused');
    assert.match(error.message, /endpoint "hook" at http:\/\/127\.0\.0\.1:\d+ answers 404 and has refused 3 requests in a row/);
    assert.deepEqual(bodies(), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('asks to wait as long as the receiver does, and leaves it alone till then, other partitions included', async () => {
    receiver.script = (_, nth) => (nth === 0 ? answer(429, '', { 'retry-after': '7' }) : taken);
    const target = targetOf();
    const first = await failureOf(target.deliver(batchOf(1), false, signal()));
    assert.ok(first instanceof RetryLater);
    assert.equal(first.afterMs, 7000);
    await clock.advance(2000);
    const other = await failureOf(target.deliver({ ...batchOf(1), partition: 3 }, false, signal()));
    assert.ok(other instanceof RetryLater);
    assert.equal(other.afterMs, 5000);
    assert.equal(receiver.requests.length, 1);
  });

  it('begins no further request of a batch once one has to wait', async () => {
    receiver.script = () => answer(503);
    await failureOf(targetOf({ concurrency: 2 }).deliver(batchOf(30, ['a', 'b', 'c', 'd', 'e', 'f']), false, signal()));
    assert.ok(receiver.requests.length <= 2, `there were ${receiver.requests.length}`);
  });

  it('makes no more retries than its budget allows, and more when time has passed', async () => {
    receiver.script = () => answer(503);
    const target = targetOf();
    const batch = batchOf(1);
    for (let n = 0; n < 150; n += 1) await failureOf(target.deliver(batch, false, signal()));
    assert.equal(receiver.requests.length, 101);
    await clock.advance(500);
    for (let n = 0; n < 50; n += 1) await failureOf(target.deliver(batch, false, signal()));
    assert.equal(receiver.requests.length, 106);
  });

  it('gives a record up after the declared time, and then goes on with those behind it', async () => {
    receiver.script = ({ body }) => ((body as Order).n === 1 ? answer(500) : taken);
    const refused = await insist(targetOf({ giveUpAfter: 5_000 }), batchOf(3));
    assert.deepEqual(
      refused?.map(({ offset, rule }) => [offset, rule]),
      [[1, 'gave_up']],
    );
    assert.deepEqual([...new Set(bodies())], [0, 1, 2]);
    assert.equal(bodies().length, 8);
  });

  it('posts a batch again from its start when another holder has it, under the same keys', async () => {
    await targetOf().deliver(batchOf(3), false, signal());
    await targetOf().deliver(batchOf(3), true, signal());
    assert.equal(receiver.requests.length, 6);
    assert.equal(receiver.taken.size, 3);
  });

  it('can be tried again when it was called off', async () => {
    receiver.script = () => act('never');
    const cut = new AbortController();
    const done = failureOf(targetOf({}, { timeoutMs: 20_000 }).deliver(batchOf(1), false, cut.signal));
    while (receiver.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    cut.abort(new Error('the partition has gone'));
    assert.ok((await done).retryable);
    assert.ok((await failureOf(targetOf().deliver(batchOf(1), false, AbortSignal.abort()))).retryable);
  });

  it('sends headers from the settings, the environment and files, and reads a file anew for each batch', async () => {
    files.set('/run/token', 'first\n');
    const headers = { authorization: { file: '/run/token', prefix: 'Bearer ' }, 'X-Key': { env: 'HOOK_KEY' }, 'x-team': 'ml' };
    const target = targetOf({}, { headers });
    await target.prepare();
    await target.deliver(batchOf(1), false, signal());
    files.set('/run/token', 'second\n');
    await target.deliver(batchOf(1), false, signal());
    assert.deepEqual(
      receiver.requests.map((request) => [request.headers.authorization, request.headers['x-key'], request.headers['x-team']]),
      [
        ['Bearer first', 'from-env', 'ml'],
        ['Bearer second', 'from-env', 'ml'],
      ],
    );
    files.delete('/run/token');
    assert.ok((await failureOf(target.deliver(batchOf(1), false, signal()))).retryable);
  });

  it('does not start without a secret that it needs, and says which', async () => {
    const error = await failureOf(targetOf({}, { headers: { authorization: { file: '/run/none' } } }).prepare());
    assert.equal(error.code, 'bad_config');
    assert.match(error.message, /endpoint "hook", header authorization: the file cannot be read/);
    const other = await failureOf(targetOf({}, { headers: { 'x-key': { env: 'NOT_THERE' } } }).prepare());
    assert.match(other.message, /header x-key: the environment variable NOT_THERE is not set/);
  });

  it('never repeats a secret, though the receiver does', async () => {
    files.set('/run/token', 's3cr3t-token');
    const url = receiver.url.replace('http://', 'http://me:pass-word@').replace('/hook', '/hook/T00/B00-secret?key=query-secret');
    const headers = { 'x-token': { file: '/run/token', prefix: 'Token ' } };
    receiver.script = ({ headers: sent }, nth) =>
      answer(nth === 0 ? 500 : 400, JSON.stringify(sent) + '/hook/T00/B00-secret?key=query-secret');
    const target = targetOf({}, { url, headers });
    const batch = batchOf(1);
    const error = await failureOf(target.deliver(batch, false, signal()));
    const refused = await insist(target, batch);
    await receiver.stop();
    const gone = await failureOf(target.deliver(batchOf(1), false, signal()));
    const said = JSON.stringify([error.message, String(error.stack), refused, gone.message, String(gone.cause)]);
    for (const secret of ['s3cr3t', 'pass-word', 'B00-secret', 'query-secret', Buffer.from('me:pass-word').toString('base64')]) {
      assert.ok(!said.includes(secret), `${secret} in ${said}`);
    }
    assert.equal(receiver.requests[0]?.headers.authorization, `Basic ${Buffer.from('me:pass-word').toString('base64')}`);
  });
});
