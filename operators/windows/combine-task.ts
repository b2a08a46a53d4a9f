import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { type Chunk, type StreamRecord, withRecords } from '../../pipeline/core/chunk.ts';
import type { Context } from '../../pipeline/core/operator.ts';
import { type CombinedEntry, copyCombined, type KeptPart, toldCombined } from './combined-entry.ts';
import { dimsId, dimsKey } from './dims-reader.ts';
import { changing, closing, type Occasion } from './occasion.ts';
import { unitedRanges } from './offset-range.ts';
import { OpenWindows } from './open-windows.ts';
import type { Dims, NamedDims, Windowed, WindowPart } from './windowed.ts';

/** The side outputs of `combine`. */
export interface CombinePorts<D extends NamedDims<D>, Acc> {
  readonly late: WindowPart<D, Acc>;
}

type Part<Acc> = WindowPart<Dims, Acc>;

const keptOf = <Acc>({ task, revision, provisional, n, offsets, acc }: Part<Acc>): KeptPart<Acc> => ({
  task,
  revision,
  provisional,
  n,
  offsets,
  acc,
});

const compareTasks = <Acc>(a: KeptPart<Acc>, b: KeptPart<Acc>): number => (a.task < b.task ? -1 : 1);

/** Combines parts of windows in one task: keeps the latest part of each upstream task, tells what has changed, and closes windows. */
export class CombineTask<Acc, Out> {
  readonly #aggregate: Aggregate<never, Acc, Out>;
  readonly #context: Context<CombinedEntry<Acc>, CombinePorts<Dims, Acc>>;
  readonly #windows: OpenWindows<CombinedEntry<Acc>>;
  #told: StreamRecord<Windowed<Dims, Out>>[] = [];

  constructor(aggregate: Aggregate<never, Acc, Out>, context: Context<CombinedEntry<Acc>, CombinePorts<Dims, Acc>>) {
    this.#aggregate = aggregate;
    this.#context = context;
    this.#windows = new OpenWindows(context.store, {
      copy: copyCombined,
      told: toldCombined,
      closesAt: (entry) => entry.closesAt,
      close: (entry, asOf) => this.#tell(toldCombined(entry), closing(entry.changed, asOf)),
    });
  }

  run(chunk: Chunk<Part<Acc>>): Chunk<Windowed<Dims, Out>> {
    this.#told = [];
    for (const record of chunk.records) {
      this.#windows.expire(record.asOf);
      this.#take(record);
    }
    this.#windows.expire(chunk.streamTime);
    this.#windows.settle();
    if (chunk.signal !== 'none') this.#tellChanged(chunk);
    return withRecords(chunk, this.#told);
  }

  #take(record: StreamRecord<Part<Acc>>): void {
    const part = record.value;
    if (record.asOf >= part.closesAt) return this.#late(record);
    const { start, end, closesAt, dims } = part;
    const id = `${end - start}|${dimsId(dims)}`;
    const entry =
      this.#windows.find(start, id) ??
      this.#windows.open(start, id, { start, end, closesAt, dims, revision: 0, changed: false, last: record.provenance, parts: [] });
    this.#keep(entry, record);
  }

  #keep(entry: CombinedEntry<Acc>, { value: part, provenance }: StreamRecord<Part<Acc>>): void {
    const known = entry.parts.find(({ task }) => task === part.task);
    if (known !== undefined && known.revision >= part.revision) return this.#context.count('stale_parts');
    entry.parts = [...entry.parts.filter((kept) => kept !== known), keptOf(part)].sort(compareTasks);
    entry.last = provenance;
    if (part.changed || known === undefined) entry.changed = true;
  }

  /** A part that only says that the one before was the last brings nothing that could be late. */
  #late(record: StreamRecord<Part<Acc>>): void {
    const { task, start, changed } = record.value;
    if (!changed) return this.#context.count('late_without_news');
    if (this.#context.isConnected('late')) return this.#context.emit('late', record);
    this.#context.reject(record, 'late', `a part of ${task} came after the window from ${new Date(start).toISOString()} had closed`);
  }

  #tellChanged(chunk: Chunk<unknown>): void {
    const occasion = changing(chunk);
    this.#windows.tellChanged((entry) => this.#tell(entry, occasion));
  }

  #tell(entry: CombinedEntry<Acc>, occasion: Occasion): void {
    this.#told.push({
      key: dimsKey(entry.dims),
      value: this.#resultOf(entry, occasion),
      time: entry.start,
      asOf: occasion.streamTime,
      provenance: entry.last,
      origin: undefined,
      asRead: undefined,
    });
  }

  #resultOf({ start, end, closesAt, dims, revision, parts }: CombinedEntry<Acc>, occasion: Occasion): Windowed<Dims, Out> {
    const { final, streamTime } = occasion;
    const acc = parts.reduce((merged, part) => this.#aggregate.merge(merged, part.acc), this.#aggregate.zero());
    return {
      start,
      end,
      closesAt,
      dims,
      revision,
      final,
      provisional: occasion.provisional || (!final && parts.some(({ provisional }) => provisional)),
      n: parts.reduce((sum, part) => sum + part.n, 0),
      streamTime,
      offsets: unitedRanges(parts.map(({ offsets }) => offsets)),
      value: this.#aggregate.result(acc),
    };
  }
}
