import { contentHash } from './content-hash.ts';
import { cut, type SubTopology } from './cut.ts';
import { fingerprints } from './fingerprint.ts';
import { type GraphNode, isOutside, kindOf, type SinkNode, type Topology, topicsOf } from './graph.ts';
import { internalTopic } from './internal-topics.ts';

/** A node in print. */
export interface NodeDescription {
  readonly name: string;
  readonly kind: string;
  /** The outputs that it reads: `node` or `node.port`. */
  readonly inputs: ReadonlyArray<string>;
  /** The topics that it reads or writes, or the table that it fills. */
  readonly topics: ReadonlyArray<string>;
  readonly table: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** The paths of the partition key of its output; undefined where the values no longer show it. */
  readonly key: ReadonlyArray<string> | undefined;
  /** How far behind stream time its output may be, ms. */
  readonly holds: number;
  /** What of its state must not change between versions, as a hash; undefined without state. */
  readonly fingerprint: string | undefined;
}

/** A sub-topology in print. */
export interface SubTopologyDescription {
  readonly name: string;
  readonly topics: ReadonlyArray<string>;
  readonly nodes: ReadonlyArray<string>;
}

/** A topology in print: plain data, the same for equal declarations. */
export interface TopologyDescription {
  readonly name: string;
  readonly deadLetter: string;
  readonly nodes: ReadonlyArray<NodeDescription>;
  readonly subTopologies: ReadonlyArray<SubTopologyDescription>;
}

const writtenBy = (topology: string, { name, sink }: SinkNode): ReadonlyArray<string> =>
  isOutside(sink) ? [internalTopic(topology, name, 'delivery')] : topicsOf(sink).map((topic) => topic.name);

const topicsIn = (topology: string, node: GraphNode): ReadonlyArray<string> => {
  if (node.kind === 'sink') return writtenBy(topology, node);
  return 'topic' in node ? [node.topic.name] : [];
};

const tableOf = (node: GraphNode): string | undefined => (node.kind === 'sink' && node.sink.kind === 'table' ? node.sink.name : undefined);

const broadcastOf = (node: GraphNode): ReadonlyArray<string> =>
  node.kind === 'step' && node.operator.shape === 'broadcast' ? [node.operator.table.broadcast] : [];

const paramsOf = (node: GraphNode): Readonly<Record<string, unknown>> => {
  if (node.kind === 'step') return node.operator.params;
  if (node.kind === 'sink' && node.sink.kind === 'endpoint') return { endpoint: node.sink.name, per: node.sink.per };
  return node.kind === 'split' ? { cases: node.cases.map(([name]) => name) } : {};
};

const inputsOf = (node: GraphNode): ReadonlyArray<string> => [
  ...node.inputs.map((input) => (input.port === undefined ? input.node : `${input.node}.${input.port}`)),
  ...broadcastOf(node),
];

const describeSub = ({ name, entries, nodes }: SubTopology): SubTopologyDescription => ({
  name,
  topics: entries.map((entry) => entry.topic.name),
  nodes: nodes.map((node) => node.name),
});

/** Tells all that a topology is, as plain data: what `millrace graph --json` prints. */
export const describe = (topology: Topology): TopologyDescription => {
  const prints = fingerprints(topology);
  return {
    name: topology.name,
    deadLetter: topology.deadLetter.name,
    nodes: topology.nodes.map((node) => ({
      name: node.name,
      kind: kindOf(node),
      inputs: inputsOf(node),
      topics: topicsIn(topology.name, node),
      table: tableOf(node),
      params: paramsOf(node),
      key: node.flow.key,
      holds: node.flow.holds,
      fingerprint: prints.get(node.name)?.hash,
    })),
    subTopologies: cut(topology).map(describeSub),
  };
};

const hashOf = contentHash();
const known = new WeakMap<Topology, string>();

/** Tells versions of a topology apart: hexadecimal digits over all that `describe` tells. Functions are in it by their version only. */
export const topologyFingerprint = (topology: Topology): string => {
  const fingerprint = known.get(topology) ?? hashOf(describe(topology)).toString(16).padStart(14, '0');
  known.set(topology, fingerprint);
  return fingerprint;
};
