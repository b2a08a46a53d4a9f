import type { SubTopology } from '../../core/cut.ts';
import type { GraphNode } from '../../core/graph.ts';

/** The way of a redriven record through a sub-topology: from where it is read to the node that refused it, and all that comes after. */
export interface RedrivePath {
  readonly node: string;
  /** The nodes on the way to it, where it is read included: what they have done for the record is not done again. */
  readonly above: ReadonlySet<string>;
  /** Whether a record goes from one node to the next: not into branches that do not lead through the node. */
  leads(from: string, to: string): boolean;
}

/** The nodes that a node hangs from, by whichever input. */
const above = (sub: SubTopology, name: string, found = new Set<string>()): ReadonlySet<string> => {
  const node = sub.nodes.find((other) => other.name === name);
  for (const input of node?.inputs ?? []) {
    if (found.has(input.node)) continue;
    found.add(input.node);
    above(sub, input.node, found);
  }
  return found;
};

/** Whether nothing of a record comes out of a node that must not touch its state: it makes other records of what it remembers. */
const holdsBack = (node: GraphNode): boolean => {
  if (node.kind !== 'step' || node.operator.state === undefined) return false;
  return node.operator.shape !== 'join' && node.operator.keeps !== true;
};

const keyOf = (from: string, to: string): string => `${from}>${to}`;

/** Follows the nodes in their order, each after its inputs. */
class Walk {
  readonly edges = new Set<string>();
  readonly #above: ReadonlySet<string>;
  readonly #node: string;
  /** The nodes that something comes out of, and those of them that are the node or come after it. */
  readonly #fed: Set<string>;
  readonly #after = new Set<string>();

  constructor(entry: string, node: string, onTheWay: ReadonlySet<string>) {
    this.#fed = new Set([entry]);
    this.#node = node;
    this.#above = onTheWay;
  }

  step(node: GraphNode): void {
    const { name } = node;
    const isOnTheWay = name === this.#node || this.#above.has(name);
    const live = node.inputs.filter((input) => this.#fed.has(input.node) && (isOnTheWay || this.#after.has(input.node)));
    if (live.length === 0) return;
    for (const input of live) this.edges.add(keyOf(input.node, name));
    if (name === this.#node || !isOnTheWay) this.#after.add(name);
    if (!(this.#above.has(name) && holdsBack(node))) this.#fed.add(name);
  }

  get arrives(): boolean {
    return this.#after.has(this.#node);
  }
}

/**
 * The way from an entry of a sub-topology to one of its nodes; undefined if there is none.
 *
 * A branch above the node that does not lead through it is left out, and so is what lies behind an operator that makes records of its own of
 * what it remembers: such a record has no bytes to be redriven with. O(nodes²), so keep what it gives.
 */
export const redrivePath = (sub: SubTopology, entry: string, node: string): RedrivePath | undefined => {
  if (entry === node) return { node, above: new Set(), leads: () => true };
  const onTheWay = above(sub, node);
  if (!onTheWay.has(entry)) return undefined;
  const walk = new Walk(entry, node, onTheWay);
  const entries = new Set(sub.entries.map(({ name }) => name));
  for (const next of sub.nodes) if (!entries.has(next.name)) walk.step(next);
  if (!walk.arrives) return undefined;
  return { node, above: onTheWay, leads: (from, to) => walk.edges.has(keyOf(from, to)) };
};
