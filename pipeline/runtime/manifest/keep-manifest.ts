import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { manifestTopic } from '../../core/internal-topics.ts';
import type { DeclaredManifest, Manifest } from '../../core/manifest.ts';
import { type Accepted, openFindings, planChange } from '../../core/plan.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Cluster, TransactionalProducer } from '../../core/ports/cluster.ts';
import type { Log } from '../../core/ports/log.ts';
import { changelogEnds } from './changelog-ends.ts';
import { declaredNow } from './declared-now.ts';
import { declaredText, encodeManifest } from './manifest-codec.ts';
import { type Begins, nextManifest } from './next-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { refusal } from './refusal.ts';

/** What keeping a manifest needs. */
export interface ManifestDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

const mostAttempts = 20;
const pauseMs = 100;

/** One process that wants to write the manifest of its topology. */
class Keeper {
  readonly #topology: Topology;
  readonly #deps: ManifestDeps;
  readonly #accepted: Accepted;

  constructor(topology: Topology, deps: ManifestDeps, accepted: Accepted) {
    this.#topology = topology;
    this.#deps = deps;
    this.#accepted = accepted;
  }

  /** Returns the manifest if it is that of this very version; throws if this version may not follow it. */
  async agreed(declared: DeclaredManifest): Promise<Manifest | undefined> {
    const before = await readManifest(this.#deps.cluster, this.#topology.name);
    if (before !== undefined && (await this.#isCurrent(before, declared))) return before;
    this.#orders(before, declared);
    return undefined;
  }

  /**
   * Writes the manifest. The fixed transactional id is the lock: whoever takes it fences the holder before, so that between its reading
   * and its commit nobody else has written. Throws `fenced` or what is retryable if another one came in between.
   */
  async write(declared: DeclaredManifest): Promise<Manifest> {
    const topic = manifestTopic(this.#topology.name);
    await createTopic(this.#topology, this.#deps.cluster);
    const producer = await this.#deps.cluster.transactionalProducer(topic);
    try {
      const before = await readManifest(this.#deps.cluster, this.#topology.name);
      if (before !== undefined && (await this.#isCurrent(before, declared))) return before;
      const next = await this.#next(before, declared);
      await producer.begin();
      await this.#send(producer, topic, next);
      await producer.commit();
      this.#tell(before, next);
      return next;
    } finally {
      await producer.close().catch(() => undefined);
    }
  }

  async #send(producer: TransactionalProducer, topic: string, manifest: Manifest): Promise<void> {
    const record = { topic, partition: 0, key: Buffer.from(this.#topology.name), value: encodeManifest(manifest) };
    while (!producer.produce(record)) await producer.drain();
  }

  async #next(before: Manifest | undefined, declared: DeclaredManifest): Promise<Manifest> {
    const resets = this.#orders(before, declared).filter((node) => this.#accepted[node] === 'reset');
    const begins = { ...(await this.#standing(before)), ...(await changelogEnds(this.#topology.name, this.#deps.cluster, resets)) };
    return nextManifest(before, declared, { at: this.#deps.clock.now(), begins });
  }

  /** Whether it is of this very version, and the changelogs that were reset are still those. */
  async #isCurrent(before: Manifest, declared: DeclaredManifest): Promise<boolean> {
    if (declaredText(before) !== declaredText(declared)) return false;
    return Object.keys(await this.#standing(before)).length === Object.keys(before.begins).length;
  }

  /** The resets of before, but for those of changelogs that somebody has deleted since: what is made anew counts from its beginning. */
  async #standing(before: Manifest | undefined): Promise<Begins> {
    const begins = Object.entries(before?.begins ?? {});
    const ends = await changelogEnds(
      this.#topology.name,
      this.#deps.cluster,
      begins.map(([node]) => node),
    );
    return Object.fromEntries(begins.filter(([node, from]) => from.every((offset, partition) => offset <= (ends[node]?.[partition] ?? 0))));
  }

  /** The nodes that something was found of and ordered about. Throws where nothing was ordered. */
  #orders(before: Manifest | undefined, declared: DeclaredManifest): ReadonlyArray<string> {
    const plan = planChange(before, this.#topology, declared);
    const open = openFindings(plan, this.#accepted);
    if (open.length > 0) throw refusal(this.#topology.name, open);
    return plan.findings.map(({ node }) => node);
  }

  #tell(before: Manifest | undefined, next: Manifest): void {
    const reset = Object.keys(next.begins).filter((node) => next.begins[node] !== before?.begins[node]);
    const fields = { topology: this.#topology.name, revision: next.revision, before: before?.revision ?? null, reset };
    this.#deps.log.info(fields, 'The manifest of the topology is written.');
  }
}

const isPassing = (error: unknown): boolean => error instanceof MillraceError && (error.retryable || error.code === 'fenced');

const declaredOn = async (topology: Topology, cluster: Cluster): Promise<DeclaredManifest> => {
  const admin = await cluster.admin();
  return declaredNow(topology, admin).finally(() => admin.close());
};

/** Creates the topic of the manifest unless it is there. */
const createTopic = async (topology: Topology, cluster: Cluster): Promise<void> => {
  const admin = await cluster.admin();
  try {
    await admin.createTopics([{ topic: manifestTopic(topology.name), partitions: 1, config: { 'cleanup.policy': 'compact' } }]);
  } finally {
    await admin.close();
  }
};

/**
 * Makes sure that this version of a topology may go on from the one before, and that the manifest names it. Processes that start at once
 * agree by the transactional id of the manifest: one writes, the others find their own version written.
 *
 * @throws MillraceError `state_mismatch` or `needs_new_group`, with what has changed and the ways out, if nothing was ordered about it.
 */
export const keepManifest = async (topology: Topology, deps: ManifestDeps, accepted: Accepted = {}): Promise<Manifest> => {
  const declared = await declaredOn(topology, deps.cluster);
  const keeper = new Keeper(topology, deps, accepted);
  for (let attempt = 1; ; attempt += 1) {
    const agreed = await keeper.agreed(declared);
    if (agreed !== undefined) return agreed;
    try {
      return await keeper.write(declared);
    } catch (error) {
      if (!isPassing(error) || attempt >= mostAttempts) throw error;
      await deps.clock.sleep(pauseMs * attempt);
    }
  }
};
