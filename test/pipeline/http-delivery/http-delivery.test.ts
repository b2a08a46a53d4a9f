import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { seeded } from '../../../pipeline/testing/seeded.ts';
import { until } from '../../support/until.ts';
import { Feed, type Order, partitions, topic, watchedPolls } from './feed.ts';
import { act, answer, ScriptedReceiver, taken } from './scripted-receiver.ts';

const never = new Promise<void>(() => undefined);

describe('a delivery to an endpoint', function () {
  this.timeout(90_000);
  let receiver: ScriptedReceiver;
  let feed: Feed;

  beforeEach(async () => {
    receiver = await ScriptedReceiver.start();
    feed = new Feed(receiver);
  });

  afterEach(() => receiver.stop());

  const header = (headers: ReadonlyArray<Readonly<Record<string, Buffer>>> | undefined, name: string): string | undefined =>
    headers?.find((each) => each[name] !== undefined)?.[name]?.toString();

  /** The customers' orders in the order in which each was first taken. */
  const takenByCustomer = (): ReadonlyMap<string, ReadonlyArray<number>> => {
    const orders = [...receiver.taken.values()].map((body) => body as Order);
    const customers = [...new Set(orders.map(({ customer }) => customer))];
    return new Map(customers.map((customer) => [customer, orders.filter((order) => order.customer === customer).map(({ n }) => n)]));
  };

  for (const seed of [1, 2, 3]) {
    it(`brings every record once by its key, in the order of each customer, to a receiver that fails by lot (seed ${seed})`, async () => {
      const draw = seeded(seed);
      const acts = [
        act('cut early'),
        act('cut late'),
        act('half'),
        answer(500, 'oops'),
        answer(503),
        answer(429, '', { 'retry-after': '0' }),
      ];
      receiver.script = ({ body }) => {
        if ((body as Order).n % 50 === 7) return answer(422, `order ${(body as Order).n} is not wanted`);
        return draw() < 0.25 ? (acts[Math.floor(draw() * acts.length)] ?? taken) : taken;
      };
      await feed.write(400);
      const delivery = feed.delivery({ declared: { records: 40, concurrency: 4 } });
      const done = delivery.run();
      await feed.settled(400);
      await delivery.stop();
      await done;
      const keys = await feed.keys();
      const refused = new Map([...keys].filter(([, { n }]) => n % 50 === 7));
      const expected = new Map([...keys].filter(([key]) => !refused.has(key)));
      assert.deepEqual(new Map([...receiver.taken].sort()), new Map([...expected].sort()));
      for (const [, orders] of takenByCustomer())
        assert.deepEqual(
          orders,
          [...orders].sort((a, b) => a - b),
        );
      const dead = (await feed.deadLetters()).map(({ value }) => (JSON.parse(String(value)) as Order).n);
      assert.deepEqual(
        dead.sort((a, b) => a - b),
        [7, 57, 107, 157, 207, 257, 307, 357],
      );
    });
  }

  it('puts what is refused into its dead letter as it was, with status, answer and place', async () => {
    receiver.script = ({ body }) => ((body as Order).n === 3 ? answer(422, '{"error":"n is odd"}') : taken);
    await feed.write(6);
    const counted: string[] = [];
    const count = (name: string, labels: Readonly<Record<string, string>>): void => {
      if (name === 'delivery_refused_total') counted.push(`${labels.node} ${labels.rule}`);
    };
    const meter = { count, gauge: () => undefined, observe: () => undefined };
    const delivery = feed.delivery({ ports: { meter } });
    const done = delivery.run();
    await feed.settled(6);
    await delivery.stop();
    await done;
    const [record, ...others] = await feed.deadLetters();
    assert.equal(others.length, 0);
    assert.equal(String(record?.key), 'c-3');
    assert.equal(String(record?.value), '{"n":3,"customer":"c-3"}');
    assert.equal(header(record?.headers, 'millrace.node'), 'hook');
    assert.equal(header(record?.headers, 'millrace.rule'), 'http_422');
    assert.equal(header(record?.headers, '__streams.errors.message'), '{"error":"n is odd"}');
    assert.equal(header(record?.headers, '__streams.errors.topic'), topic);
    assert.equal(header(record?.headers, '__streams.errors.offset'), '1');
    assert.deepEqual(counted, ['hook http_422']);
  });

  it('stops at a refusal where there is no dead letter, and commits nothing for it', async () => {
    receiver.script = () => answer(400, 'no');
    await feed.write(1);
    const error: unknown = await feed
      .delivery({ withoutDeadLetter: true })
      .run()
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof MillraceError);
    assert.equal(error.code, 'delivery_refused');
    assert.match(error.message, /offsets 0 to 0: the record at offset 0: http_400/);
  });

  it('leaves the commit when its address is wrong, so that a restart does not drain the topic into the dead letter', async () => {
    receiver.script = () => answer(404);
    await feed.write(200);
    for (let restart = 0; restart < 3; restart += 1) {
      const delivery = feed.delivery({ declared: { records: 50, refusalLimit: 20 }, cluster: feed.cluster.connect(`process-${restart}`) });
      await assert.rejects(delivery.run(), /has refused \d+ requests in a row/);
    }
    assert.ok((await feed.deadLetters()).length === 0, 'nothing is in the dead letter');
    receiver.script = () => taken;
    const delivery = feed.delivery();
    const done = delivery.run();
    await feed.settled(200);
    await delivery.stop();
    await done;
    assert.equal(receiver.taken.size, 200);
  });

  const crashes = ['before it announces', 'before the first request', 'between two requests', 'after the last request', 'after the commit'];

  for (const per of ['record', 'batch'] as const) {
    for (const when of crashes) {
      it(`repeats keys and nothing else when its process dies ${when}, with a ${per} in each request`, async () => {
        await feed.write(40);
        const doomed = feed.cluster.connect('doomed');
        let died = false;
        const crash = (): Promise<void> => {
          doomed.crash();
          died = true;
          return never;
        };
        feed.committed = (client, times) => {
          if (client === 'doomed' && times === ({ 'before it announces': 4, 'after the commit': 6 }[when] ?? -1)) void crash();
        };
        const at = { 'before the first request': 0, 'between two requests': 3, 'after the last request': 9 }[when] ?? -1;
        receiver.script = async () => {
          const requests = receiver.requests.length;
          if (!died && per === 'record' && requests === at + 1) await crash();
          if (!died && per === 'batch' && at >= 0 && requests === 2) await crash();
          return taken;
        };
        const declared = { per, records: 10, concurrency: 1, waitMs: 5 };
        feed
          .delivery({ declared, cluster: doomed })
          .run()
          .catch(() => undefined);
        await until('the process has died', () => died);
        const next = feed.delivery({ declared: { ...declared, records: 7 } });
        const done = next.run();
        await feed.settled(40);
        await next.stop();
        await done;
        const bodies = [...receiver.taken.values()].flatMap((body) => body as Order | ReadonlyArray<Order>);
        assert.deepEqual(
          bodies.map(({ n }) => n).sort((a, b) => a - b),
          Array.from({ length: 40 }, (_, n) => n),
        );
        if (per === 'record') assert.deepEqual([...receiver.taken.keys()].sort(), [...(await feed.keys()).keys()].sort());
      });
    }
  }

  it('goes on after a long outage with a hundred thousand records waiting, having read no more than a few batches meanwhile', async () => {
    const port = new URL(receiver.url).port;
    await receiver.stop();
    const count = 100_000;
    await feed.write(count);
    let polled = 0;
    const cluster = watchedPolls(feed.cluster.connect('process'), (records) => (polled += records));
    const records = 1_000;
    const delivery = feed.delivery({ declared: { per: 'batch', records }, cluster });
    const done = delivery.run();
    await until('it has failed often', () => (delivery.trouble?.attempts ?? 0) >= 20);
    assert.equal(delivery.trouble?.code, 'receiver_unavailable');
    assert.match(delivery.trouble.error, /ECONNREFUSED/);
    const most = 4 * records * partitions;
    assert.ok(polled > 0 && polled <= most, `${polled} records were read, ${most} at most are expected`);
    const back = await ScriptedReceiver.start(Number(port));
    await feed.settled(count);
    assert.equal(delivery.trouble, undefined);
    await delivery.stop();
    await done;
    const orders = [...back.taken.values()].flatMap((body) => body as ReadonlyArray<Order>);
    assert.equal(orders.length, count);
    assert.equal(new Set(orders.map(({ n }) => n)).size, count);
    assert.deepEqual(await feed.deadLetters(), []);
    await back.stop();
  });
});
