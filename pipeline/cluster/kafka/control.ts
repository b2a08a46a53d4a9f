import type { IAdminClient, IsolationLevel, OffsetSpec } from '@confluentinc/kafka-javascript';
import type { CommittedOffset, Isolation, NewTopic, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { partitionKey } from '../partition-key.ts';
import { Calls } from './calls.ts';
import { done, type Callback, type ClientError, type Metadata, type NativeProducer, newProducer, type PartitionOffset } from './client.ts';
import { connect } from './connect.ts';
import type { Connection } from './kafka-options.ts';
import { toCommitted } from './committed-offsets.ts';
import { library } from './library.ts';
import { toMillraceError } from './to-millrace-error.ts';
import { isPassing, untilLed } from './until-led.ts';

const timeout = 30_000;
const topicExists = 36;
const unknownTopic = 3;
/** The id of no topic, as brokers answer that know no ids. */
const noId = Buffer.alloc(16).toString('base64').replace(/=+$/, '');

interface Terms {
  readonly clock: Clock;
  readonly ends: Readonly<Record<'earliest' | 'latest', OffsetSpec>>;
  readonly isolation: Readonly<Record<Isolation, IsolationLevel>>;
  readonly at: (time: number) => OffsetSpec;
}
type Answer<T> = T & { readonly error?: ClientError | undefined };
interface Described {
  readonly name: string;
  readonly topicId: { readonly base64: string };
  readonly partitions: ReadonlyArray<unknown>;
}
type Groups = ReadonlyArray<{
  readonly error?: ClientError;
  readonly partitions: ReadonlyArray<CommittedOffset & { readonly error?: ClientError }>;
}>;

/** Questions and orders to the brokers, over one connection that the whole cluster shares. */
export class Control {
  readonly #producer: NativeProducer;
  readonly #admin: IAdminClient;
  readonly #terms: Terms;
  readonly #calls = new Calls();

  private constructor(producer: NativeProducer, admin: IAdminClient, terms: Terms) {
    this.#producer = producer;
    this.#admin = admin;
    this.#terms = terms;
  }

  static async connect(connection: Connection): Promise<Control> {
    const { AdminClient, OffsetSpec, IsolationLevel } = await library();
    const producer = await newProducer(connection.shared);
    await connect(producer, connection);
    return new Control(producer, AdminClient.createFrom(producer as never), {
      clock: connection.clock,
      ends: { earliest: OffsetSpec.EARLIEST, latest: OffsetSpec.LATEST },
      isolation: { committed: IsolationLevel.READ_COMMITTED, uncommitted: IsolationLevel.READ_UNCOMMITTED },
      at: (time) => new OffsetSpec(Math.max(0, Math.ceil(time))),
    });
  }

  /** Partition counts from the brokers' metadata: of one topic, which a mock cluster then creates, or of all. */
  async metadata(topic?: string): Promise<ReadonlyMap<string, number>> {
    const options = { timeout, ...(topic === undefined ? { allTopics: true } : { topic }) };
    const { topics } = await this.#ask<Metadata>('Asking for metadata', (answer) => this.#producer.getMetadata(options, answer));
    return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  }

  async partitions(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#describe(topics)).map(({ name, partitions }) => [name, partitions.length]));
  }

  /** The ids of those topics that exist, in base 64. */
  async topicIds(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>> {
    const found = await this.#describe(topics);
    return new Map(found.flatMap(({ name, topicId }) => (topicId.base64 === noId ? [] : [[name, topicId.base64]])));
  }

  async createTopic({ topic, partitions, replication, config }: NewTopic): Promise<void> {
    const order = { topic, num_partitions: partitions, replication_factor: replication ?? -1, config: { ...config } };
    await this.#unless(topicExists, `Creating topic '${topic}'`, (answer) => this.#admin.createTopic(order, timeout, answer as never));
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.#unless(unknownTopic, `Deleting topic '${topic}'`, (answer) => this.#admin.deleteTopic(topic, timeout, answer as never));
  }

  /** What a group has committed, pending offsets of open transactions aside. */
  async committed(groupId: string, partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    const what = `Committed offsets of group '${groupId}'`;
    const request = [{ groupId, partitions: partitions.map(({ topic, partition }) => ({ topic, partition })) }];
    const groups = await this.#ask<Groups>(what, (answer) =>
      this.#admin.listConsumerGroupOffsets(request, { timeout, requireStableOffsets: false }, answer as never),
    );
    return groups.flatMap((group) => {
      if (group.error) throw toMillraceError(group.error, what);
      return group.partitions.flatMap((answer) => {
        if (answer.error) throw toMillraceError(answer.error, what);
        return toCommitted(answer);
      });
    });
  }

  async watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks> {
    const [low, high] = await Promise.all([this.#offset(partition, 'earliest', isolation), this.#offset(partition, 'latest', isolation)]);
    return { low, high };
  }

  /** The first offset that is there, of each partition. Throws `unknown_topic`. */
  lows(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<PartitionOffset>> {
    return partitions.length === 0 ? Promise.resolve([]) : this.#offsets(partitions, this.#terms.ends.earliest, 'uncommitted');
  }

  /**
   * Where each partition ends, in their order, asked once; undefined of one that nobody leads just now. The client then looks up who does,
   * for the next time.
   */
  async ends(partitions: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number | undefined>> {
    if (partitions.length === 0) return [];
    const answers = await this.#listOffsets(partitions, this.#terms.ends.latest, isolation);
    const [unsettled, settled] = [answers.filter(isPassing), answers.filter((answer) => !isPassing(answer))];
    if (unsettled.length > 0) void this.#renew(unsettled).catch(() => undefined);
    const known = new Map(offsetsIn(settled).map((end) => [partitionKey(end), end.offset]));
    return partitions.map((partition) => known.get(partitionKey(partition)));
  }

  /** The first offset of each partition at or after a time, in their order; the committed end where there is none. Throws `unknown_topic`. */
  async offsetsAt(partitions: ReadonlyArray<TopicPartition>, time: number): Promise<ReadonlyArray<PartitionOffset>> {
    if (partitions.length === 0) return [];
    const [found, ends] = await Promise.all([
      this.#offsets(partitions, this.#terms.at(time), 'committed'),
      this.#offsets(partitions, this.#terms.ends.latest, 'committed'),
    ]);
    const known = new Map([...ends, ...found.filter(({ offset }) => offset >= 0)].map((at) => [partitionKey(at), at.offset]));
    return partitions.map(({ topic, partition }) => ({ topic, partition, offset: known.get(partitionKey({ topic, partition })) ?? 0 }));
  }

  async deleteRecordsBefore(offsets: ReadonlyArray<PartitionOffset>): Promise<void> {
    if (offsets.length === 0) return;
    const results = await this.#ask<ReadonlyArray<Answer<PartitionOffset>>>('Deleting records', (answer) =>
      this.#admin.deleteRecords(offsets.map(plain), { timeout, operationTimeout: timeout }, answer as never),
    );
    for (const { error, topic, partition } of results)
      if (error) throw toMillraceError(error, `Deleting records of '${topic}' [${partition}]`);
  }

  /** Waits for the question that is being asked; those behind it are refused. */
  async close(): Promise<void> {
    await this.#calls.close();
    await done((callback) => this.#producer.disconnect(0, callback));
  }

  async #offset(partition: TopicPartition, end: 'earliest' | 'latest', isolation: Isolation): Promise<number> {
    const [found] = await this.#offsets([partition], this.#terms.ends[end], isolation);
    return found?.offset ?? 0;
  }

  async #offsets(
    partitions: ReadonlyArray<TopicPartition>,
    offset: OffsetSpec,
    isolation: Isolation,
  ): Promise<ReadonlyArray<PartitionOffset>> {
    const ask = (): Promise<ReadonlyArray<Answer<PartitionOffset>>> => this.#listOffsets(partitions, offset, isolation);
    return offsetsIn(await untilLed(ask, { clock: this.#terms.clock, ms: timeout, renew: () => this.#renew(partitions) }));
  }

  #listOffsets(
    partitions: ReadonlyArray<TopicPartition>,
    offset: OffsetSpec,
    isolation: Isolation,
  ): Promise<ReadonlyArray<Answer<PartitionOffset>>> {
    const isolationLevel = this.#terms.isolation[isolation];
    const request = partitions.map(({ topic, partition }) => ({ topic, partition, offset }));
    return this.#ask('Asking for offsets', (answer) => this.#admin.listOffsets(request, { timeout, isolationLevel }, answer as never));
  }

  async #renew(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    for (const topic of new Set(partitions.map((place) => place.topic))) await this.metadata(topic);
  }

  async #describe(topics: ReadonlyArray<string>): Promise<ReadonlyArray<Described>> {
    if (topics.length === 0) return [];
    const found = await this.#ask<ReadonlyArray<Answer<Described>>>('Describing topics', (answer) =>
      this.#admin.describeTopics([...topics], { timeout }, answer as never),
    );
    for (const { error, name } of found)
      if (error && error.code !== unknownTopic) throw toMillraceError(error, `Describing topic '${name}'`);
    return found.filter(({ error }) => !error);
  }

  async #ask<T>(what: string, call: (callback: Callback<T>) => void): Promise<T> {
    try {
      return await this.#calls.make(call);
    } catch (cause) {
      throw toMillraceError(cause, what);
    }
  }

  async #unless(harmless: number, what: string, call: (callback: Callback<unknown>) => void): Promise<void> {
    try {
      await this.#calls.make(call);
    } catch (cause) {
      if ((cause as ClientError).code !== harmless) throw toMillraceError(cause, what);
    }
  }
}

const offsetsIn = (answers: ReadonlyArray<Answer<PartitionOffset>>): ReadonlyArray<PartitionOffset> => {
  for (const { error, topic, partition } of answers)
    if (error) throw toMillraceError(error, `Asking for offsets of '${topic}' [${partition}]`);
  return answers;
};

const plain = ({ topic, partition, offset }: PartitionOffset): PartitionOffset => ({ topic, partition, offset });
