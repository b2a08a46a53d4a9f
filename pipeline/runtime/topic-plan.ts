import { cut, type EntryNode, type SubTopology } from '../core/cut.ts';
import { MillraceError } from '../core/errors.ts';
import { type GraphNode, isOutside, type Topology, topicsOf } from '../core/graph.ts';
import { internalTopic, type InternalUse } from '../core/internal-topics.ts';
import type { NewTopic } from '../core/ports/cluster.ts';

/** What a topology needs of its cluster, worked out from the partition counts of the topics that are there. */
export interface TopicPlan {
  /** Partition counts of all topics that are read or written between tasks. */
  readonly partitions: ReadonlyMap<string, number>;
  /** The internal topics; those that do not exist are to be created. */
  readonly internal: ReadonlyArray<NewTopic>;
}

type Counts = ReadonlyMap<string, number>;

/** The topics of others that the topology reads or writes, without its internal ones. */
export const externalTopics = (topology: Topology): ReadonlyArray<string> => {
  const named = topology.nodes.flatMap((node) => {
    if (node.kind === 'source' || node.kind === 'broadcast') return [node.topic.name];
    return node.kind === 'sink' ? topicsOf(node.sink).map((topic) => topic.name) : [];
  });
  return [...new Set([...named, topology.deadLetter.name])];
};

/** The topics of its own that a topology keeps: repartitions, changelogs, and what deliveries read and refuse. */
export const internalTopics = (topology: Topology): ReadonlyArray<string> =>
  topology.nodes.flatMap((node) =>
    node.kind === 'repartition' ? [node.topic.name] : internalOf(topology, node, 1).map(({ topic }) => topic),
  );

/** The topics that a topology only reads: they have to exist. */
const readTopics = (topology: Topology): ReadonlyArray<string> =>
  topology.nodes.flatMap((node) => (node.kind === 'source' || node.kind === 'broadcast' ? [node.topic.name] : []));

const fail = (problems: ReadonlyArray<string>): never => {
  throw new MillraceError('bad_partitions', problems.join('\n'));
};

/** The partition count of a repartition: that of the topics read beside it, else that of the sub-topology that writes it. */
const repartitionCount = (entry: EntryNode, subs: ReadonlyArray<SubTopology>, known: Map<string, number>): number | undefined => {
  const reading = subs.find((sub) => sub.entries.includes(entry));
  const beside = reading?.entries.find((other) => other.kind === 'source');
  const writing = subs.find((sub) => sub.nodes.some((node) => node.name === entry.name));
  const like = beside ?? writing?.entries[0];
  return like === undefined ? undefined : known.get(like.topic.name);
};

const alikeProblems = (sub: SubTopology, known: Counts): ReadonlyArray<string> => {
  const counts = sub.entries.map((entry) => [entry.topic.name, known.get(entry.topic.name) ?? 0] as const);
  if (new Set(counts.map(([, count]) => count)).size <= 1) return [];
  const each = counts.map(([topic, count]) => `${topic} has ${count}`).join(', ');
  return [`"${sub.name}" reads topics together that need equal partition counts: ${each}`];
};

/** How changelogs are made. How long they keep deletions is said, since a store on disk that was away for longer cannot go on. */
export const changelogConfig = { 'cleanup.policy': 'compact', 'delete.retention.ms': '86400000' } as const;

const internalOf = (topology: Topology, node: GraphNode, partitions: number): ReadonlyArray<NewTopic> => {
  const named = (use: InternalUse, config: Readonly<Record<string, string>>): NewTopic => ({
    topic: internalTopic(topology.name, node.name, use),
    partitions,
    config,
  });
  if (node.kind === 'step' && node.operator.state !== undefined) return [named('changelog', changelogConfig)];
  if (node.kind !== 'sink' || !isOutside(node.sink)) return [];
  const delivery = named('delivery', { 'cleanup.policy': 'delete' });
  return node.sink.kind === 'table' ? [delivery] : [delivery, named('dead-letter', { 'cleanup.policy': 'delete', 'retention.ms': '-1' })];
};

/** Internal topics that are there with another count than their tasks have: a source has been given more partitions since. */
const changedProblems = (planned: ReadonlyArray<NewTopic>, existing: Counts): ReadonlyArray<string> =>
  planned.flatMap(({ topic, partitions }) => {
    const found = existing.get(topic) ?? partitions;
    if (found === partitions) return [];
    return [`${topic} has ${found} partitions, but there are ${partitions} tasks that write it: its sources had ${found} when it was made`];
  });

/** The partition counts with those of the repartitions, each after the topics that decide it. */
const withRepartitions = (topology: Topology, subs: ReadonlyArray<SubTopology>, existing: Counts): Counts => {
  const partitions = new Map(existing);
  for (const node of topology.nodes) {
    if (node.kind !== 'repartition') continue;
    partitions.set(node.topic.name, partitions.get(node.topic.name) ?? repartitionCount(node, subs, partitions) ?? 1);
  }
  return partitions;
};

const repartitions = (topology: Topology, partitions: Counts): ReadonlyArray<NewTopic> =>
  topology.nodes.flatMap((node) => {
    if (node.kind !== 'repartition') return [];
    return [{ topic: node.topic.name, partitions: partitions.get(node.topic.name) ?? 1, config: node.topic.config }];
  });

/**
 * Works out the partition counts and the internal topics of a topology. `existing` are the counts of those of its topics that are there.
 *
 * @throws MillraceError `bad_partitions` naming every topic that is missing, every sub-topology whose topics differ, and every changelog or
 * delivery topic that was made for another number of tasks, with their counts.
 */
export const planTopics = (topology: Topology, existing: Counts): TopicPlan => {
  const missing = readTopics(topology).filter((topic) => !existing.has(topic));
  if (missing.length > 0) fail(missing.map((topic) => `the topic ${topic} does not exist: create it, or run "millrace topics"`));
  const subs = cut(topology);
  const partitions = withRepartitions(topology, subs, existing);
  const perTask = subs.flatMap((sub) => {
    const count = partitions.get(sub.entries[0]?.topic.name ?? '') ?? 1;
    return sub.nodes.flatMap((node) => internalOf(topology, node, count));
  });
  const problems = [...subs.flatMap((sub) => alikeProblems(sub, partitions)), ...changedProblems(perTask, existing)];
  if (problems.length > 0) fail(problems);
  return { partitions, internal: [...repartitions(topology, partitions), ...perTask] };
};
