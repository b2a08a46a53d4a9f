import type {
  Admin,
  Cluster,
  ClusterTraits,
  GroupConsumer,
  GroupOptions,
  Isolation,
  PlainProducer,
  Reader,
  TransactionalProducer,
} from '../../core/ports/cluster.ts';
import { Broker, type MemoryClusterOptions } from './broker.ts';
import type { Membership } from './consumer-group.ts';
import { MemoryAdmin } from './memory-admin.ts';
import { MemoryGroupConsumer } from './memory-group-consumer.ts';
import { MemoryProducer } from './memory-producer.ts';
import { MemoryReader } from './memory-reader.ts';
import { MemoryTransactionalProducer } from './memory-transactional-producer.ts';
import { Session } from './session.ts';

/**
 * A connection to an in-memory cluster, and the strings that a test pulls on it.
 *
 * Everything is deterministic: the same calls in the same order have the same outcome, and all waiting is on the given clock.
 */
export class MemoryCluster implements Cluster {
  readonly traits: ClusterTraits = { transactions: true, createTopics: true };
  readonly #broker: Broker;
  readonly #session: Session;
  readonly #members = new Set<MemoryGroupConsumer>();

  constructor(broker: Broker, clientId: string) {
    this.#broker = broker;
    this.#session = new Session(broker, clientId);
  }

  /** Another process's connection to the same cluster. `close` closes only what was made over its own. */
  connect(clientId: string): MemoryCluster {
    return new MemoryCluster(this.#broker, clientId);
  }

  /**
   * The process dies: every call that it makes or waits for throws `cluster_unavailable`. Its open transaction and its place in its
   * groups stay until the cluster notices (a new producer under its transactional id, the time-outs).
   */
  crash(): void {
    this.#session.crash();
    for (const member of this.#members) this.#broker.fallSilent(member.group, member.memberId);
  }

  /** Who is in the group now, in the order of joining. */
  members(groupId: string): ReadonlyArray<Membership> {
    return this.#broker.group(groupId).members;
  }

  /** Takes a member out as if its session had timed out; it learns of it with its next poll. */
  expire(groupId: string, memberId: string): void {
    this.#broker.group(groupId).leave(memberId);
    this.#broker.changed();
  }

  /** Begins a new epoch; whatever members commit before their next poll is refused, as after any change of a real group's epoch. */
  rebalance(groupId: string): void {
    this.#broker.group(groupId).forceRebalance();
    this.#broker.changed();
  }

  admin(): Promise<Admin> {
    return this.#make(() => new MemoryAdmin(this.#session));
  }

  async groupConsumer(options: GroupOptions): Promise<GroupConsumer> {
    const consumer = await this.#make(() => new MemoryGroupConsumer(this.#session, options));
    this.#members.add(consumer);
    return consumer;
  }

  transactionalProducer(transactionalId: string): Promise<TransactionalProducer> {
    return this.#session.run('init', transactionalId, async () => {
      await this.#broker.coordinator.settled(transactionalId);
      const epoch = this.#broker.coordinator.init(transactionalId);
      this.#broker.changed();
      return this.#session.made.add(new MemoryTransactionalProducer(this.#session, transactionalId, epoch));
    });
  }

  producer(): Promise<PlainProducer> {
    return this.#make(() => new MemoryProducer(this.#session));
  }

  reader(isolation: Isolation): Promise<Reader> {
    return this.#make(() => new MemoryReader(this.#session, isolation));
  }

  close(): Promise<void> {
    return this.#session.made.close();
  }

  async #make<T extends { close(): Promise<void> }>(create: () => T): Promise<T> {
    await Promise.resolve();
    this.#session.check();
    return this.#session.made.add(create());
  }
}

/**
 * A new, empty in-memory cluster, for tests, the topology driver and the simulator.
 *
 * @example const cluster = memoryCluster({ clock: new VirtualClock() });
 */
export const memoryCluster = (options: MemoryClusterOptions): MemoryCluster => new MemoryCluster(new Broker(options), 'memory');
