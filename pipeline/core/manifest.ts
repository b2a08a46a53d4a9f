import { cut } from './cut.ts';
import { describe, type TopologyDescription } from './describe.ts';
import { type Fingerprint, fingerprints } from './fingerprint.ts';
import type { Topology } from './graph.ts';

/** What the state of a node was written under, and by how many tasks: the partition count of its changelog. */
export interface StateManifest extends Fingerprint {
  readonly partitions: number;
}

/** How a topic is read by tasks: its partition count and the path of its event time, null where that is Kafka's own timestamp. */
export interface ReadManifest {
  readonly partitions: number;
  readonly time: string | null;
}

/** What a version of a topology declares, as far as later versions have to agree with it. Plain data. */
export interface DeclaredManifest {
  readonly description: TopologyDescription;
  readonly reads: Readonly<Record<string, ReadManifest>>;
  readonly state: ReadonlyArray<StateManifest>;
}

/** What runs under a topology's name, and what of its past still matters. Kept in the topic `manifestTopic`. */
export interface Manifest extends DeclaredManifest {
  readonly format: 1;
  /** Grows by one with each version that was written. */
  readonly revision: number;
  /** When it was written, ISO 8601. */
  readonly writtenAt: string;
  /** State that was reset: by node, the offset of each changelog partition from which on it counts. */
  readonly begins: Readonly<Record<string, ReadonlyArray<number>>>;
  /** What stateful nodes that have gone had written: it is still in their changelogs. */
  readonly retired: ReadonlyArray<StateManifest>;
}

/** Partition counts by topic. */
type Counts = ReadonlyMap<string, number>;

/** What a declaration has to agree on with the versions before and after it. `partitions` are the counts of all topics that tasks read. */
export const declaredManifest = (topology: Topology, partitions: Counts): DeclaredManifest => {
  const subs = cut(topology);
  const topics = subs.flatMap((sub) => sub.entries.map(({ topic }) => topic));
  const reads = topics.map(({ name, time }) => [name, { partitions: partitions.get(name) ?? 0, time: time ?? null }] as const);
  const leads = new Map(subs.flatMap((sub) => sub.nodes.map((node) => [node.name, sub.entries[0]?.topic.name ?? ''] as const)));
  const state = [...fingerprints(topology).values()].map((print) => ({
    ...print,
    partitions: partitions.get(leads.get(print.node) ?? '') ?? 0,
  }));
  return { description: describe(topology), reads: Object.fromEntries(reads), state };
};
