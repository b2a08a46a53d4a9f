import { cut } from '../core/cut.ts';
import { MillraceError } from '../core/errors.ts';
import { fingerprints } from '../core/fingerprint.ts';
import type { BroadcastNode, SourceNode, Topology } from '../core/graph.ts';
import { internalTopic } from '../core/internal-topics.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Cluster } from '../core/ports/cluster.ts';
import type { Log } from '../core/ports/log.ts';
import type { Lookup } from '../core/ports/lookup.ts';
import type { Meter } from '../core/ports/meter.ts';
import type { Wire } from '../core/ports/wire.ts';
import { BroadcastTable } from './broadcast-table.ts';
import { Committer } from './commit/committer.ts';
import { keepManifest } from './manifest/keep-manifest.ts';
import { CachedLookup } from './lookup/cached-lookup.ts';
import { patientWire } from './patient-wire.ts';
import type { RunnerSettings } from './settings.ts';
import { EntryReader } from './task/entry-reader.ts';
import { Outbox } from './task/outbox.ts';
import { sinkWriters } from './task/sink-writers.ts';
import type { StoreFactory, TaskEnv } from './task/task-env.ts';
import { externalTopics, internalTopics, planTopics } from './topic-plan.ts';

/** What a runner is given: the ports, and how its stores are made. */
export interface RunnerDeps {
  readonly cluster: Cluster;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Log;
  /** Makes a store for each stateful node of each task: in memory, or in a state directory on disk. */
  readonly makeStore: StoreFactory;
  /** The read-only ports that lookups name. */
  readonly lookups?: Readonly<Record<string, Lookup<unknown>>>;
}

/** What a process has opened for its tasks. */
export interface ProcessParts {
  readonly cluster: Cluster;
  readonly env: TaskEnv;
  readonly committer: Committer;
  readonly tables: ReadonlyArray<BroadcastTable>;
  readonly group: string;
  /** The topics that the group reads. */
  readonly topics: ReadonlyArray<string>;
}

const isBroadcast = (node: { readonly kind: string }): node is BroadcastNode => node.kind === 'broadcast';

const timeOf = (node: SourceNode): ((value: unknown) => number | undefined) | undefined =>
  node.topic.time === undefined ? undefined : node.topic.type.timeAt(node.topic.time);

const readersOf = (topology: Topology, wire: Wire): ReadonlyMap<string, EntryReader> =>
  new Map(
    cut(topology)
      .flatMap((sub) => sub.entries)
      .map((entry) => {
        const decoder = wire.decoder(entry.topic.type);
        const spec = entry.kind === 'source' ? { timeOf: timeOf(entry), external: true } : { timeOf: undefined, external: false };
        return [entry.name, new EntryReader({ decoder, ...spec })];
      }),
  );

/** Finds the partition counts and creates the internal topics that are missing, where the cluster lets us. */
const openTopics = async (topology: Topology, cluster: Cluster): Promise<ReadonlyMap<string, number>> => {
  const admin = await cluster.admin();
  try {
    const plan = planTopics(topology, await admin.partitions([...externalTopics(topology), ...internalTopics(topology)]));
    await admin.createTopics(plan.internal);
    return new Map([...plan.partitions, ...(await admin.partitions(plan.internal.map(({ topic }) => topic)))]);
  } finally {
    await admin.close();
  }
};

const changelogIds = async (topology: Topology, cluster: Cluster): Promise<ReadonlyMap<string, string>> => {
  const admin = await cluster.admin();
  return admin
    .topicIds([...fingerprints(topology).keys()].map((node) => internalTopic(topology.name, node, 'changelog')))
    .finally(() => admin.close());
};

const openTables = async (
  topology: Topology,
  deps: RunnerDeps,
  partitions: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, BroadcastTable>> => {
  const tables = new Map<string, BroadcastTable>();
  for (const node of topology.nodes.filter(isBroadcast)) {
    tables.set(
      node.name,
      await BroadcastTable.load(node, { ...deps, topology: topology.name, partitions: partitions.get(node.topic.name) ?? 1 }),
    );
  }
  return tables;
};

/** Throws `bad_config` naming every lookup whose port is not there. */
const lookupsOf = (topology: Topology, deps: RunnerDeps): ReadonlyMap<string, CachedLookup> => {
  const lookups = new Map<string, CachedLookup>();
  const missing: string[] = [];
  for (const node of topology.nodes) {
    if (node.kind !== 'step' || node.operator.shape !== 'lookup') continue;
    const port = deps.lookups?.[node.operator.port];
    if (port === undefined)
      missing.push(`the lookup "${node.name}" asks the port "${node.operator.port}": give the process one of that name`);
    else lookups.set(node.name, new CachedLookup(port, deps.clock));
  }
  if (missing.length > 0) throw new MillraceError('bad_config', missing.join('\n'));
  return lookups;
};

/**
 * Opens what the tasks of a process share: the version compared with the one before, topics checked, schemas registered, tables loaded,
 * the transactional producer initialised.
 */
export const openProcess = async (topology: Topology, deps: RunnerDeps, settings: RunnerSettings): Promise<ProcessParts> => {
  const lookups = lookupsOf(topology, deps);
  const { begins } = await keepManifest(topology, deps, settings.accepted);
  const partitions = await openTopics(topology, deps.cluster);
  const wire = patientWire(deps.wire, deps);
  const tables = await openTables(topology, { ...deps, wire }, partitions);
  const group = settings.group ?? topology.name;
  const env: TaskEnv = {
    topology,
    outbox: new Outbox(),
    writers: await sinkWriters(deps.wire, topology),
    readers: readersOf(topology, wire),
    partitions,
    begins,
    topicIds: await changelogIds(topology, deps.cluster),
    makeStore: deps.makeStore,
    lookups,
    tables,
    clock: deps.clock,
    meter: deps.meter,
    log: deps.log,
    deadLetterLimit: settings.deadLetterLimit,
    chunkSize: settings.chunkSize,
  };
  const committer = await Committer.open(env, deps.cluster, { group, slot: settings.slot });
  const topics = cut(topology).flatMap((sub) => sub.entries.map((entry) => entry.topic.name));
  return { cluster: deps.cluster, env, committer, tables: [...tables.values()], group, topics };
};
