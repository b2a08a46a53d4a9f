import type { GraphNode, Topology } from './graph.ts';

/** A node with functions that have no version, so that nobody can tell whether they do what they did before. */
export interface OpaqueNode {
  readonly node: string;
  /** The names of the options that they are given as. */
  readonly functions: ReadonlyArray<string>;
}

const opaqueOf = (node: GraphNode): ReadonlyArray<string> => {
  if (node.kind === 'step') return node.operator.opaque ?? [];
  if (node.kind === 'split') return node.cases.map(([name]) => `case ${name}`);
  if (node.kind === 'sink' && node.sink.kind === 'route') return Object.keys(node.sink.ways).map((way) => `way ${way}`);
  return [];
};

/** The nodes of a topology with functions that cannot be compared between versions. */
export const opaqueNodes = (topology: Topology): ReadonlyArray<OpaqueNode> =>
  topology.nodes.flatMap((node) => {
    const functions = opaqueOf(node);
    return functions.length === 0 ? [] : [{ node: node.name, functions }];
  });
