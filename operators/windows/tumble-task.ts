import { type Chunk, type StreamRecord, withRecords, withValue } from '../../pipeline/core/chunk.ts';
import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import type { Context } from '../../pipeline/core/operator.ts';
import { type DimsReader, dimsKey } from './dims-reader.ts';
import { includeOffset } from './offset-range.ts';
import { changing, closing, type Occasion } from './occasion.ts';
import { OpenWindows } from './open-windows.ts';
import type { TimeReader } from './time-reader.ts';
import { copyEntry, toldEntry, type WindowEntry } from './window-entry.ts';
import { isWindowTime, windowStart } from './window-start.ts';
import type { Dims, LateRecord, NamedDims } from './windowed.ts';

/** All that a window operator was told, read once. */
export interface TumblePlan<T, Acc, Out> {
  readonly size: number;
  readonly lateness: number;
  readonly timeOf: TimeReader<T>;
  readonly dims: DimsReader<T>;
  readonly aggregate: Aggregate<T, Acc, unknown>;
  /** Which values take out one that was put in before, and how; undefined if none does. */
  readonly out: { is(value: T): boolean; subtract(acc: Acc, value: T): Acc } | undefined;
  /** Whether a flush makes revisions. */
  readonly onUpdate: boolean;
  /** What is told of a window; the entry stands for the revision that is told. */
  result(entry: WindowEntry<Acc>, occasion: Occasion, partition: number): Out;
}

/** The side outputs of a tumbling window. */
export interface TumblePorts<T, D extends NamedDims<D> = Dims> {
  readonly late: LateRecord<T, D>;
}

/** A tumbling window in one task: puts each record into its window, tells what has changed, and closes windows as stream time passes. */
export class TumbleTask<T, Acc, Out> {
  readonly #plan: TumblePlan<T, Acc, Out>;
  readonly #context: Context<WindowEntry<Acc>, TumblePorts<T>>;
  readonly #windows: OpenWindows<WindowEntry<Acc>>;
  readonly #open: number;
  readonly #guarded: boolean;
  #told: StreamRecord<Out>[] = [];
  /** What `admit` read of the record at hand: its time, its dims, and whether it goes in or takes out. */
  #time: number | null | undefined;
  #id = '';
  #takesOut = false;

  constructor(plan: TumblePlan<T, Acc, Out>, context: Context<WindowEntry<Acc>, TumblePorts<T>>) {
    const { aggregate, size, lateness, timeOf, dims, out } = plan;
    this.#plan = plan;
    this.#context = context;
    this.#open = size + lateness;
    this.#guarded = timeOf !== undefined || dims.isForeign || aggregate.check !== undefined || out !== undefined;
    this.#windows = new OpenWindows(context.store, {
      copy: copyEntry(aggregate),
      told: toldEntry,
      closesAt: (entry) => entry.start + this.#open,
      close: (entry, asOf) => this.#tell(toldEntry(entry), closing(entry.changed, asOf)),
    });
  }

  run(chunk: Chunk<T>): Chunk<Out> {
    this.#told = [];
    this.#takeAll(chunk.records);
    this.#windows.expire(chunk.streamTime);
    this.#windows.settle();
    if (chunk.signal === 'idle' || (chunk.signal === 'flush' && this.#plan.onUpdate)) this.#tellChanged(chunk);
    return withRecords(chunk, this.#told);
  }

  #takeAll(records: ReadonlyArray<StreamRecord<T>>): void {
    let expired = NaN;
    for (const record of records) {
      if (record.asOf !== expired) {
        expired = record.asOf;
        this.#windows.expire(expired);
      }
      if (this.#admits(record)) this.#take(record);
    }
  }

  /** Reads time and dims, and lets the aggregate check the value: all that may throw, before anything is changed. */
  #admits(record: StreamRecord<T>): boolean {
    if (this.#guarded) {
      if (!this.#context.attempt(record, this.#read).ok) return false;
      if (this.#plan.timeOf === undefined) this.#time = record.time;
    } else {
      this.#time = record.time;
      this.#id = this.#plan.dims.id(record.value);
    }
    return true;
  }

  readonly #read = (value: T): void => {
    const { timeOf, dims, aggregate, out } = this.#plan;
    if (timeOf !== undefined) this.#time = timeOf(value);
    this.#id = dims.id(value);
    aggregate.check?.(value);
    this.#takesOut = out?.is(value) === true;
  };

  #take(record: StreamRecord<T>): void {
    const time = this.#time ?? undefined;
    if (!isWindowTime(time)) return this.#context.reject(record, 'bad_time', `the time of its window is ${String(time)}`);
    const start = windowStart(time, this.#plan.size);
    if (record.asOf >= start + this.#open) return this.#late(record, start);
    const entry = this.#windows.find(start, this.#id) ?? this.#windows.open(start, this.#id, this.#newEntry(record, start));
    entry.acc = this.#folded(entry.acc, record.value);
    entry.n += 1;
    entry.changed = true;
    entry.last = record.provenance;
    includeOffset(entry.offsets, record.provenance);
  }

  #folded(acc: Acc, value: T): Acc {
    const { aggregate, out } = this.#plan;
    return this.#takesOut && out !== undefined ? out.subtract(acc, value) : aggregate.add(acc, value);
  }

  #newEntry({ value, provenance }: StreamRecord<T>, start: number): WindowEntry<Acc> {
    const { dims, aggregate } = this.#plan;
    return { start, dims: dims.dims(value), revision: 0, changed: true, n: 0, offsets: [], last: provenance, acc: aggregate.zero() };
  }

  #late(record: StreamRecord<T>, start: number): void {
    const { size, dims } = this.#plan;
    const end = start + size;
    if (!this.#context.isConnected('late')) {
      const closedAt = new Date(start + this.#open).toISOString();
      return this.#context.reject(record, 'late', `the window from ${new Date(start).toISOString()} closed at ${closedAt}`);
    }
    this.#context.emit('late', withValue(record, { start, end, dims: dims.dims(record.value), value: record.value }));
  }

  #tellChanged(chunk: Chunk<T>): void {
    const occasion = changing(chunk);
    this.#windows.tellChanged((entry) => this.#tell(entry, occasion));
  }

  #tell(entry: WindowEntry<Acc>, occasion: Occasion): void {
    this.#told.push({
      key: dimsKey(entry.dims),
      value: this.#plan.result(entry, occasion, this.#context.task.partition),
      time: entry.start,
      asOf: occasion.streamTime,
      provenance: entry.last,
      origin: undefined,
      asRead: undefined,
    });
  }
}
