import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { map } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Signal } from '../../../core/chunk.ts';
import { chunkOf } from '../../records.ts';
import { feed, flushed, outcome, sound } from './feeding.ts';
import type { Subject, Summary } from './session.ts';

/** One clause of the contract of operators, checked on any of them. */
export type Check = <A>(subject: Subject<A>) => void;

const whole = [Infinity];
const cuts: ReadonlyArray<ReadonlyArray<number>> = [[1], [2], [3, 1], [1, 0, 2], [0, 5], [7, 2, 1, 1]];

/** Every chunk gives one, with its time and signal, in order. */
export const givesOneForOne: Check = (subject) => {
  const session = subject.open(sound);
  const signals: ReadonlyArray<Signal> = ['none', 'idle', 'flush'];
  for (const side of subject.sides) {
    for (const [at, signal] of signals.entries()) {
      const { streamTime, signal: given, records } = session.feed(side, [], { streamTime: at - 10, signal });
      assert.deepEqual({ streamTime, signal: given, records }, { streamTime: at - 10, signal, records: [] });
    }
  }
  for (const arrival of subject.arrivals) {
    const { time, asOf } = subject.recordOf(arrival);
    const streamTime = Math.max(time, asOf);
    assert.equal(session.feed(subject.sideOf(arrival), [arrival], { streamTime }).streamTime, streamTime);
  }
};

const virtually = (run: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => assert.deepEqual(actual, expected)).run(run);

/** Chunks pass at once; completion and unsubscription, too. */
export const passesAtOnce: Check = (subject) => {
  const both = subject.sides.length === 2;
  const chunks = Object.fromEntries(['a', 'b', 'c'].map((letter, at) => [letter, chunkOf<never>([], { streamTime: at })]));
  const times = { a: 0, b: 1, c: 2 };
  virtually(({ hot, expectObservable, expectSubscriptions }) => {
    const left = hot('-a-----(bc)-|', chunks);
    const right = hot(both ? '---c--|' : '|', chunks);
    const given = subject.wire(left, right).pipe(map(({ streamTime }) => streamTime));
    expectObservable(given).toBe(both ? '-a-c---(bc)-|' : '-a-----(bc)-|', times);
    expectSubscriptions(left.subscriptions).toBe('^-----------!');
  });
  virtually(({ hot, expectObservable, expectSubscriptions }) => {
    const left = hot('-a-b-a-|', chunks);
    const given = subject.wire(left, hot('-', chunks)).pipe(map(({ streamTime }) => streamTime));
    expectObservable(given, '^---!').toBe('-a-b', times);
    expectSubscriptions(left.subscriptions).toBe('^---!');
  });
};

/** However the records are cut into chunks, the same comes of them. */
export const ignoresChunking: Check = (subject) => {
  const expected = outcome(subject, whole);
  for (const sizes of cuts) assert.deepEqual(outcome(subject, sizes), expected, `in chunks of ${sizes.join(', ')}`);
};

/** Nothing that is fed is changed. */
export const leavesInputAlone: Check = (subject) => {
  outcome(subject, [3]);
  assert.deepEqual(structuredClone(subject.arrivals), subject.untouched);
};

/** What an aborted commit took back might never have been. */
export const survivesAbort: Check = (subject) => {
  const expected = outcome(subject, [2]);
  const [first, second] = thirds(subject);
  const session = subject.open(sound);
  feed(subject, session, { from: 0, to: first, sizes: [2] });
  session.commit();
  for (const to of [second, subject.arrivals.length]) {
    feed(subject, session, { from: first, to, sizes: [2] });
    session.abort();
  }
  feed(subject, session, { from: first, to: subject.arrivals.length, sizes: [2] });
  assert.deepEqual(flushed(subject, session), expected);
};

/** What the changelog holds is all that it takes to go on. */
export const survivesRestart: Check = (subject) => {
  const expected = outcome(subject, [2]);
  const [first, second] = thirds(subject);
  const session = subject.open(sound);
  for (const [from, to] of [
    [0, first],
    [first, second],
  ] as const) {
    feed(subject, session, { from, to, sizes: [2] });
    session.commit();
    feed(subject, session, { from: to, to: subject.arrivals.length, sizes: [2] });
    session.restart();
  }
  feed(subject, session, { from: second, to: subject.arrivals.length, sizes: [2] });
  assert.deepEqual(flushed(subject, session), expected);
};

const thirds = <A>({ arrivals }: Subject<A>): readonly [number, number] => [
  Math.floor(arrivals.length / 3),
  Math.floor((2 * arrivals.length) / 3),
];

/** A user function that throws rejects its record; everything else is as if that record had not come. */
export const rejectsAlone: Check = (subject) => {
  for (const spoiled of subject.arrivals) rejectsOne(subject, subject.recordOf(spoiled).value);
};

const rejectsOne = <A>(subject: Subject<A>, value: unknown): void => {
  let thrown = 0;
  const given = outcome(subject, [2], (candidate) => {
    if (!isDeepStrictEqual(candidate, value)) return;
    thrown += 1;
    throw new Error('spoiled');
  });
  if (thrown === 0) return;
  const others = subject.arrivals.filter((arrival) => !isDeepStrictEqual(subject.recordOf(arrival).value, value));
  const expected = outcome({ ...subject, arrivals: others }, [2]);
  const isSpoiled = ({ record }: Summary['rejects'][number]): boolean => isDeepStrictEqual(record.value, value);
  const spoiled = given.rejects.filter(isSpoiled);
  assert.deepEqual(new Set(spoiled.map(({ rule }) => rule)), new Set(['user_function_failed']));
  assert.deepEqual(untimed({ ...given, rejects: given.rejects.filter((reject) => !isSpoiled(reject)) }), untimed(expected));
};

/** Without the stream time at which each came, which another record may have moved. */
const untimed = ({ main, ports, rejects, entries }: Summary): unknown => {
  const plain = ({ value, time, key }: Summary['main'][number]): unknown => ({ value, time, key });
  const portEntries = Object.entries(ports).map(([port, records]) => [port, records.map(plain)] as const);
  return {
    main: main.map(plain),
    ports: Object.fromEntries(portEntries.filter(([, records]) => records.length > 0)),
    rejects: rejects.map(({ record, rule }) => ({ rule, record: plain(record) })),
    entries,
  };
};
