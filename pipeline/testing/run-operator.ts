import { Subject } from 'rxjs';
import type { Chunk } from '../core/chunk.ts';
import type { BroadcastOperator, BroadcastView, JoinOperator, NoPorts, Operator } from '../core/operator.ts';
import type { Output } from './gathering.ts';
import { OperatorTask } from './operator-task.ts';

/** A running operator that is fed one stream. */
export interface OperatorRun<In, Out, S = never, Ports = NoPorts> extends OperatorTask<Out, S, Ports> {
  /** Feeds one chunk and returns what it gave. Throws what the operator throws, and `engine_defect` if it breaks its contract. */
  feed(chunk: Chunk<In>): Output<Out, Ports>;
}

/** A running join, which is fed two streams. */
export interface JoinRun<Left, Right, Out, S = never, Ports = NoPorts> extends OperatorTask<Out, S, Ports> {
  /** Feeds one chunk of the left side and returns what it gave. */
  left(chunk: Chunk<Left>): Output<Out, Ports>;
  /** Feeds one chunk of the right side and returns what it gave. */
  right(chunk: Chunk<Right>): Output<Out, Ports>;
}

/**
 * Runs an operator in one task with a memory store: no broker, no clock, no waiting.
 *
 * @example
 * const run = runOperator(filter('positive', (n: number) => n > 0));
 * run.feed(chunkOf([recordOf(1), recordOf(-1)]));
 * run.values; // [1]
 */
export const runOperator = <In, Out, S, Ports, N extends string, G extends string>(
  operator: Operator<In, Out, S, Ports, N, G>,
): OperatorRun<In, Out, S, Ports> => {
  const input = new Subject<Chunk<In>>();
  const task = new OperatorTask<Out, S, Ports>(operator, (context) => input.pipe(operator.build(context)));
  return Object.assign(task, { feed: (chunk: Chunk<In>) => task.collect(chunk, () => input.next(chunk)) });
};

/** Runs a join in one task with a memory store. */
export const runJoin = <Left, Right, Out, S, Ports, N extends string, G extends string>(
  operator: JoinOperator<Left, Right, Out, S, Ports, N, G>,
): JoinRun<Left, Right, Out, S, Ports> => {
  const left = new Subject<Chunk<Left>>();
  const right = new Subject<Chunk<Right>>();
  const task = new OperatorTask<Out, S, Ports>(operator, (context) => operator.build(context)(left, right));
  return Object.assign(task, {
    left: (chunk: Chunk<Left>) => task.collect(chunk, () => left.next(chunk)),
    right: (chunk: Chunk<Right>) => task.collect(chunk, () => right.next(chunk)),
  });
};

/** Runs an operator that reads a broadcast table; `rows` is the table, by key, and may change between chunks. */
export const runBroadcast = <In, Row, Out, Ports>(
  operator: BroadcastOperator<In, Row, Out, Ports>,
  rows: ReadonlyMap<string, Row>,
): OperatorRun<In, Out, never, Ports> => {
  const input = new Subject<Chunk<In>>();
  const view: BroadcastView<Row> = { get: (key) => rows.get(key), version: () => 'test:0' };
  const { name, ports = [] } = operator;
  const task = new OperatorTask<Out, never, Ports>({ name, ports }, (context) => input.pipe(operator.build(context, view)));
  return Object.assign(task, { feed: (chunk: Chunk<In>) => task.collect(chunk, () => input.next(chunk)) });
};
