import { createWire } from '../avro/wire.ts';
import { memoryRegistry } from '../avro/memory-registry.ts';
import type { MemoryFaults } from '../cluster/memory/faults.ts';
import { memoryCluster } from '../cluster/memory/memory-cluster.ts';
import type { Topology } from '../core/graph.ts';
import { noLog } from '../core/ports/log.ts';
import type { Lookup } from '../core/ports/lookup.ts';
import { noMeter } from '../core/ports/meter.ts';
import { Runner } from '../runtime/runner.ts';
import { defaultSettings, type RunnerSettings } from '../runtime/settings.ts';
import { externalTopics } from '../runtime/topic-plan.ts';
import { memoryStore } from '../state/memory-store.ts';
import { Driver } from './drive/driver.ts';
import { VirtualClock } from './virtual-clock.ts';

/** How a topology is driven. */
export interface DriveOptions {
  /** Partitions of every topic; 1 if left out. */
  readonly partitions?: number;
  /** Processes that share the work; 1 if left out. */
  readonly processes?: number;
  /** The wall clock at the start, ms since the epoch. */
  readonly start?: number;
  /** The read-only ports that lookups name. */
  readonly lookups?: Readonly<Record<string, Lookup<unknown>>>;
  readonly settings?: Partial<RunnerSettings>;
  /** What goes wrong in the cluster, and when. */
  readonly faults?: MemoryFaults;
}

/**
 * Runs a topology without a broker, in virtual time, on the very runtime that production uses: tasks, stores, transactions, restore.
 *
 * Nothing is quiet for long enough to be excluded unless `settings.excludeAfter` says so. Close the driver at the end of the test.
 *
 * @example
 * const driver = await drive(clicks);
 * await driver.send(clicked, { user: 'a', paid: true });
 * assert.equal((await driver.values(paidClicks)).length, 1);
 */
export const drive = async (topology: Topology, options: DriveOptions = {}): Promise<Driver> => {
  const clock = new VirtualClock(options.start);
  const partitions = options.partitions ?? 1;
  const cluster = memoryCluster({
    clock,
    autoCreatePartitions: partitions,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  const wire = createWire(memoryRegistry());
  const admin = await cluster.admin();
  await admin.createTopics(externalTopics(topology).map((topic) => ({ topic, partitions })));
  const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node, limitBytes }) =>
    memoryStore(spec, { node, ...(limitBytes === undefined ? {} : { limitBytes }) });
  const start = (process: number): Promise<Runner> =>
    Runner.start(
      topology,
      {
        cluster: cluster.connect(`process-${process}`),
        wire,
        clock,
        meter: noMeter,
        log: noLog,
        makeStore,
        lookups: options.lookups ?? {},
      },
      { ...defaultSettings, endFreshness: 0, excludeAfter: undefined, ...options.settings, slot: String(process) },
    );
  const runners: Runner[] = [];
  for (let process = 0; process < (options.processes ?? 1); process += 1) runners.push(await clock.until(start(process)));
  const driver = new Driver({ topology, cluster, clock, wire, producer: await cluster.producer(), start }, runners);
  await driver.run();
  return driver;
};
