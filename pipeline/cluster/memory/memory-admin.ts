import type { Admin, CommittedOffset, Isolation, NewTopic, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import type { Broker } from './broker.ts';
import type { Session } from './session.ts';
import { watermarksOf } from './watermarks-of.ts';

/** What tools ask of a memory cluster. */
export class MemoryAdmin implements Admin {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  partitions(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, number>> {
    return this.#ask(
      (broker) => new Map(topics.map((topic) => [topic, broker.partitionsOf(topic)] as const).filter(([, count]) => count > 0)),
    );
  }

  topicIds(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>> {
    return this.#ask((broker) => {
      const ids = topics.map((topic) => [topic, broker.topicId(topic)] as const);
      return new Map(ids.flatMap(([topic, id]) => (id === undefined ? [] : [[topic, id] as const])));
    });
  }

  createTopics(topics: ReadonlyArray<NewTopic>): Promise<void> {
    return this.#ask((broker) => topics.forEach((topic) => broker.createTopic(topic)));
  }

  deleteTopics(topics: ReadonlyArray<string>): Promise<void> {
    return this.#ask((broker) => topics.forEach((topic) => broker.deleteTopic(topic)));
  }

  committed(groupId: string, partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    return this.#ask((broker) => broker.group(groupId).committed(partitions));
  }

  watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks> {
    return watermarksOf(this.#session, partition, isolation);
  }

  offsetsAt(partitions: ReadonlyArray<TopicPartition>, time: number): Promise<ReadonlyArray<TopicPartition & { readonly offset: number }>> {
    return this.#ask((broker) =>
      partitions.map(({ topic, partition }) => ({ topic, partition, offset: broker.log({ topic, partition }).offsetAt(time) })),
    );
  }

  deleteRecordsBefore(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void> {
    return this.#ask((broker) => offsets.forEach((before) => broker.log(before).deleteBefore(before.offset)));
  }

  close(): Promise<void> {
    this.#session.made.remove(this);
    return Promise.resolve();
  }

  async #ask<T>(question: (broker: Broker) => T): Promise<T> {
    await Promise.resolve();
    this.#session.check();
    this.#session.broker.tick();
    return question(this.#session.broker);
  }
}
