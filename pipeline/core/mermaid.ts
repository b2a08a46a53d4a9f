import { cut } from './cut.ts';
import { type GraphNode, kindOf, type SinkNode, type Topology, topicsOf } from './graph.ts';

const idOf = (name: string): string => name.replaceAll(/[^a-zA-Z0-9]/g, '_');

const labelOf = (node: GraphNode): string => (kindOf(node) === node.name ? node.name : `${node.name}<br/><i>${kindOf(node)}</i>`);

const frames: Readonly<Record<GraphNode['kind'] | 'stateful', readonly [open: string, close: string]>> = {
  source: ['(["', '"])'],
  broadcast: ['(["', '"])'],
  sink: ['(["', '"])'],
  split: ['{"', '"}'],
  repartition: ['[/"', '"/]'],
  merge: ['(("', '"))'],
  step: ['["', '"]'],
  stateful: ['[("', '")]'],
};

const shapeOf = (node: GraphNode): string => {
  const isStateful = node.kind === 'step' && node.operator.state !== undefined;
  const [open, close] = frames[isStateful ? 'stateful' : node.kind];
  return `${open}${labelOf(node)}${close}`;
};

const topicId = ({ name }: { readonly name: string }): string => `topic_${idOf(name)}`;
const tableId = ({ name }: { readonly name: string }): string => `table_${idOf(name)}`;

const targetsOf = ({ sink }: SinkNode): ReadonlyArray<string> => (sink.kind === 'table' ? [tableId(sink)] : topicsOf(sink).map(topicId));

const innerEdges = (node: GraphNode): ReadonlyArray<string> =>
  node.inputs.map((input) => `${idOf(input.node)} -->${input.port === undefined ? '' : `|${input.port}|`} ${idOf(node.name)}`);

const outerEdges = (node: GraphNode): ReadonlyArray<string> => {
  const id = idOf(node.name);
  if (node.kind === 'source') return [`${topicId(node.topic)} --> ${id}`];
  if (node.kind === 'broadcast') return [`${topicId(node.topic)} -.-> ${id}`];
  if (node.kind === 'sink') return targetsOf(node).map((target) => `${id} --> ${target}`);
  if (node.kind !== 'step' || node.operator.shape !== 'broadcast') return [];
  return [`${idOf(node.operator.table.broadcast)} -.-> ${id}`];
};

const edgesOf = (node: GraphNode): ReadonlyArray<string> => [...innerEdges(node), ...outerEdges(node)];

const outsideOf = (node: GraphNode): ReadonlyArray<readonly [string, string]> => {
  if (node.kind === 'source' || node.kind === 'broadcast') return [[topicId(node.topic), `[["${node.topic.name}"]]`]];
  if (node.kind !== 'sink') return [];
  if (node.sink.kind === 'table') return [[tableId(node.sink), `[("${node.sink.name}")]`]];
  return topicsOf(node.sink).map((topic) => [topicId(topic), `[["${topic.name}"]]`] as const);
};

/**
 * A topology as a Mermaid flow chart: a box for each sub-topology, drums for nodes with state, a double frame for topics, a slanted box
 * for a repartition, a diamond for a split.
 */
export const mermaid = (topology: Topology): string => {
  const outside = new Map(topology.nodes.flatMap(outsideOf));
  const subs = cut(topology).flatMap((sub) => [
    `  subgraph sub_${idOf(sub.name)}["${sub.name}"]`,
    ...topology.nodes
      .filter((node) => sub.entries.some((entry) => entry === node && entry.kind === 'source') || sub.nodes.includes(node))
      .map((node) => `    ${idOf(node.name)}${shapeOf(node)}`),
    '  end',
  ]);
  const broadcasts = topology.nodes.filter((node) => node.kind === 'broadcast').map((node) => `  ${idOf(node.name)}${shapeOf(node)}`);
  return [
    'flowchart LR',
    ...[...outside].map(([id, shape]) => `  ${id}${shape}`),
    ...broadcasts,
    ...subs,
    ...topology.nodes.flatMap(edgesOf).map((edge) => `  ${edge}`),
    '',
  ].join('\n');
};
