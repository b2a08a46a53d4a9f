import type { GraphNode, RepartitionNode, SourceNode, Topology } from './graph.ts';

/** A node that a sub-topology reads a topic through: a source, or the far side of a repartition. */
export type EntryNode = SourceNode | RepartitionNode;

/** A part of a topology that is pure between its topics: its tasks, one a partition, share nothing. */
export interface SubTopology {
  /** The name of its first entry: stable as long as that node is. */
  readonly name: string;
  readonly entries: ReadonlyArray<EntryNode>;
  /** Its nodes in an order in which each comes after its inputs; entries and broadcasts are not among them, repartitions that it writes are. */
  readonly nodes: ReadonlyArray<GraphNode>;
}

const isEntry = (node: GraphNode): node is EntryNode => node.kind === 'source' || node.kind === 'repartition';

/** Parts in the making: each name knows the part that it belongs to. */
class Parts {
  readonly #parent = new Map<string, string>();

  root(name: string): string {
    const parent = this.#parent.get(name);
    return parent === undefined ? name : this.root(parent);
  }

  join(a: string, b: string): void {
    const [first, second] = [this.root(a), this.root(b)];
    if (first !== second) this.#parent.set(second, first);
  }
}

/** The place a node is read at: a repartition is written in one part (its own name) and read in another. */
const readAt = (input: string, entries: ReadonlySet<string>): string => (entries.has(input) ? `read ${input}` : input);

/**
 * Cuts a topology at every topic boundary. Sub-topologies come in the order of their first entries; nodes that share a reader are in
 * the same one.
 */
export const cut = (topology: Topology): ReadonlyArray<SubTopology> => {
  const entries = topology.nodes.filter(isEntry);
  const entryNames = new Set(entries.map((entry) => entry.name));
  const parts = new Parts();
  for (const node of topology.nodes) {
    for (const input of node.inputs) parts.join(readAt(input.node, entryNames), node.name);
  }
  const partOf = (name: string): string => parts.root(name);
  const roots = [...new Set(entries.map((entry) => partOf(`read ${entry.name}`)))];
  return roots.map((root) => {
    const own = entries.filter((entry) => partOf(`read ${entry.name}`) === root);
    const nodes = topology.nodes.filter((node) => node.kind !== 'source' && node.kind !== 'broadcast' && partOf(node.name) === root);
    return Object.freeze({ name: own[0]?.name ?? root, entries: own, nodes });
  });
};
