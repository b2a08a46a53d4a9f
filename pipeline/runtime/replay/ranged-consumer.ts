import type { AssignmentListener, CommittedOffset, GroupConsumer, Isolation, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { type PartitionRange, placeKey } from './replay-range.ts';

type At = TopicPartition & { readonly offset: number };

/** A member of a group to whom the log of each ranged partition begins and ends with its range. Other partitions are as they are. */
export class RangedConsumer implements GroupConsumer {
  readonly #ranges: ReadonlyMap<string, PartitionRange>;
  /** Ranged partitions of which everything within the range was handed out. They are paused, so that nothing beyond is fetched. */
  readonly #ended = new Set<string>();
  #inner!: GroupConsumer;

  constructor(ranges: ReadonlyArray<PartitionRange>) {
    this.#ranges = new Map(ranges.map((range) => [placeKey(range), range]));
  }

  /** The member that it stands for; given once, before anything is called. */
  set inner(consumer: GroupConsumer) {
    this.#inner = consumer;
  }

  get inner(): GroupConsumer {
    return this.#inner;
  }

  /** A listener in whose eyes partitions without a committed offset begin with their ranges. */
  listening(listener: AssignmentListener): AssignmentListener {
    return {
      assigned: async (partitions) => {
        await this.#begin(partitions);
        await listener.assigned(partitions);
        this.#pauseEnded(partitions);
      },
      revoked: (partitions) => listener.revoked(partitions),
      lost: (partitions) => listener.lost(partitions),
    };
  }

  async poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    const records = await this.#inner.poll(max, waitMs);
    const within = records.filter((record) => record.offset < (this.#ranges.get(placeKey(record))?.to ?? Infinity));
    this.#pauseEnded(records);
    return within;
  }

  pause(partitions: ReadonlyArray<TopicPartition>): void {
    this.#inner.pause(partitions);
  }

  resume(partitions: ReadonlyArray<TopicPartition>): void {
    this.#inner.resume(partitions.filter((partition) => !this.#ended.has(placeKey(partition))));
  }

  async seek(offsets: ReadonlyArray<At>): Promise<void> {
    const again = offsets.filter((at) => this.#ended.delete(placeKey(at)));
    await this.#inner.seek(offsets);
    if (again.length > 0) this.#inner.resume(again);
    this.#pauseEnded(offsets);
  }

  committed(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    return this.#inner.committed(partitions);
  }

  commit(offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    return this.#inner.commit(offsets);
  }

  position(partition: TopicPartition): number | undefined {
    const range = this.#ranges.get(placeKey(partition));
    const position = this.#inner.position(partition);
    if (range === undefined) return position;
    if (this.#ended.has(placeKey(partition))) return range.to;
    return position === undefined ? undefined : Math.min(Math.max(position, range.from), range.to);
  }

  async starts(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number>> {
    const starts = await this.#inner.starts(partitions);
    return partitions.map((partition, nth) => Math.max(starts[nth] ?? 0, this.#ranges.get(placeKey(partition))?.from ?? 0));
  }

  async ends(partitions: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number | undefined>> {
    const ends = await this.#inner.ends(partitions, isolation);
    return partitions.map((partition, nth) => {
      const end = ends[nth];
      return end === undefined ? undefined : Math.min(end, this.#ranges.get(placeKey(partition))?.to ?? Infinity);
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #begin(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    const ranges = partitions.flatMap((partition) => this.#ranges.get(placeKey(partition)) ?? []);
    if (ranges.length === 0) return;
    for (const range of ranges) this.#ended.delete(placeKey(range));
    const known = new Set((await this.#inner.committed(ranges)).map(placeKey));
    await this.#inner.seek(
      ranges.filter((range) => !known.has(placeKey(range))).map(({ topic, partition, from }) => ({ topic, partition, offset: from })),
    );
  }

  #pauseEnded(partitions: ReadonlyArray<TopicPartition>): void {
    const ended = new Map(partitions.flatMap((partition) => this.#justEnded(partition)));
    if (ended.size === 0) return;
    for (const key of ended.keys()) this.#ended.add(key);
    this.#inner.pause([...ended.values()]);
  }

  #justEnded(partition: TopicPartition): ReadonlyArray<readonly [string, PartitionRange]> {
    const key = placeKey(partition);
    const range = this.#ranges.get(key);
    if (range === undefined || this.#ended.has(key)) return [];
    const isOver = range.from === range.to || (this.#inner.position(range) ?? 0) >= range.to;
    return isOver ? [[key, range]] : [];
  }
}
