import type { GraphNode, StepNode, Topology } from '../../core/graph.ts';
import type { OutputSpec } from './outputs.ts';
import type { OutputRule } from './simulation.ts';

/** What a window's result tells of the telling, and not of the window: names that results keep, as the operators or as schemas write them. */
const ofTheTelling = ['revision', 'final', 'provisional', 'streamTime', 'stream_time', 'offsets'];

/** Whether what comes out of a node is the latest of several revisions, a decision that was made upon one, or neither. */
type Nature = 'decided' | 'revised' | 'told once';

const natureOfStep = ({ operator }: StepNode): Nature => {
  if (operator.kind === 'decide') return 'decided';
  const revises = operator.kind === 'combine' || (operator.kind === 'tumble' && operator.params.emit === 'onUpdate');
  return revises ? 'revised' : 'told once';
};

type Input = GraphNode['inputs'][number];

/** What a late record says is said once, though the window beside it is revised. */
const natureOf = (topology: Topology, { node: name, port }: Input): Nature => {
  const node = topology.nodes.find((other) => other.name === name);
  if (node === undefined) return 'told once';
  const own = node.kind === 'step' && port === undefined ? natureOfStep(node) : 'told once';
  if (own !== 'told once') return own;
  const inputs = node.inputs.map((input) => natureOf(topology, input));
  return inputs.find((nature) => nature !== 'told once') ?? 'told once';
};

const writtenAs = (topology: Topology, { writers }: OutputSpec): Nature => {
  const natures = topology.nodes
    .filter(({ name }) => writers.includes(name))
    .flatMap(({ inputs }) => inputs.map((input) => natureOf(topology, input)));
  return natures.find((nature) => nature !== 'told once') ?? 'told once';
};

/**
 * How an output is compared when nobody says: a compacted topic by what is current, revisions by the last for each key and event time, what
 * is told once record by record. Decisions made upon revisions, and revisions without an event time, are not: only their author knows what
 * makes two the same.
 */
export const defaultRule = (topology: Topology, spec: OutputSpec): OutputRule => {
  if (spec.compacted) return { compare: 'last', by: [] };
  const nature = writtenAs(topology, spec);
  if (nature === 'told once') return { compare: 'each' };
  if (nature === 'decided' || spec.time === undefined) return { compare: 'ignored' };
  return { compare: 'last', by: [spec.time], without: ofTheTelling };
};
