import { memoryRegistry } from '../../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../../pipeline/avro/wire.ts';
import type { MemoryFaults } from '../../../../pipeline/cluster/memory/faults.ts';
import { type MemoryCluster, memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { keyReader } from '../../../../pipeline/core/key.ts';
import type { Accepted } from '../../../../pipeline/core/plan.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../../pipeline/core/ports/meter.ts';
import type { Topic } from '../../../../pipeline/core/topic.ts';
import { Runner } from '../../../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../../../pipeline/runtime/settings.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { readTopic } from '../../../../pipeline/testing/drive/read-topic.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

/** One cluster on which version after version of a topology runs. */
export class Versions {
  readonly clock = new VirtualClock();
  readonly cluster: MemoryCluster;
  readonly wire = createWire(memoryRegistry());

  private constructor(faults: MemoryFaults) {
    this.cluster = memoryCluster({ clock: this.clock, faults });
  }

  static async of(topics: Readonly<Record<string, number>>, faults: MemoryFaults = {}): Promise<Versions> {
    const versions = new Versions(faults);
    const admin = await versions.cluster.admin();
    await admin.createTopics(Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions })));
    return versions;
  }

  start(topology: Topology, accepted: Accepted = {}, slot = '0'): Promise<Runner> {
    const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const ports = { cluster: this.cluster.connect(`process-${slot}`), wire: this.wire, clock: this.clock, meter: noMeter, log: noLog };
    const settings = { ...defaultSettings, endFreshness: 0, excludeAfter: undefined, slot, accepted };
    return this.clock.until(Runner.start(topology, { ...ports, makeStore }, settings));
  }

  /** Starts a version, lets it do what there is to do, and stops it. */
  async run(topology: Topology, accepted: Accepted = {}): Promise<void> {
    const runner = await this.start(topology, accepted);
    for (let quiet = 0; quiet < 5;) {
      const fed = await this.clock.until(runner.step(10));
      await this.clock.until(runner.commitNow());
      quiet = fed === 0 && runner.isDrained ? quiet + 1 : 0;
    }
    await this.clock.until(runner.close());
  }

  async put<T>(topic: Topic<T>, ...values: ReadonlyArray<T>): Promise<void> {
    const encode = await this.wire.encoder(topic.name, topic.type);
    const keyOf = keyReader(topic.key);
    const timeOf = topic.time === undefined ? undefined : topic.type.timeAt(topic.time);
    const producer = await this.cluster.producer();
    for (const value of values) {
      const timestamp = Math.max(this.clock.now(), timeOf?.(value) ?? 0);
      await producer.send({ topic: topic.name, key: Buffer.from(keyOf(value)), value: encode(value), timestamp });
    }
    await producer.close();
  }

  async values<T>(topic: Topic<T>): Promise<ReadonlyArray<T>> {
    const records = await this.clock.until(readTopic(this.cluster, topic.name));
    return records.flatMap(({ value }) => (value === null ? [] : [topic.type.decode(value.subarray(5))]));
  }
}
