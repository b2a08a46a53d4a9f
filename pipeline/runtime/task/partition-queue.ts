import { MillraceError } from '../../core/errors.ts';
import type { LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import type { PartitionClock } from '../clock/partition-clock.ts';
import type { Run } from './run.ts';

const overhead = 64;

const bytesOf = (record: LogRecord): number => overhead + (record.value?.length ?? 0) + (record.key?.length ?? 0);

const readAgain = ({ topic, partition, offset }: LogRecord, position: number): MillraceError =>
  new MillraceError('engine_defect', `${topic}:${partition}:${offset} was read again, although all before ${position} is committed or fed`);

/** What has been polled of one partition and not been fed yet, and how far its task has come in it. */
export class PartitionQueue {
  readonly entry: string;
  readonly at: TopicPartition;
  readonly clock: PartitionClock;
  readonly holdsClock: boolean;
  /** The offset after the last record that was fed. */
  position: number;
  /** Whether its wall-clock silence has taken it out of the minimum. */
  excluded = false;
  /** When its last record was polled, ms of the wall clock. */
  lastRecordAt: number;
  isPaused = false;
  /** What was decoded of its head and waits to be fed. */
  run: Run | undefined;
  /** The offset and note of the last commit. */
  committed = { offset: 0, metadata: '' };
  #records: LogRecord[] = [];
  #head = 0;
  #bytes = 0;

  constructor(
    place: { readonly entry: string; readonly at: TopicPartition },
    clock: PartitionClock,
    options: { holdsClock: boolean; now: number },
  ) {
    this.entry = place.entry;
    this.at = place.at;
    this.clock = clock;
    this.holdsClock = options.holdsClock;
    this.lastRecordAt = options.now;
    this.position = 0;
  }

  /** Throws `engine_defect` for a record from before the position: its effects are committed. */
  push(record: LogRecord): void {
    if (record.offset < this.position) throw readAgain(record, this.position);
    this.#records.push(record);
    this.#bytes += bytesOf(record);
  }

  /** Records waiting. */
  get length(): number {
    return this.#records.length - this.#head;
  }

  /** Approximate bytes waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first records that wait, up to `max`; they stay. */
  peek(max: number): ReadonlyArray<LogRecord> {
    return this.#records.slice(this.#head, this.#head + max);
  }

  /** Takes out the first `count` records: they have been fed. */
  drop(count: number): void {
    for (let at = this.#head; at < this.#head + count; at += 1) {
      const record = this.#records[at];
      if (record === undefined) break;
      this.#bytes -= bytesOf(record);
      this.position = record.offset + 1;
    }
    this.#head += count;
    if (this.#head * 2 > this.#records.length) this.#compact();
  }

  /** Forgets what waits. */
  clear(): void {
    this.run = undefined;
    this.#records = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #compact(): void {
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }
}
