import type { Topology } from '../../../pipeline/core/graph.ts';
import { internalTopic } from '../../../pipeline/core/internal-topics.ts';
import type { Cluster } from '../../../pipeline/core/ports/cluster.ts';
import type { Store } from '../../../pipeline/core/ports/store.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { elsewhere } from './elsewhere.ts';
import { readFrom } from './read-from.ts';

/** The node that ties feedback to inferences, and keeps what has not met its own. */
const node = 'attribute';

interface Held {
  readonly lefts: ReadonlyArray<{ readonly orphaned: boolean }>;
}

const isHeld = (value: unknown): value is Held =>
  typeof value === 'object' && value !== null && 'lefts' in value && Array.isArray(value.lefts);

const heldIn = (store: Store<unknown>): number =>
  [...store.scan('')].flatMap(([, value]) => (isHeld(value) ? value.lefts.filter(({ orphaned }) => !orphaned) : [])).length;

/** The state of the partitions that are elsewhere, as their changelogs have it. */
const stateElsewhere = async (cluster: Cluster, topology: Topology, partitions: ReadonlyArray<number>): Promise<Store<unknown>> => {
  const step = topology.nodes.find(({ name }) => name === node);
  if (step?.kind !== 'step' || step.operator.state === undefined) throw new Error(`"${node}" has no state.`);
  const store = memoryStore(step.operator.state, { node });
  const topic = internalTopic(topology.name, node, 'changelog');
  for (const { key, value } of await readFrom(
    cluster,
    partitions.map((partition) => ({ topic, partition, offset: 0 })),
  )) {
    if (key !== null) store.restore({ key, value });
  }
  return store;
};

/** Where to look for state. */
export interface StatePlaces {
  readonly launched: Launched;
  readonly cluster: Cluster;
  readonly topology: Topology;
  /** A topic that the node's tasks read, and its partition count. */
  readonly source: readonly [topic: string, partitions: number];
}

/** How much feedback waits in the state of all processes for its inference and has not been given up. */
export const waitingIn = async ({ launched, cluster, topology, source }: StatePlaces): Promise<number> => {
  const here = launched.tasks.flatMap(({ nodes }) => {
    const store = nodes.stores.get(node);
    return store === undefined ? [] : [heldIn(store)];
  });
  const others = elsewhere(launched, ...source).map(({ partition }) => partition);
  const there = others.length === 0 ? 0 : heldIn(await stateElsewhere(cluster, topology, others));
  return here.reduce((sum, held) => sum + held, there);
};
