import { type GraphNode, isOutside, type SinkNode, type Topology, topicsOf } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { Route } from '../../core/route.ts';
import type { Sink } from '../../core/stream.ts';
import type { Topic } from '../../core/topic.ts';

/** A topic that a topology writes, and the one that a replay writes in its place. */
export interface ReplayedTopic {
  readonly original: string;
  readonly replayed: string;
  /** The sink outside Kafka that rows go to by way of a delivery topic; undefined of a topic that a sink writes itself. */
  readonly table: string | undefined;
}

/** A topology whose every output, internal topic and group is one of its own, and what stands for what. */
export interface ReplayTopology {
  readonly topology: Topology;
  readonly outputs: ReadonlyArray<ReplayedTopic>;
}

/** The name under which a replay runs: its group, its transactional id, and the middle of its topics' names. */
export const replayName = (topology: string, id: string): string => `${topology}.replay-${id}`;

/** The topic that a replay writes in place of another. */
export const replayedTopic = (topology: string, id: string, original: string): string =>
  `millrace.${replayName(topology, id)}.out.${original}`;

const renamed = <T extends { readonly name: string }>(topic: T, nameOf: (original: string) => string): T => ({
  ...topic,
  name: nameOf(topic.name),
});

const routeTo = (sink: Route<never>, nameOf: (original: string) => string): Route<never> => ({
  ...sink,
  ways: Object.fromEntries(Object.entries(sink.ways).map(([name, way]) => [name, { ...way, topic: renamed(way.topic, nameOf) }])),
});

const sinkTo = (sink: Sink, nameOf: (original: string) => string): Sink => {
  if (isOutside(sink)) return sink;
  return sink.kind === 'route' ? routeTo(sink, nameOf) : renamed(sink, nameOf);
};

const repartitionOf = (topic: Topic<unknown>, topology: string, node: string): Topic<unknown> =>
  renamed(topic, () => internalTopic(topology, node, 'repartition'));

const isSink = (node: GraphNode): node is SinkNode => node.kind === 'sink';

const writtenBy = (topology: Topology): ReadonlyArray<string> => [
  ...new Set([...topology.nodes.filter(isSink).flatMap(({ sink }) => topicsOf(sink).map(({ name }) => name)), topology.deadLetter.name]),
];

/** The delivery topics: what is on its way to tables and endpoints, of which a replay hands over nothing. */
const deliveries = (topology: Topology, name: string): ReadonlyArray<ReplayedTopic> =>
  topology.nodes
    .filter(isSink)
    .filter(({ sink }) => isOutside(sink))
    .map((node) => ({
      original: internalTopic(topology.name, node.name, 'delivery'),
      replayed: internalTopic(name, node.name, 'delivery'),
      table: node.name,
    }));

/** Gives every topic that a topology writes a name of the replay's. What it reads stays as it is. */
export const replayTopology = (topology: Topology, id: string): ReplayTopology => {
  const name = replayName(topology.name, id);
  const nameOf = (original: string): string => replayedTopic(topology.name, id, original);
  const nodes = topology.nodes.map((node): GraphNode => {
    if (node.kind === 'sink') return { ...node, sink: sinkTo(node.sink, nameOf) };
    return node.kind === 'repartition' ? { ...node, topic: repartitionOf(node.topic, name, node.name) } : node;
  });
  const outputs = writtenBy(topology).map((original) => ({ original, replayed: nameOf(original), table: undefined }));
  return {
    topology: { name, deadLetter: renamed(topology.deadLetter, nameOf), nodes, settings: topology.settings },
    outputs: [...outputs, ...deliveries(topology, name)],
  };
};
