import { cut, type SubTopology } from './cut.ts';
import { type GraphNode, isOutside, kindOf, type Outside, type SinkNode, type Topology, topicsOf } from './graph.ts';

/** How a box of a chart is to look: `state` is a node that keeps state. */
export type ChartShape = 'topic' | 'table' | 'endpoint' | 'end' | 'split' | 'repartition' | 'merge' | 'step' | 'state';

/** A box: a node of the topology, or a topic, table or endpoint beside it. */
export interface ChartBox {
  /** Unique in the chart; letters, digits and `_`. */
  readonly id: string;
  readonly name: string;
  /** What it does, where the name does not say so. */
  readonly kind: string | undefined;
  readonly shape: ChartShape;
}

/** An arrow between two boxes. A broadcast's are dashed: every task has all of it. */
export interface ChartArrow {
  readonly from: string;
  readonly to: string;
  readonly port: string | undefined;
  readonly dashed: boolean;
}

/** A topology as boxes and arrows, for whatever draws them. */
export interface Chart {
  /** Topics, tables and endpoints. */
  readonly outside: ReadonlyArray<ChartBox>;
  readonly broadcasts: ReadonlyArray<ChartBox>;
  /** The nodes of each sub-topology, its sources included. */
  readonly subs: ReadonlyArray<{ readonly id: string; readonly name: string; readonly boxes: ReadonlyArray<ChartBox> }>;
  readonly arrows: ReadonlyArray<ChartArrow>;
}

const idOf = (name: string): string => name.replaceAll(/[^a-zA-Z0-9]/g, '_');
const topicId = ({ name }: { readonly name: string }): string => `topic_${idOf(name)}`;
const outsideId = ({ kind, name }: Outside): string => `${kind}_${idOf(name)}`;

const shapeOf = (node: GraphNode): ChartShape => {
  if (node.kind === 'source' || node.kind === 'broadcast' || node.kind === 'sink') return 'end';
  if (node.kind !== 'step') return node.kind;
  return node.operator.state === undefined ? 'step' : 'state';
};

const boxOf = (node: GraphNode): ChartBox => {
  const kind = kindOf(node);
  return { id: idOf(node.name), name: node.name, kind: kind === node.name ? undefined : kind, shape: shapeOf(node) };
};

const topicBox = (topic: { readonly name: string }): ChartBox => ({
  id: topicId(topic),
  name: topic.name,
  kind: undefined,
  shape: 'topic',
});

const outsideOf = (node: GraphNode): ReadonlyArray<ChartBox> => {
  if (node.kind === 'source' || node.kind === 'broadcast') return [topicBox(node.topic)];
  if (node.kind !== 'sink') return [];
  if (isOutside(node.sink)) return [{ id: outsideId(node.sink), name: node.sink.name, kind: undefined, shape: node.sink.kind }];
  return topicsOf(node.sink).map(topicBox);
};

const targetsOf = ({ sink }: SinkNode): ReadonlyArray<string> => (isOutside(sink) ? [outsideId(sink)] : topicsOf(sink).map(topicId));

const arrow = (from: string, to: string, look: { readonly port?: string | undefined; readonly dashed?: boolean } = {}): ChartArrow => ({
  from,
  to,
  port: look.port,
  dashed: look.dashed ?? false,
});

const outerArrows = (node: GraphNode): ReadonlyArray<ChartArrow> => {
  const id = idOf(node.name);
  if (node.kind === 'source') return [arrow(topicId(node.topic), id)];
  if (node.kind === 'broadcast') return [arrow(topicId(node.topic), id, { dashed: true })];
  if (node.kind === 'sink') return targetsOf(node).map((target) => arrow(id, target));
  if (node.kind !== 'step' || node.operator.shape !== 'broadcast') return [];
  return [arrow(idOf(node.operator.table.broadcast), id, { dashed: true })];
};

const arrowsOf = (node: GraphNode): ReadonlyArray<ChartArrow> => [
  ...node.inputs.map(({ node: from, port }) => arrow(idOf(from), idOf(node.name), { port })),
  ...outerArrows(node),
];

const isWithin = (sub: SubTopology, node: GraphNode): boolean =>
  sub.entries.some((entry) => entry === node && entry.kind === 'source') || sub.nodes.includes(node);

/** What is to be drawn of a topology, in the order of its declaration. */
export const chartOf = (topology: Topology): Chart => ({
  outside: [...new Map(topology.nodes.flatMap(outsideOf).map((box) => [box.id, box])).values()],
  broadcasts: topology.nodes.filter(({ kind }) => kind === 'broadcast').map(boxOf),
  subs: cut(topology).map((sub) => ({
    id: `sub_${idOf(sub.name)}`,
    name: sub.name,
    boxes: topology.nodes.filter((node) => isWithin(sub, node)).map(boxOf),
  })),
  arrows: topology.nodes.flatMap(arrowsOf),
});
