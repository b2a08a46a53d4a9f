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
let restored: LogFields | undefined;

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
const log = { ...noLog, info: (fields: LogFields, message: string) => (message === 'state restored' ? (restored = fields) : undefined) };
const directory = await openStateDirectory({ path, clock: systemClock, log });
const runner = await openRunner(watched(cluster), (spec, place) => directory.open(spec, place), log);
let fed = 0;
while (fed === 0) fed = await runner.step(10);
const firstMs = performance.now() - (assigned?.at ?? 0);
const cpu = process.cpuUsage(assigned?.cpu);
await runner.commitNow();
const [task] = runner.tasks;
const entries = task?.nodes.stores.get('dedupe')?.size().entries ?? 0;
console.log(
  JSON.stringify({ firstMs, records: restored?.records ?? 0, wallMs: restored?.ms ?? 0, cpuMs: (cpu.user + cpu.system) / 1_000, entries }),
);
process.exit(0);
