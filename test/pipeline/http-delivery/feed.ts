import assert from 'node:assert/strict';
import { type MemoryCluster, memoryCluster } from '../../../pipeline/cluster/memory/memory-cluster.ts';
import { endpoint, type EndpointOptions } from '../../../pipeline/core/endpoint.ts';
import type { Cluster, LogRecord } from '../../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../pipeline/core/ports/meter.ts';
import { httpTarget } from '../../../pipeline/http-delivery/http-target.ts';
import { Delivery } from '../../../pipeline/runtime/delivery/delivery.ts';
import type { DeliveryPorts } from '../../../pipeline/runtime/delivery/delivery-options.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { readTopic } from '../../../pipeline/testing/drive/read-topic.ts';
import { until } from '../../support/until.ts';
import { jsonType } from '../clickhouse/json-type.ts';
import type { ScriptedReceiver } from './scripted-receiver.ts';

export interface Order {
  readonly n: number;
  readonly customer: string;
}

const orderType = jsonType<Order>({ type: 'record', name: 'test.Order', fields: [{ name: 'n', type: 'int' }] });

export const topic = 'millrace.test.hook.delivery';
export const deadLetter = 'millrace.test.hook.dead-letter';
export const groupId = 'test.hook';
export const partitions = 2;

/** How a process of the delivery differs from others. */
export interface Process {
  readonly cluster?: Cluster;
  readonly declared?: Partial<EndpointOptions<Order>>;
  readonly ports?: Partial<DeliveryPorts<Order>>;
  readonly timeoutMs?: number;
  readonly withoutDeadLetter?: boolean;
}

/** The same cluster; `polled` is told of how many records each poll of a group's member has read. */
export const watchedPolls = (inner: Cluster, polled: (records: number) => void): Cluster => ({
  traits: inner.traits,
  admin: () => inner.admin(),
  producer: () => inner.producer(),
  reader: (isolation) => inner.reader(isolation),
  transactionalProducer: (id) => inner.transactionalProducer(id),
  close: () => inner.close(),
  groupConsumer: async (options) => {
    const consumer = await inner.groupConsumer(options);
    const poll = consumer.poll.bind(consumer);
    consumer.poll = async (max, waitMs) => {
      const records = await poll(max, waitMs);
      polled(records.length);
      return records;
    };
    return consumer;
  },
});

/** A topic of orders on a memory cluster in real time, and deliveries of it to a receiver. */
export class Feed {
  readonly receiver: ScriptedReceiver;
  readonly cluster: MemoryCluster;
  /** Called with the client that has just committed offsets, and how often it has. */
  committed: (client: string, times: number) => void = () => undefined;
  readonly #commits = new Map<string, number>();

  constructor(receiver: ScriptedReceiver) {
    this.receiver = receiver;
    const after = ({ operation, client }: { readonly operation: string; readonly client: string }): void => {
      if (operation !== 'commitOffsets') return;
      const times = (this.#commits.get(client) ?? 0) + 1;
      this.#commits.set(client, times);
      this.committed(client, times);
    };
    this.cluster = memoryCluster({ clock: systemClock, autoCreatePartitions: partitions, sessionTimeoutMs: 300, faults: { after } });
  }

  /** Writes orders 0 to n − 1, of some customers in turn, each customer's in one partition. */
  async write(count: number, customers = 8): Promise<void> {
    const producer = await this.cluster.producer();
    for (let n = 0; n < count; n += 1) {
      const customer = `c-${n % customers}`;
      const value = Buffer.from(JSON.stringify({ n, customer }));
      await producer.send({ topic, partition: (n % customers) % partitions, key: Buffer.from(customer), value });
    }
    await producer.close();
  }

  delivery({ cluster = this.cluster.connect('process'), declared = {}, ports = {}, ...more }: Process = {}): Delivery<Order> {
    const hook = endpoint('hook', { type: orderType, ...declared });
    const settings = {
      url: { value: this.receiver.url },
      headers: {},
      timeoutMs: more.timeoutMs ?? 2_000,
      keyPrefix: '',
      caFile: undefined,
    };
    const readFile = (): Promise<string> => Promise.reject(new Error('no file'));
    const target = httpTarget(hook, settings, { clock: systemClock, env: {}, readFile });
    const decoder = { unknownId: () => undefined, learn: () => Promise.resolve(), decode: (bytes: Buffer) => orderType.decode(bytes) };
    const options = { topology: 'test', node: 'hook', topic, groupId, schema: 's', ...(more.withoutDeadLetter ? {} : { deadLetter }) };
    const limits = { batch: { records: hook.records, waitMs: hook.waitMs }, retry: { firstMs: 5, mostMs: 50, attemptMs: 20_000 } };
    const rest = { clock: systemClock, random: () => 0.5, meter: noMeter, log: noLog };
    return new Delivery({ ...options, ...limits }, { cluster, decoder, target, ...rest, ...ports });
  }

  /** Waits until so many records are committed as delivered. */
  async settled(count: number, within = 60_000): Promise<void> {
    const admin = await this.cluster.connect('looker-on').admin();
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    const isDone = async (): Promise<boolean> =>
      (await admin.committed(groupId, all)).reduce((sum, { offset }) => sum + offset, 0) >= count;
    await until(`${count} records are committed`, isDone, { within });
  }

  async deadLetters(): Promise<ReadonlyArray<LogRecord>> {
    return readTopic(this.cluster.connect('reader'), deadLetter);
  }

  /** The key under which each record has to arrive, by the place where it stands. */
  async keys(): Promise<ReadonlyMap<string, Order>> {
    const records = await readTopic(this.cluster.connect('reader'), topic);
    assert.ok(records.length > 0);
    return new Map(
      records.map(({ partition, offset, value }) => [`${topic}-${partition}-${offset}`, JSON.parse(String(value)) as Order] as const),
    );
  }
}
