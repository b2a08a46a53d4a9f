import assert from 'node:assert/strict';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { combine } from '../../operators/combine.ts';
import type { ExactSum } from '../../operators/aggregates/exact-sum.ts';
import type { WindowPart } from '../../operators/windows/windowed.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { minutes, seconds } from '../../pipeline/core/time.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';
import { unconnected } from './windows/playing.ts';

interface Page {
  readonly page: string;
}
type Part = WindowPart<Page, ExactSum>;

const total = of(
  versioned('weight', (value: { readonly weight: number }) => value.weight),
  sum(),
);
const pages = combine<Page, ExactSum, number>('pages', total);

const start = Date.UTC(2024, 0, 1);
const at = (second: number): number => start + seconds(second);

interface Told {
  readonly page?: string;
  readonly minute?: number;
  readonly changed?: boolean;
  readonly final?: boolean;
  readonly provisional?: boolean;
  /** Offset of what went in; of the part itself, too. */
  readonly offset?: number;
  /** Second at which it is judged. */
  readonly asOf?: number;
}

const usual = { page: 'home', minute: 0, changed: true, final: false, provisional: false, asOf: 0 };

/** A part of a window that closes 30 s after its end: what a task knows of it at a revision, `t/0 #1`. */
const part = (name: string, weight: number, told: Told = {}) => {
  const [task = '', number = ''] = name.split(' #');
  const revision = Number(number);
  const { page, minute, changed, final, provisional, asOf, offset = revision } = { ...usual, ...told };
  const from = start + minutes(minute);
  const value: Part = {
    ...{ start: from, end: from + minutes(1), closesAt: from + seconds(90), dims: { page } },
    ...{ task, revision, final, provisional, changed, n: weight, streamTime: start },
    offsets: [{ topic: 'in', partition: Number(task.slice(-1)), from: 0, to: offset }],
    acc: total.add(total.zero(), { weight }),
  };
  return recordOf(value, { time: from, asOf: at(asOf), offset });
};

const summary = (
  values: ReadonlyArray<{ start: number; dims: Page; revision: number; final: boolean; provisional: boolean; value: number }>,
) =>
  values.map(({ start: from, dims, revision, final, provisional, value }) => {
    return `${dims.page} ${(from - start) / 1000}s #${revision}${final ? ' final' : ''}${provisional ? ' provisional' : ''}: ${value}`;
  });

describe('combine', () => {
  const samples = [
    part('t/0 #1', 1),
    part('t/1 #1', 10, { offset: 3 }),
    part('t/0 #2', 2, { offset: 4 }),
    part('t/0 #2', 2, { offset: 5 }),
    part('t/1 #1', 100, { page: 'away', minute: 1, asOf: 10 }),
    part('t/0 #3', 2, { final: true, changed: false, asOf: 80, offset: 7 }),
    part('t/1 #2', 20, { final: true, asOf: 95, offset: 8 }),
    part('t/1 #2', 100, { page: 'away', minute: 1, asOf: 100 }),
  ];
  for (const clause of operatorContract(() => pages, samples)) it(clause.name, () => clause.run());

  it('tells the sum of the latest part of each task, one revision of a changed window at each flush', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1), part('t/1 #1', 10)], { signal: 'flush' }));
    run.feed(chunkOf([part('t/0 #2', 2), part('t/0 #3', 3), part('t/1 #1', 7, { page: 'away' })], { signal: 'flush' }));
    run.feed(chunkOf([], { signal: 'flush', streamTime: at(0) }));
    assert.deepEqual(summary(run.values), ['home 0s #1: 11', 'away 0s #1: 7', 'home 0s #2: 13']);
  });

  it('merges the parts in the order of the tasks, whichever came first', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/2 #1', 4), part('t/0 #1', 1), part('t/1 #1', 2)]));
    assert.deepEqual(
      run.entries().flatMap(([, { parts }]) => parts.map(({ task }) => task)),
      ['t/0', 't/1', 't/2'],
    );
  });

  it('ignores a part that is older than what it has, or the same again', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #2', 2), part('t/0 #2', 2), part('t/0 #1', 1)], { signal: 'flush' }));
    assert.deepEqual(summary(run.values), ['home 0s #1: 2']);
    assert.equal(run.counted('stale_parts'), 2);
  });

  it('tells a final result when the clock reaches the close, also of what has not changed', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1), part('t/1 #1', 10, { page: 'away' })], { signal: 'flush', streamTime: at(0) }));
    run.feed(chunkOf([part('t/0 #2', 2, { final: true, asOf: 89 })], { streamTime: at(89.999) }));
    run.feed(chunkOf([], { streamTime: at(90), signal: 'flush' }));
    assert.deepEqual(summary(run.values), ['away 0s #1: 10', 'home 0s #1: 1', 'away 0s #2 final: 10', 'home 0s #2 final: 2']);
    assert.deepEqual(run.entries(), []);
  });

  it('makes no revision of a part that only says that the one before was the last', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1)], { signal: 'flush' }));
    run.feed(chunkOf([part('t/0 #2', 1, { final: true, changed: false })], { signal: 'flush' }));
    assert.deepEqual(summary(run.values), ['home 0s #1: 1']);
    assert.equal(run.counted('stale_parts'), 0);
  });

  it('keeps a final part that it sees first', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #2', 5, { final: true, changed: false })], { signal: 'flush' }));
    assert.deepEqual(summary(run.values), ['home 0s #1: 5']);
  });

  it('is provisional when the stream falls quiet, and while a part is', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1)], { streamTime: at(0) }));
    run.feed(chunkOf([], { signal: 'idle', streamTime: at(0) }));
    run.feed(chunkOf([part('t/1 #1', 10, { provisional: true })], { signal: 'flush', streamTime: at(0) }));
    run.feed(chunkOf([part('t/1 #2', 20)], { signal: 'flush', streamTime: at(0) }));
    run.feed(chunkOf([part('t/1 #3', 30, { provisional: true })], { streamTime: at(90) }));
    const expected = ['home 0s #1 provisional: 1', 'home 0s #2 provisional: 11', 'home 0s #3: 21', 'home 0s #4 final: 31'];
    assert.deepEqual(summary(run.values), expected);
  });

  it('sends a part that comes after the close to the late port, or rejects it', () => {
    const late = part('t/1 #4', 10, { asOf: 90 });
    const connected = runOperator(pages);
    connected.feed(chunkOf([late], { signal: 'flush' }));
    assert.deepEqual([connected.port('late'), connected.rejects, connected.values], [[late], [], []]);
    const lone = runOperator(unconnected(pages));
    lone.feed(chunkOf([late]));
    assert.deepEqual(
      lone.rejects.map(({ rule, detail }) => [rule, detail]),
      [['late', 'a part of t/1 came after the window from 2024-01-01T00:00:00.000Z had closed']],
    );
  });

  it('has no use for a late part that brings nothing new', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/1 #4', 10, { asOf: 90, final: true, changed: false })]));
    assert.deepEqual([run.port('late'), run.rejects, run.counted('late_without_news')], [[], [], 1]);
  });

  it('tells which records went in, by whom last, and under which key', () => {
    const run = runOperator(pages);
    run.feed(
      chunkOf([part('t/1 #1', 1, { page: 'a|b', offset: 5 }), part('t/0 #1', 2, { page: 'a|b', offset: 9 })], {
        signal: 'flush',
        streamTime: at(3),
      }),
    );
    const [record] = run.records;
    assert.deepEqual([record?.key, record?.time, record?.asOf, record?.provenance.offset], ['a\\|b', start, at(3), 9]);
    assert.deepEqual(record?.value, {
      ...{
        start,
        end: at(60),
        closesAt: at(90),
        dims: { page: 'a|b' },
        revision: 1,
        final: false,
        provisional: false,
        n: 3,
        streamTime: at(3),
        value: 3,
      },
      offsets: [
        { topic: 'in', partition: 0, from: 0, to: 9 },
        { topic: 'in', partition: 1, from: 0, to: 5 },
      ],
    });
  });

  it('keeps windows of another length apart', () => {
    const hour = part('t/0 #1', 100);
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1), { ...hour, value: { ...hour.value, end: at(3600), closesAt: at(3600) } }], { signal: 'flush' }));
    assert.deepEqual(run.values.map(({ end, value }) => [(end - start) / 1000, value]).sort(), [
      [3600, 100],
      [60, 1],
    ]);
  });

  it('finds what has changed and was not told, after a restart', () => {
    const run = runOperator(pages);
    run.feed(chunkOf([part('t/0 #1', 1), part('t/1 #1', 10)]));
    run.commit();
    run.restart();
    run.feed(chunkOf([part('t/0 #2', 2)], { signal: 'flush' }));
    assert.deepEqual(summary(run.values), ['home 0s #1: 12']);
  });

  it('names what keys its state', () => {
    assert.deepEqual(
      [pages.stateKey, pages.partial, pages.lateness, pages.holds],
      [['start', 'end', 'dims.*'], undefined, undefined, undefined],
    );
    assert.deepEqual(pages.state?.shape, { aggregate: 'sum of weight' });
  });
});
