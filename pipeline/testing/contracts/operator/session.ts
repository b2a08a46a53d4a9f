import type { Observable } from 'rxjs';
import type { Chunk, StreamRecord } from '../../../core/chunk.ts';
import type { Change } from '../../../core/ports/store.ts';
import type { OperatorTask } from '../../operator-task.ts';
import type { ChunkOptions } from '../../records.ts';

/** Everything that an operator gave, all chunks together, and what it remembers. */
export interface Summary {
  readonly main: ReadonlyArray<StreamRecord<unknown>>;
  readonly ports: Readonly<Record<string, ReadonlyArray<StreamRecord<unknown>>>>;
  readonly rejects: ReadonlyArray<{ readonly record: StreamRecord<unknown>; readonly rule: string }>;
  readonly counts: Readonly<Record<string, number>>;
  readonly entries: ReadonlyArray<readonly [key: string, value: unknown]>;
}

/** A running operator as the contract drives it, whatever its kind; `A` is a record with the side on which it comes. */
export interface Session<A> {
  /** Feeds one chunk of one side and returns the main one that it gave. */
  feed(side: Side, arrivals: ReadonlyArray<A>, options: ChunkOptions): Chunk<unknown>;
  summary(): Summary;
  commit(): ReadonlyArray<Change>;
  abort(): void;
  restart(): void;
}

/** On which input a record comes: `right` is a join's second one. */
export type Side = 'left' | 'right';

/** Throws for the value that is to fail, and does nothing for any other. */
export type Spoil = (value: unknown) => void;

/** What the contract needs to know of an operator. */
export interface Subject<A> {
  readonly sides: ReadonlyArray<Side>;
  /** In the order in which they come. */
  readonly arrivals: ReadonlyArray<A>;
  /** A copy of them from before the first clause. */
  readonly untouched: unknown;
  /** Stream time after all of them, ms. */
  readonly end: number;
  readonly sideOf: (arrival: A) => Side;
  readonly recordOf: (arrival: A) => StreamRecord<unknown>;
  /** The operator in a task, its user functions calling `spoil` first. */
  readonly open: (spoil: Spoil) => Session<A>;
  /** The bare operator behind its inputs, one for each side. */
  readonly wire: (left: Observable<Chunk<never>>, right: Observable<Chunk<never>>) => Observable<Chunk<unknown>>;
}

const added = <T>(into: Record<string, T[]>, name: string, items: ReadonlyArray<T>): void => {
  into[name] = [...(into[name] ?? []), ...items];
};

const portRecords = <Out, S, Ports>(task: OperatorTask<Out, S, Ports>): Summary['ports'] => {
  const records: Record<string, StreamRecord<unknown>[]> = {};
  for (const { ports } of task.outputs) for (const port in ports) added(records, port, ports[port]?.records ?? []);
  return records;
};

const countsOf = <Out, S, Ports>(task: OperatorTask<Out, S, Ports>): Summary['counts'] => {
  const names = new Set(task.outputs.flatMap(({ counts }) => Object.keys(counts)));
  return Object.fromEntries([...names].toSorted().map((name) => [name, task.counted(name)]));
};

/** What a task has given and remembers. */
export const summaryOf = <Out, S, Ports>(task: OperatorTask<Out, S, Ports>): Summary => ({
  main: task.records,
  ports: portRecords(task),
  rejects: task.rejects.map(({ record, rule }) => ({ record, rule })),
  counts: countsOf(task),
  entries: task.entries(),
});
