import type { Topology } from './graph.ts';
import type { DeclaredManifest, Manifest } from './manifest.ts';
import { type Acceptance, type PlanFinding, type PlanVerdict, planVerdicts } from './plan-finding.ts';
import { nodeChanges } from './plan-nodes.ts';
import { type OpaqueNode, opaqueNodes } from './plan-opaque.ts';
import { readFindings } from './plan-reads.ts';
import { stateFindings } from './plan-state.ts';

/** What was ordered, by node. */
export type Accepted = Readonly<Record<string, Acceptance>>;

/** What a change of a topology would mean. Plain data: `millrace plan --json` prints it. */
export interface Plan {
  readonly topology: string;
  readonly verdict: PlanVerdict;
  /** The version that it was compared with; undefined if nothing has run under the name. */
  readonly running: { readonly revision: number; readonly writtenAt: string } | undefined;
  readonly findings: ReadonlyArray<PlanFinding>;
  /** Changes that are safe, a line each. */
  readonly changes: ReadonlyArray<string>;
  /** What cannot be compared: functions without a version, of nodes that ran before. */
  readonly notCompared: ReadonlyArray<OpaqueNode>;
}

const gravest = (findings: ReadonlyArray<PlanFinding>): PlanVerdict =>
  planVerdicts.findLast((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? 'safe';

/** Compares a declared version with the one that runs under its name. */
export const planChange = (before: Manifest | undefined, topology: Topology, after: DeclaredManifest): Plan => {
  const name = topology.name;
  if (before === undefined) return { topology: name, verdict: 'safe', running: undefined, findings: [], changes: [], notCompared: [] };
  const reads = readFindings(before, after);
  const states = stateFindings(before, after, new Set(reads.findings.flatMap(({ nodes }) => nodes)));
  const findings = [...reads.findings.map(({ finding }) => finding), ...states.findings];
  const known = new Set(before.description.nodes.map((node) => node.name));
  return {
    topology: name,
    verdict: gravest(findings),
    running: { revision: before.revision, writtenAt: before.writtenAt },
    findings,
    changes: [...reads.changes, ...states.changes, ...nodeChanges(before, after)],
    notCompared: opaqueNodes(topology).filter((node) => known.has(node.node)),
  };
};

/** The findings of a plan that nothing was ordered about. */
export const openFindings = (plan: Plan, accepted: Accepted): ReadonlyArray<PlanFinding> =>
  plan.findings.filter(({ node, accepts }) => {
    const order = Object.hasOwn(accepted, node) ? accepted[node] : undefined;
    return order === undefined || !accepts.includes(order);
  });
