import assert from 'node:assert/strict';
import { type MemoryCluster, memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { MemoryFaults } from '../../../../pipeline/cluster/memory/faults.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Cluster, CommittedOffset, GroupConsumer } from '../../../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../../pipeline/core/ports/meter.ts';
import type { WireDecoder } from '../../../../pipeline/core/ports/wire.ts';
import { Delivery } from '../../../../pipeline/runtime/delivery/delivery.ts';
import type { DeliveryOptions, DeliveryPorts } from '../../../../pipeline/runtime/delivery/delivery-options.ts';
import { MemoryReceiver, type MemoryTargetFaults } from '../../../../pipeline/testing/memory-target.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

export const topic = 'millrace.test.rows.delivery';
export const groupId = 'test.rows';

/** Reads numbers as text; anything else is refused. */
export const numberDecoder: WireDecoder<number> = {
  unknownId: () => undefined,
  learn: () => Promise.resolve(),
  decode: (bytes) => {
    const value = Number(bytes.toString());
    if (Number.isNaN(value)) throw new MillraceError('not_decodable', 'it is no number');
    return value;
  },
};

/** What a delivery in a test differs in. */
export interface Variation {
  readonly options?: Partial<DeliveryOptions>;
  readonly ports?: Partial<DeliveryPorts<number>>;
  readonly faults?: MemoryTargetFaults;
}

/** A topic, a receiver, virtual time, and deliveries in as many processes as a test wants. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly receiver = new MemoryReceiver<number>();
  readonly cluster: MemoryCluster;
  readonly commits: CommittedOffset[] = [];
  readonly paused: string[] = [];
  readonly #partitions: number;

  constructor({ partitions = 1, faults = {} }: { readonly partitions?: number; readonly faults?: MemoryFaults } = {}) {
    this.#partitions = partitions;
    this.cluster = memoryCluster({ clock: this.clock, faults, sessionTimeoutMs: 5_000, autoCreatePartitions: partitions });
  }

  /** Writes numbers, each into the partition that it leaves as a remainder. */
  async write(numbers: ReadonlyArray<number | string>): Promise<void> {
    const producer = await this.cluster.producer();
    for (const n of numbers) {
      const partition = typeof n === 'number' ? n % this.#partitions : 0;
      await producer.send({ topic, partition, key: null, value: Buffer.from(String(n)), timestamp: this.clock.now() });
    }
    await producer.close();
  }

  /** Writes numbers in a transaction of their own. */
  async transact(numbers: ReadonlyArray<number>, end: 'commit' | 'abort' = 'commit'): Promise<void> {
    const producer = await this.cluster.transactionalProducer('writer');
    await producer.begin();
    for (const n of numbers) producer.produce({ topic, partition: n % this.#partitions, key: null, value: Buffer.from(String(n)) });
    await producer[end]();
    await producer.close();
  }

  /** A delivery over a connection, by default this scene's own. */
  delivery({ options = {}, ports = {}, faults = {} }: Variation = {}): Delivery<number> {
    const batch = { records: 3, waitMs: 100, ...options.batch };
    const cluster = this.#watched(ports.cluster ?? this.cluster);
    const target = this.receiver.target(faults);
    const rest = { decoder: numberDecoder, clock: this.clock, random: () => 0.5, meter: noMeter, log: noLog };
    return new Delivery<number>(
      { topology: 'test', node: 'rows', topic, groupId, schema: 's1', ...options, batch },
      { target, ...rest, ...ports, cluster },
    );
  }

  /** Lets a delivery run until a condition holds, then stops it. Fails if that takes a virtual hour. */
  async runUntil(delivery: Delivery<number>, holds: () => boolean): Promise<void> {
    const done = delivery.run();
    done.catch(() => undefined);
    await this.passUntil(holds);
    await this.clock.until(delivery.stop());
    await done;
  }

  /** Lets time pass until a condition holds. */
  async passUntil(holds: () => boolean): Promise<void> {
    for (let ms = 0; ms < 3_600_000; ms += 50) {
      if (holds()) return;
      await this.clock.advance(50);
    }
    assert.fail('an hour has passed and the condition does not hold');
  }

  /** The values received, by partition and in the order of arrival. */
  received(): ReadonlyArray<number> {
    return this.receiver.rows.map(({ value }) => value);
  }

  /** What the group has committed, read over a connection that no fault strikes. */
  async committed(partition = 0): Promise<{ offset: number; metadata: string } | undefined> {
    const admin = await this.cluster.connect('looker-on').admin();
    const [found] = await admin.committed(groupId, [{ topic, partition }]);
    return found === undefined ? undefined : { offset: found.offset, metadata: found.metadata };
  }

  /** The same cluster, with what the consumer commits and pauses written down. */
  #watched(cluster: Cluster): Cluster {
    return {
      traits: cluster.traits,
      admin: () => cluster.admin(),
      producer: () => cluster.producer(),
      reader: (isolation) => cluster.reader(isolation),
      transactionalProducer: (id) => cluster.transactionalProducer(id),
      close: () => cluster.close(),
      groupConsumer: async (options) => this.#watchedConsumer(await cluster.groupConsumer(options)),
    };
  }

  #watchedConsumer(inner: GroupConsumer): GroupConsumer {
    return {
      poll: (max, waitMs) => inner.poll(max, waitMs),
      seek: (offsets) => inner.seek(offsets),
      committed: (partitions) => inner.committed(partitions),
      position: (partition) => inner.position(partition),
      starts: (partitions) => inner.starts(partitions),
      ends: (partitions, isolation) => inner.ends(partitions, isolation),
      close: () => inner.close(),
      pause: (partitions) => {
        this.paused.push(...partitions.map(({ partition }) => `pause ${partition}`));
        inner.pause(partitions);
      },
      resume: (partitions) => {
        this.paused.push(...partitions.map(({ partition }) => `resume ${partition}`));
        inner.resume(partitions);
      },
      commit: async (offsets) => {
        await inner.commit(offsets);
        this.commits.push(...offsets);
      },
    };
  }
}

/** What a target throws that cannot be reached. */
export const away = (): MillraceError => new MillraceError('table_unavailable', 'nobody is there');

/** A promise that a test fulfils. */
export const gate = (): { readonly opened: Promise<void>; open: () => void } => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

/** The numbers 0 to n − 1. */
export const upTo = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, index) => index);
