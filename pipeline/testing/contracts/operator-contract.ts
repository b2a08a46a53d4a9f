import type { StreamRecord } from '../../core/chunk.ts';
import type { BroadcastOperator, JoinOperator, Operator } from '../../core/operator.ts';
import { Gathering } from '../gathering.ts';
import type { OperatorTask } from '../operator-task.ts';
import { chunkOf } from '../records.ts';
import { runBroadcast, runJoin, runOperator } from '../run-operator.ts';
import { type Tasked, testContext, testStore } from '../test-context.ts';
import type { Clause } from './clause.ts';
import {
  type Check,
  givesOneForOne,
  ignoresChunking,
  leavesInputAlone,
  passesAtOnce,
  rejectsAlone,
  survivesAbort,
  survivesRestart,
} from './operator/clauses.ts';
import { type Session, type Side, type Spoil, type Subject, summaryOf } from './operator/session.ts';

const checks: Readonly<Record<string, Check>> = {
  'gives one chunk for each, with its time and signal, empty ones included': givesOneForOne,
  'passes chunks, completion and unsubscription on at once': passesAtOnce,
  'gives the same however the records are cut into chunks': ignoresChunking,
  'leaves what it is fed as it was': leavesInputAlone,
  'gives the same after an aborted commit as if that had never been tried': survivesAbort,
  'goes on from its changelog as if it had never stopped': survivesRestart,
  'rejects a record alone when a function of the user throws for it': rejectsAlone,
};

const clausesOf = <A>(described: Omit<Subject<A>, 'untouched'>): ReadonlyArray<Clause> => {
  const subject = { ...described, untouched: structuredClone(described.arrivals) };
  return Object.entries(checks).map(([name, check]) => ({ name, run: () => check(subject) }));
};

const endOf = (records: ReadonlyArray<StreamRecord<unknown>>): number => Math.max(...records.map(({ time, asOf }) => Math.max(time, asOf)));

/** A context whose outputs nobody reads. */
const loose = <S, Ports>(operator: Tasked<S>): ReturnType<typeof testContext<S, Ports>> =>
  testContext<S, Ports>(operator, testStore(operator), new Gathering<unknown, Ports>(chunkOf([])));

const sound: Spoil = () => undefined;

const controls = <Out, S, Ports>(task: OperatorTask<Out, S, Ports>): Omit<Session<unknown>, 'feed'> => ({
  summary: () => summaryOf(task),
  commit: () => task.commit(),
  abort: () => task.abort(),
  restart: () => task.restart(),
});

interface Unsided<In> {
  readonly records: ReadonlyArray<StreamRecord<In>>;
  readonly open: (spoil: Spoil) => Session<StreamRecord<In>>;
  readonly wire: Subject<StreamRecord<In>>['wire'];
}

const unsided = <In>({ records, open, wire }: Unsided<In>): ReadonlyArray<Clause> =>
  clausesOf<StreamRecord<In>>({
    sides: ['left'],
    arrivals: records,
    end: endOf(records),
    sideOf: () => 'left',
    recordOf: (record) => record,
    open,
    wire,
  });

/**
 * What every operator promises, as clauses, checked on one.
 *
 * `make` builds the operator; each function that it is given calls `spoil` with its value first, so that the contract can make it throw.
 * `records` are samples in the order in which they come, diverse enough to show what the operator does: repeats, late ones, other keys.
 *
 * @example for (const clause of operatorContract((spoil) => filter('even', (n: number) => (spoil(n), n % 2 === 0)), records)) it(clause.name, () => clause.run());
 */
export const operatorContract = <In, Out, S, Ports, N extends string, G extends string>(
  make: (spoil: Spoil) => Operator<In, Out, S, Ports, N, G>,
  records: ReadonlyArray<StreamRecord<In>>,
): ReadonlyArray<Clause> =>
  unsided({
    records,
    open: (spoil) => {
      const run = runOperator(make(spoil));
      return {
        feed: (_side, arrivals, options) => run.feed(chunkOf(arrivals, options)).main,
        ...controls(run),
      };
    },
    wire: (left) => {
      const operator = make(sound);
      return left.pipe(operator.build(loose<S, Ports>(operator)));
    },
  });

/** The same for an operator that reads a broadcast table, here `rows`. */
export const broadcastContract = <In, Row, Out, Ports>(
  make: (spoil: Spoil) => BroadcastOperator<In, Row, Out, Ports>,
  rows: ReadonlyMap<string, Row>,
  records: ReadonlyArray<StreamRecord<In>>,
): ReadonlyArray<Clause> =>
  unsided({
    records,
    open: (spoil) => {
      const run = runBroadcast(make(spoil), rows);
      return {
        feed: (_side, arrivals, options) => run.feed(chunkOf(arrivals, options)).main,
        ...controls(run),
      };
    },
    wire: (left) => {
      const operator = make(sound);
      const view = { get: (key: string) => rows.get(key), version: () => 'test:0' };
      return left.pipe(operator.build(loose<never, Ports>({ name: operator.name, ports: operator.ports ?? [] }), view));
    },
  });

/** A record of a join and the side on which it comes. */
export type Arrival<Left, Right> =
  { readonly side: 'left'; readonly record: StreamRecord<Left> } | { readonly side: 'right'; readonly record: StreamRecord<Right> };

/** The same for a join; `arrivals` are samples of both sides, interleaved. */
export const joinContract = <Left, Right, Out, S, Ports, N extends string, G extends string>(
  make: (spoil: Spoil) => JoinOperator<Left, Right, Out, S, Ports, N, G>,
  arrivals: ReadonlyArray<Arrival<Left, Right>>,
): ReadonlyArray<Clause> =>
  clausesOf<Arrival<Left, Right>>({
    sides: ['left', 'right'],
    arrivals,
    end: endOf(arrivals.map(({ record }) => record)),
    sideOf: ({ side }) => side,
    recordOf: ({ record }) => record,
    open: (spoil) => joinSession(make(spoil)),
    wire: (left, right) => {
      const operator = make(sound);
      return operator.build(loose<S, Ports>(operator))(left, right);
    },
  });

const joinSession = <Left, Right, Out, S, Ports, N extends string, G extends string>(
  operator: JoinOperator<Left, Right, Out, S, Ports, N, G>,
): Session<Arrival<Left, Right>> => {
  const run = runJoin(operator);
  return {
    feed: (side: Side, arrivals, options) => {
      const lefts = arrivals.flatMap((arrival) => (arrival.side === 'left' ? [arrival.record] : []));
      const rights = arrivals.flatMap((arrival) => (arrival.side === 'right' ? [arrival.record] : []));
      return side === 'left' ? run.left(chunkOf(lefts, options)).main : run.right(chunkOf(rights, options)).main;
    },
    ...controls(run),
  };
};
