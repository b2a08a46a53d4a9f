import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import type { LogFields } from '../../pipeline/core/ports/log.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { openStateDirectory } from '../../pipeline/state/lmdb/open-state-directory.ts';
import { openRunner, sendEvents } from './open-runner.ts';

const [brokers = '', path = '', from = '0', start = '0'] = process.argv.slice(2);

/** When the first partition came, and the CPU that was used by then. */
let assigned: { readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;
let records = 0;
/** When the last task had its state. */
let restoredAt = 0;

const watched = (cluster: Cluster): Cluster => ({
  traits: cluster.traits,
  admin: () => cluster.admin(),
  transactionalProducer: (id) => cluster.transactionalProducer(id),
  producer: () => cluster.producer(),
  reader: (isolation) => cluster.reader(isolation),
  close: () => cluster.close(),
  groupConsumer: (options) => {
    const assign = options.listener.assigned.bind(options.listener);
    const listener: typeof options.listener = {
      ...options.listener,
      assigned: (partitions) => {
        assigned ??= { at: performance.now(), cpu: process.cpuUsage() };
        return assign(partitions);
      },
    };
    return cluster.groupConsumer({ ...options, listener });
  },
});

/** Starts the process on what its disk has, with one record that waits, and is killed once that is committed. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-restart', clock: systemClock });
await sendEvents(cluster, { from: Number(from), to: Number(from) + 1, start: Number(start) });
const info = (fields: LogFields, message: string): void => {
  if (message !== 'state restored') return;
  records += Number(fields.records);
  restoredAt = performance.now();
};
const log = { ...noLog, info };
const directory = await openStateDirectory({ path, clock: systemClock, log });
const runner = await openRunner(watched(cluster), (spec, place) => directory.open(spec, place), log);
let fed = 0;
while (fed === 0) fed = await runner.step(10);
const since = assigned?.at ?? 0;
const firstMs = performance.now() - since;
while (!runner.tasks.every((task) => task.isReady)) await runner.step(10);
const cpu = process.cpuUsage(assigned?.cpu);
await runner.commitNow();
const entries = runner.tasks.reduce((sum, { nodes }) => sum + (nodes.stores.get('dedupe')?.size().entries ?? 0), 0);
const wallMs = Math.max(0, restoredAt - since);
console.log(JSON.stringify({ firstMs, records, wallMs, cpuMs: (cpu.user + cpu.system) / 1_000, entries }));
process.exit(0);
