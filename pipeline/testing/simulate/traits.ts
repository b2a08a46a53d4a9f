import type { Topology } from '../../core/graph.ts';

/** What a topology can be made to suffer. */
export interface Traits {
  /** The shortest deadline of its lookups, ms; undefined if it has none. */
  readonly deadline: number | undefined;
}

/** Reads off the graph what a topology can be made to suffer. */
export const traitsOf = (topology: Topology): Traits => {
  const deadlines = topology.nodes.flatMap((node) =>
    node.kind === 'step' && node.operator.shape === 'lookup' ? [node.operator.deadline] : [],
  );
  return { deadline: deadlines.length === 0 ? undefined : Math.min(...deadlines) };
};
