import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../operators/aggregates/count.ts';
import type { ExactSum } from '../../operators/aggregates/exact-sum.ts';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { combine } from '../../operators/combine.ts';
import { tumble } from '../../operators/tumble.ts';
import { partType } from '../../operators/windows/part-type.ts';
import type { Dims, WindowPart } from '../../operators/windows/windowed.ts';
import type { StreamRecord } from '../../pipeline/core/chunk.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { hours, minutes, seconds } from '../../pipeline/core/time.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';
import { grouped, over, play, type Step, steps } from './windows/playing.ts';

interface Click {
  readonly page: string;
  /** A whole number of 1024ths, so that a plain sum is exact in any order. */
  readonly weight: number;
  readonly second: number;
}

type Part = WindowPart<Dims, ExactSum>;

const start = Date.UTC(2024, 0, 1);
const last = start + hours(2);
const total = of(
  versioned('weight', (click: Click) => click.weight),
  sum(),
);
const options = { size: minutes(1), lateness: minutes(10), per: { page: 'page' } } as const;
const wire = partType(total);

const click: fc.Arbitrary<Click> = fc.record({
  page: fc.constantFrom('a', 'b'),
  weight: fc.integer({ min: -9999, max: 9999 }).map((whole) => whole / 1024),
  second: fc.nat(500),
});

/** What a task tells, in the task of the second step: decoded, and with the clock that it had when it told it. */
const tellings = (task: number, clicks: ReadonlyArray<Click>, plan: ReadonlyArray<Step>): ReadonlyArray<StreamRecord<Part>> => {
  const own = over<Click>()(tumble(`clicks`, { ...options, aggregate: total, partial: true }));
  const inTask: typeof own = { ...own, build: (context) => own.build({ ...context, task: { ...context.task, partition: task } }) };
  const records = partitionRecords(clicks.map((value) => ({ value, time: start + seconds(value.second) })));
  return play(inTask, records, { plan, last }).records.map((record) => ({ ...record, value: wire.decode(wire.encode(record.value)) }));
};

/** How far a task's clock has come for its readers: it is told behind all that was told at that time. */
const clockOf = (records: ReadonlyArray<StreamRecord<Part>>, dealt: number): number => {
  const next = records[dealt]?.asOf ?? Infinity;
  return Math.max(
    -Infinity,
    ...records.slice(0, dealt).flatMap(({ asOf }) => (asOf < next ? [asOf] : [])),
    ...(dealt === records.length ? [last] : []),
  );
};

/** Deals what the tasks tell into one order: each task's own is kept. The clock is that of the slowest task. */
const deal = (tasks: ReadonlyArray<ReadonlyArray<StreamRecord<Part>>>, turns: ReadonlyArray<number>): ReadonlyArray<StreamRecord<Part>> => {
  const progress = tasks.map((records) => ({ records, dealt: 0 }));
  const dealing: StreamRecord<Part>[] = [];
  for (let turn = 0; dealing.length < tasks.flat().length; turn++) {
    const waiting = progress.filter(({ records, dealt }) => dealt < records.length);
    const task = waiting[(turns[turn % turns.length] ?? 0) % waiting.length];
    const record = task?.records[task.dealt];
    if (task === undefined || record === undefined) continue;
    dealing.push({ ...record, asOf: Math.min(...progress.map(({ records, dealt }) => clockOf(records, dealt))) });
    task.dealt += 1;
  }
  return dealing;
};

const expected = (clicks: ReadonlyArray<Click>): Readonly<Record<string, unknown>> => {
  const groups = grouped(clicks, ({ page, second }) => `${page} ${second - (second % 60)}`);
  const sums = [...groups].map(
    ([key, group]) => [key, { n: group.length, value: group.reduce((all, { weight }) => all + weight, 0) }] as const,
  );
  return Object.fromEntries(sums);
};

const scenario = fc.record({
  tasks: fc.array(fc.tuple(fc.array(click, { maxLength: 25 }), steps), { minLength: 1, maxLength: 4 }),
  turns: fc.array(fc.nat(11), { minLength: 1 }),
  plan: steps,
});

describe('a partial tumble and combine', () => {
  it('give what one window over everything gives, whatever the tasks, their order, their chunks and their faults', () => {
    fc.assert(
      fc.property(scenario, ({ tasks, turns, plan }) => {
        const parts = deal(
          tasks.map(([clicks, own], task) => tellings(task, clicks, own)),
          turns,
        );
        const run = play(combine<Dims, ExactSum, number>('all', total), parts, { plan, last });
        const finals = run.values.filter(({ final }) => final);
        const results = finals.map(({ start: from, dims, n, value }) => [`${dims.page ?? ''} ${(from - start) / 1000}`, { n, value }]);
        assert.deepEqual(Object.fromEntries(results), expected(tasks.flatMap(([clicks]) => clicks)));
        assert.equal(new Set(results.map(([key]) => key)).size, finals.length);
        assert.deepEqual([run.port('late'), run.rejects, run.entries()], [[], [], []]);
      }),
    );
  });

  it('count nothing twice when parts are told again', () => {
    fc.assert(
      fc.property(scenario, fc.array(fc.nat()), ({ tasks, turns, plan }, repeats) => {
        const parts = deal(
          tasks.map(([clicks, own], task) => tellings(task, clicks, own)),
          turns,
        );
        const again = parts.flatMap((part, at) => [
          part,
          ...(at > 0 && repeats.includes(at) ? parts.slice(0, at).map((old) => ({ ...old, asOf: part.asOf })) : []),
        ]);
        const once = play(combine<Dims, ExactSum, number>('all', total), parts, { plan, last });
        const twice = play(combine<Dims, ExactSum, number>('all', total), again, { plan, last });
        const finals = (run: typeof once) =>
          run.values.filter(({ final }) => final).map(({ start: from, dims, n, value }) => ({ from, dims, n, value }));
        assert.deepEqual(finals(twice), finals(once));
      }),
    );
  });

  it('tell all that has come so far at each commit', () => {
    const parts = over<Click>()(tumble('clicks', { ...options, aggregate: count(), partial: true }));
    const first = runOperator(parts);
    const second = runOperator(combine<Dims, number, number>('all', count()));
    const clicks = [0, 10, 70, 20].map((second_, offset) => ({
      value: { page: 'a', weight: 1, second: second_ },
      time: start + seconds(second_),
      offset,
    }));
    for (const record of partitionRecords(clicks)) {
      const { main } = first.feed(chunkOf([record], { signal: 'flush' }));
      second.feed(
        chunkOf(
          main.records.map((part) => ({ ...part, asOf: start })),
          { signal: 'flush', streamTime: start },
        ),
      );
    }
    assert.deepEqual(
      second.values.map(({ revision, value }) => `#${revision}: ${value}`),
      ['#1: 1', '#2: 2', '#1: 1', '#3: 3'],
    );
  });
});
