import { contentHash } from './content-hash.ts';
import { cut } from './cut.ts';
import type { StepNode, Topology } from './graph.ts';

/** What about a stateful node must be the same for its state to be read on. */
export interface Fingerprint {
  readonly node: string;
  readonly kind: string;
  /** The layout of the encoded values. */
  readonly schema: string;
  readonly key: ReadonlyArray<string>;
  /** The parameters that shape the state. */
  readonly shape: Readonly<Record<string, unknown>>;
  /** The topics that its sub-topology reads. */
  readonly topics: ReadonlyArray<string>;
  /** Hexadecimal digits over all of the above. */
  readonly hash: string;
}

const hashOf = contentHash();

const isStateful = (node: { readonly kind: string }): node is StepNode =>
  node.kind === 'step' && 'operator' in node && typeof node.operator === 'object' && node.operator !== null && 'state' in node.operator;

const fingerprintOf = (node: StepNode, topics: ReadonlyArray<string>): Fingerprint => {
  const { name, kind, state, stateKey = [] } = node.operator;
  const facts = { node: name, kind, schema: state?.schema ?? '', key: stateKey, shape: state?.shape ?? {}, topics };
  return { ...facts, hash: hashOf(facts).toString(16).padStart(14, '0') };
};

/** The fingerprints of a topology's stateful nodes by name. Functions are in them by their version only. */
export const fingerprints = (topology: Topology): ReadonlyMap<string, Fingerprint> => {
  const found = new Map<string, Fingerprint>();
  for (const sub of cut(topology)) {
    const topics = sub.entries.map((entry) => entry.topic.name);
    for (const node of sub.nodes.filter(isStateful)) found.set(node.name, fingerprintOf(node, topics));
  }
  return found;
};
