import type { SubTopology } from '../../core/cut.ts';
import { type Fingerprint, fingerprints } from '../../core/fingerprint.ts';
import type { Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { StateStore, StorePlace } from '../../core/ports/store.ts';
import { ChangelogPosition } from '../commit/changelog-position.ts';
import { changelogConfig } from '../topic-plan.ts';
import type { TaskEnv } from './task-env.ts';

/** The store of a node of a task with the changelog behind it. */
export interface Changelog {
  readonly place: StorePlace;
  readonly store: StateStore<unknown>;
  readonly position: ChangelogPosition;
}

/** They do not change, and every task asks for them. */
const known = new WeakMap<Topology, ReadonlyMap<string, Fingerprint>>();

const fingerprintsOf = (topology: Topology): ReadonlyMap<string, Fingerprint> => {
  const found = known.get(topology) ?? fingerprints(topology);
  known.set(topology, found);
  return found;
};

const placeOf = (env: TaskEnv, node: string, of: { readonly sub: string; readonly partition: number }): StorePlace => {
  const topic = internalTopic(env.topology.name, node, 'changelog');
  const { partition } = of;
  return {
    topology: env.topology.name,
    task: `${of.sub}/${partition}`,
    node,
    fingerprint: fingerprintsOf(env.topology).get(node)?.hash ?? '',
    changelog: {
      topic,
      topicId: env.topicIds?.get(topic),
      partition,
      begin: env.begins?.[node]?.[partition] ?? 0,
      keepsDeletions: Number(changelogConfig['delete.retention.ms']),
    },
    limitBytes: env.topology.settings[node]?.stateLimitBytes,
  };
};

/** Opens the stores of a task, by node. If one cannot be opened, those before it are closed again. */
export const openChangelogs = (env: TaskEnv, sub: SubTopology, partition: number): ReadonlyMap<string, Changelog> => {
  const changelogs = new Map<string, Changelog>();
  try {
    for (const node of sub.nodes) {
      if (node.kind !== 'step' || node.operator.state === undefined) continue;
      const place = placeOf(env, node.name, { sub: sub.name, partition });
      changelogs.set(node.name, { place, store: env.makeStore(node.operator.state, place), position: new ChangelogPosition() });
    }
    return changelogs;
  } catch (error) {
    for (const { store } of changelogs.values()) void store.close();
    throw error;
  }
};
