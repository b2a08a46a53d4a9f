import { MillraceError } from '../../core/errors.ts';
import type { CommittedOffset, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import type { PartitionOffset } from './client.ts';
import type { OpenMember } from './open-member.ts';
import { checkReadable } from './stall-watch.ts';
import type { Surroundings } from './surroundings.ts';
import { codes } from './to-millrace-error.ts';

const retryMs = 500;

/** What an admission asks of its member. */
export interface AdmissionHost {
  readonly open: () => OpenMember;
  readonly committed: (partitions: ReadonlyArray<TopicPartition>) => Promise<ReadonlyArray<CommittedOffset>>;
  readonly owns: (partition: TopicPartition) => boolean;
  readonly isClosing: () => boolean;
  readonly from: 'earliest' | 'latest';
}

/** Which of a member's partitions the client may fetch, and where it begins in each. */
export class Admission {
  readonly #around: Surroundings;
  readonly #host: AdmissionHost;
  readonly #admitted = new Set<string>();
  /** Where the listener wants partitions to begin that it is just letting in. */
  readonly #sought = new Map<string, number>();

  constructor(around: Surroundings, host: AdmissionHost) {
    this.#around = around;
    this.#host = host;
  }

  /** Has them fetched from where the listener sought, else from the committed offset, else from where the group begins. */
  async admit(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    const starts = await this.#starts(partitions);
    const { consumer, queue } = this.#host.open();
    if (consumer.rebalanceProtocol() === 'COOPERATIVE') consumer.incrementalAssign(starts);
    else consumer.assign(starts);
    for (const key of partitions.map(partitionKey)) this.#admitted.add(key);
    queue.start(starts.filter((start) => this.#sought.delete(partitionKey(start))));
    const known = starts.filter(({ offset }) => offset >= 0);
    await checkReadable(this.#around.control, known);
  }

  forget(partitions: ReadonlyArray<TopicPartition>): void {
    for (const key of partitions.map(partitionKey)) {
      this.#admitted.delete(key);
      this.#sought.delete(key);
    }
    const { queue } = this.#host.open();
    queue.drop(partitions);
    queue.resume(partitions);
  }

  /** Those of the partitions that are being fetched. */
  among<T extends TopicPartition>(partitions: ReadonlyArray<T>): ReadonlyArray<T> {
    return partitions.filter((partition) => this.#admitted.has(partitionKey(partition)));
  }

  /** Goes on at these offsets, or begins there if the listener has not let them in yet. */
  async seek(offsets: ReadonlyArray<PartitionOffset>): Promise<void> {
    const admitted = this.among(offsets);
    const waiting = offsets.filter((to) => !admitted.includes(to) && this.#host.owns(to));
    for (const to of waiting) this.#sought.set(partitionKey(to), to.offset);
    if (admitted.length > 0) await this.#host.open().queue.seek(admitted);
  }

  async #starts(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<PartitionOffset>> {
    const committed = await this.#committedAtLast(partitions.filter((partition) => !this.#sought.has(partitionKey(partition))));
    const offsets = new Map(committed.map((offset) => [partitionKey(offset), offset.offset]));
    const otherwise = this.#host.from === 'earliest' ? codes.beginning : codes.end;
    return partitions.map(({ topic, partition }) => {
      const key = partitionKey({ topic, partition });
      return { topic, partition, offset: this.#sought.get(key) ?? offsets.get(key) ?? otherwise };
    });
  }

  /** Asks until there is an answer: the partitions are ours, and without it nothing can be read. */
  async #committedAtLast(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    for (;;) {
      try {
        return partitions.length === 0 ? [] : await this.#host.committed(partitions);
      } catch (error) {
        if (this.#host.isClosing() || !(error instanceof MillraceError) || !error.retryable) throw error;
        await this.#around.connection.clock.sleep(retryMs);
      }
    }
  }
}
