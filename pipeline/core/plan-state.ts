import { internalTopic } from './internal-topics.ts';
import type { DeclaredManifest, Manifest, StateManifest } from './manifest.ts';
import type { PlanFinding } from './plan-finding.ts';
import { differences } from './plan-differences.ts';

/** What of the state of nodes has changed. */
export interface StateFindings {
  readonly findings: ReadonlyArray<PlanFinding>;
  /** What is safe, a line each. */
  readonly changes: ReadonlyArray<string>;
}

const byNode = (states: ReadonlyArray<StateManifest>): ReadonlyMap<string, StateManifest> =>
  new Map(states.map((state) => [state.node, state]));

/** What is told of by the sub-topology itself, `covered`, is not told again of each node in it. */
const changesOf = (before: StateManifest, after: StateManifest, covered: boolean): ReadonlyArray<string> => [
  ...differences('kind', before.kind, after.kind),
  ...differences('key', before.key, after.key),
  ...differences('layout', before.schema, after.schema),
  ...differences('parameters', before.shape, after.shape),
  ...(covered ? [] : differences('topics read', before.topics, after.topics)),
];

const findingOf = (topology: string, node: string, changes: ReadonlyArray<string>): PlanFinding => ({
  verdict: 'needs-migration',
  node,
  changes,
  why: `the state of "${node}" in ${internalTopic(topology, node, 'changelog')} was written by another version of it`,
  accepts: ['reset', 'keep'],
  ways: [
    `rename "${node}": under a new name it begins empty, and what is there stays as it is`,
    `migrate: run this version under another topology name from the beginning of the log, and switch over when it has caught up`,
    `reset: --accept ${node}=reset begins with empty state under this name; stop all processes of the version before`,
    `keep: --accept ${node}=keep goes on with the state as it is, if you know that this version reads it rightly`,
  ],
});

const twinOf = (state: StateManifest, others: ReadonlyArray<StateManifest>): string | undefined =>
  others.find((other) => changesOf(state, other, false).length === 0)?.node;

/** Compares the state that is there with what a version declares. `covered`: nodes whose change of topics is told elsewhere. */
export const stateFindings = (before: Manifest, after: DeclaredManifest, covered: ReadonlySet<string>): StateFindings => {
  const topology = after.description.name;
  const there = byNode([...before.retired, ...before.state]);
  const declared = byNode(after.state);
  const gone = before.state.filter(({ node }) => !declared.has(node));
  const fresh = after.state.filter(({ node }) => !there.has(node));
  const findings = after.state.flatMap((state) => {
    const old = there.get(state.node);
    const changes = old === undefined ? [] : changesOf(old, state, covered.has(state.node));
    return changes.length === 0 ? [] : [findingOf(topology, state.node, changes)];
  });
  const changes = [
    ...gone.map((state) => {
      const twin = twinOf(state, fresh);
      const instead = twin === undefined ? '' : `; "${twin}" is like it but begins empty`;
      return `${state.node}: gone; its state stays in ${internalTopic(topology, state.node, 'changelog')}${instead}`;
    }),
    ...fresh.map(({ node }) => `${node}: new, begins with empty state`),
  ];
  return { findings, changes };
};
