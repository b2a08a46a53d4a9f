import assert from 'node:assert/strict';
import { count } from '../../operators/aggregates/count.ts';
import { fields } from '../../operators/aggregates/fields.ts';
import { max } from '../../operators/aggregates/max.ts';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { tumble } from '../../operators/tumble.ts';
import { withValue } from '../../pipeline/core/chunk.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { minutes, seconds } from '../../pipeline/core/time.ts';
import { chunkOf, recordOf } from '../../pipeline/testing/records.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';
import { over, unconnected } from './windows/playing.ts';

interface Click {
  readonly page: string;
  readonly weight: number;
  /** Microseconds. */
  readonly at: number | null;
}

const start = Date.UTC(2024, 0, 1);
const at = (second: number): number => start + seconds(second);
const click = (page = 'home', weight = 1): Click => ({ page, weight, at: null });

const weight = versioned('weight', (one: Click) => one.weight);
const options = { size: minutes(1), lateness: seconds(30), per: { page: 'page' } } as const;
const clicks = over<Click>()(tumble('clicks-1m', { ...options, aggregate: count() }));

/** A chunk with one record at each second, all judged at the first second given. */
const clicksAt = (asOf: number, ...times: number[]) =>
  times.map((time, offset) => recordOf(click(), { time: at(time), asOf: at(asOf), offset }));

const told = (values: ReadonlyArray<{ start: number; revision: number; final: boolean; provisional: boolean; value: number }>) =>
  values.map(({ start: from, revision, final, provisional, value }) => {
    return `${(from - start) / 1000}s #${revision}${final ? ' final' : ''}${provisional ? ' provisional' : ''}: ${value}`;
  });

const samples = [
  { one: click('a'), time: 5, asOf: 0 },
  { one: click('b'), time: 65, asOf: 5 },
  { one: click('a', 7), time: 6, asOf: 65 },
  { one: click('a'), time: 70, asOf: 65 },
  { one: click('b', 3), time: 8, asOf: 95 },
  { one: click('a', 4), time: 95, asOf: 95 },
  { one: click('c', NaN), time: 96, asOf: 95 },
  { one: click('b', 5), time: 66, asOf: 160 },
  { one: click('b', 5), time: 130, asOf: 160 },
].map(({ one, time, asOf }, offset) => recordOf(one, { time: at(time), asOf: at(asOf), offset }));

describe('tumble', () => {
  for (const emit of ['onUpdate', 'onClose'] as const) {
    describe(`emitting ${emit}`, () => {
      const make = (spoil: (value: unknown) => void) =>
        over<Click>()(
          tumble('weights', {
            ...options,
            emit,
            aggregate: of(
              versioned('1', (one: Click) => (spoil(one), one.weight)),
              sum(),
            ),
          }),
        );
      for (const clause of operatorContract(make, samples)) it(clause.name, () => clause.run());
    });
  }

  it('tells one numbered revision of each changed window at each flush', () => {
    const run = runOperator(clicks);
    run.feed(chunkOf(clicksAt(0, 0, 59, 60), { streamTime: at(60) }));
    assert.deepEqual(told(run.values), []);
    run.feed(chunkOf(clicksAt(60, 119), { signal: 'flush', streamTime: at(70) }));
    run.feed(chunkOf(clicksAt(70, 30), { signal: 'flush', streamTime: at(70) }));
    run.feed(chunkOf([], { signal: 'flush', streamTime: at(70) }));
    assert.deepEqual(told(run.values), ['0s #1: 2', '60s #1: 2', '0s #2: 3']);
  });

  it('tells a final result when stream time reaches the end and the lateness, even if nothing has changed', () => {
    const run = runOperator(clicks);
    run.feed(chunkOf(clicksAt(0, 10), { signal: 'flush', streamTime: at(89.999) }));
    assert.deepEqual(told(run.values), ['0s #1: 1']);
    run.feed(chunkOf([], { streamTime: at(90) }));
    run.feed(chunkOf([], { streamTime: at(500), signal: 'flush' }));
    assert.deepEqual(told(run.values), ['0s #1: 1', '0s #2 final: 1']);
    assert.deepEqual(run.entries(), []);
  });

  it('closes windows by time, then by dims, before the record that moved the clock', () => {
    const run = runOperator(clicks);
    run.feed(chunkOf(['b', 'a'].map((page) => recordOf(click(page), { time: at(61), asOf: at(0) }))));
    run.feed(
      chunkOf(
        ['d', 'c'].map((page) => recordOf(click(page), { time: at(1), asOf: at(0) })),
        { streamTime: at(62) },
      ),
    );
    run.feed(chunkOf([recordOf(click('a'), { time: at(180), asOf: at(150) })]));
    assert.deepEqual(
      run.records.map(({ key, asOf }) => `${key} at ${(asOf - start) / 1000}s`),
      ['c at 150s', 'd at 150s', 'a at 150s', 'b at 150s'],
    );
    assert.deepEqual(run.rejects, []);
  });

  it('judges each record at its own stream time, wherever the chunk begins', () => {
    const run = runOperator(clicks);
    run.feed(
      chunkOf([...clicksAt(80, 10), ...clicksAt(89.999, 59), ...clicksAt(90, 59), ...clicksAt(90, 60)], {
        streamTime: at(200),
        signal: 'flush',
      }),
    );
    assert.deepEqual(told(run.values), ['0s #1 final: 2', '60s #1 final: 1']);
    assert.deepEqual(
      run.port('late').map(({ value }) => value),
      [{ start, end: at(60), dims: { page: 'home' }, value: click() }],
    );
  });

  it('tells only final results if it is to emit on close', () => {
    const onClose = over<Click>()(tumble('clicks', { ...options, emit: 'onClose', aggregate: count() }));
    const run = runOperator(onClose);
    run.feed(chunkOf(clicksAt(0, 10, 20), { signal: 'flush' }));
    run.feed(chunkOf(clicksAt(100, 70, 100), { signal: 'flush' }));
    assert.deepEqual(told(run.values), ['0s #1 final: 2']);
  });

  for (const emit of ['onUpdate', 'onClose'] as const) {
    it(`tells what has changed as provisional when the stream falls quiet, and leaves it open (${emit})`, () => {
      const run = runOperator(over<Click>()(tumble('clicks', { ...options, emit, aggregate: count() })));
      run.feed(chunkOf(clicksAt(0, 10, 70)));
      run.feed(chunkOf([], { signal: 'idle', streamTime: at(70) }));
      run.feed(chunkOf([], { signal: 'idle', streamTime: at(70) }));
      run.feed(chunkOf(clicksAt(70, 20), { streamTime: at(70) }));
      run.feed(chunkOf([], { signal: 'idle', streamTime: at(70) }));
      run.feed(chunkOf([], { streamTime: at(90) }));
      const expected = ['0s #1 provisional: 1', '60s #1 provisional: 1', '0s #2 provisional: 2', '0s #3 final: 2'];
      assert.deepEqual(told(run.values), expected);
    });
  }

  it('rejects late records if nothing reads them, and says when the window closed', () => {
    const run = runOperator(unconnected(clicks));
    run.feed(chunkOf(clicksAt(90, 59)));
    const [reject] = run.rejects;
    assert.equal(reject?.rule, 'late');
    assert.equal(reject.detail, 'the window from 2024-01-01T00:00:00.000Z closed at 2024-01-01T00:01:30.000Z');
  });

  it('tells where a window stands, what it is of, and which records went in', () => {
    const run = runOperator(clicks);
    const place = (topic: string, partition: number, offset: number) => ({ provenance: { topic, partition, offset } });
    const record = recordOf(click('a|b'), { time: at(61) });
    const sources = [place('in', 1, 7), place('in', 0, 3), place('in', 1, 4), place('extra', 2, 9)];
    run.feed(
      chunkOf(
        sources.map((source) => ({ ...record, ...source })),
        { signal: 'flush', streamTime: at(65) },
      ),
    );
    assert.deepEqual(run.records, [
      {
        key: 'a\\|b',
        time: at(60),
        asOf: at(65),
        ...sources[3],
        origin: undefined,
        asRead: undefined,
        value: {
          start: at(60),
          end: at(120),
          closesAt: at(150),
          dims: { page: 'a|b' },
          revision: 1,
          final: false,
          provisional: false,
          n: 4,
          streamTime: at(65),
          offsets: [
            { topic: 'extra', partition: 2, from: 9, to: 9 },
            { topic: 'in', partition: 0, from: 3, to: 3 },
            { topic: 'in', partition: 1, from: 4, to: 7 },
          ],
          value: 4,
        },
      },
    ]);
  });

  it('takes the time from a field in microseconds, or from a function', () => {
    const byPath = runOperator(over<Click>()(tumble('by-path', { ...options, time: 'at', aggregate: count() })));
    byPath.feed(chunkOf([recordOf({ ...click(), at: at(61) * 1000 + 999 }, { asOf: at(0) })], { signal: 'flush' }));
    assert.deepEqual(told(byPath.values), ['60s #1: 1']);
    const time = versioned('1', (one: Click) => one.weight);
    const byFunction = runOperator(over<Click>()(tumble('by-function', { ...options, time, aggregate: count() })));
    byFunction.feed(chunkOf([recordOf(click('a', at(61)), { asOf: at(0) })], { signal: 'flush' }));
    assert.deepEqual(told(byFunction.values), ['60s #1: 1']);
  });

  it('rejects a record without a time, and a field that is no timestamp in microseconds', () => {
    const byPath = runOperator(over<Click>()(tumble('by-path', { ...options, time: 'at', aggregate: count() })));
    byPath.feed(chunkOf([click(), { ...click(), at: at(0) }, { ...click(), at: NaN }].map((one) => recordOf(one))));
    const time = versioned('1', (one: Click) => [undefined, null, NaN, Infinity, 9e15][one.weight]);
    const byFunction = runOperator(over<Click>()(tumble('by-function', { ...options, time, aggregate: count() })));
    byFunction.feed(chunkOf([0, 1, 2, 3, 4].map((one) => recordOf(click('a', one)))));
    assert.deepEqual(
      [...byPath.rejects, ...byFunction.rejects].map(({ rule }) => rule),
      new Array<string>(8).fill('bad_time'),
    );
    assert.deepEqual([...byPath.entries(), ...byFunction.entries()], []);
  });

  it('has windows before 1970, too', () => {
    const run = runOperator(clicks);
    run.feed(
      chunkOf(
        [-1, -60_000, -60_001, 0].map((time) => recordOf(click(), { time, asOf: -1e9 })),
        { streamTime: -1e9, signal: 'flush' },
      ),
    );
    assert.deepEqual(
      run.values.map(({ start: from, value }) => [from, value]),
      [
        [-120_000, 1],
        [-60_000, 2],
        [0, 1],
      ],
    );
  });

  it('rejects what a function or the aggregate does not take, and counts nothing of it', () => {
    const time = versioned('1', (one: Click) => (one.page === 'throw' ? assert.fail('broken') : at(1)));
    const run = runOperator(
      over<Click>()(tumble('weights', { ...options, time, aggregate: fields({ n: count(), sum: of(weight, sum()) }) })),
    );
    run.feed(
      chunkOf(
        [click('throw'), click('a', NaN), click('a', 2)].map((one) => recordOf(one)),
        { signal: 'flush' },
      ),
    );
    assert.deepEqual(
      run.rejects.map(({ rule }) => rule),
      ['user_function_failed', 'bad_number'],
    );
    assert.deepEqual(
      run.values.map(({ n, value }) => ({ n, value })),
      [{ n: 1, value: { n: 1, sum: 2 } }],
    );
  });

  it('finds what has changed and was not told, after a restart', () => {
    const run = runOperator(clicks);
    run.feed(chunkOf(clicksAt(0, 10, 70), { signal: 'flush' }));
    run.feed(chunkOf(clicksAt(70, 80), { streamTime: at(80) }));
    run.commit();
    run.restart();
    run.feed(chunkOf(clicksAt(80, 130), { signal: 'flush', streamTime: at(80) }));
    assert.deepEqual(told(run.values).slice(2), ['60s #2: 2', '120s #1: 1']);
  });

  it('never changes what it has told: parts keep their accumulators', () => {
    const parts = over<Click>()(tumble('parts', { ...options, aggregate: of(weight, sum()), partial: true }));
    const run = runOperator(parts);
    for (const one of [1, 2, 4]) run.feed(chunkOf([recordOf(click('a', one), { asOf: at(0) })], { signal: 'flush' }));
    run.feed(chunkOf([], { streamTime: at(90) }));
    assert.deepEqual(
      run.values.map(({ acc }) => acc.value()),
      [1, 3, 7, 7],
    );
    assert.deepEqual(run.values.map(({ revision, changed, task }) => ({ revision, changed, task })).at(-2), {
      revision: 3,
      changed: true,
      task: 'parts/0',
    });
    assert.deepEqual(run.values.map(({ final, changed }) => ({ final, changed })).at(-1), { final: true, changed: false });
  });

  it('tells windows under the dims that a function gives, in whatever order', () => {
    const per = versioned('1', (one: Click): Record<string, string> => (one.weight > 1 ? { b: '2', a: '1' } : { a: '1', b: '2' }));
    const run = runOperator(over<Click>()(tumble('by-function', { ...options, per, aggregate: count(), partial: true })));
    run.feed(
      chunkOf(
        [click('a', 1), click('a', 2)].map((one) => recordOf(one)),
        { signal: 'flush' },
      ),
    );
    assert.deepEqual(
      run.values.map(({ dims, n }) => ({ dims, n })),
      [{ dims: { a: '1', b: '2' }, n: 2 }],
    );
  });

  it('says what the graph and the fingerprint need to know', () => {
    const time = versioned('t1', (one: Click) => one.weight);
    const parts = over<Click>()(
      tumble('parts', { ...options, time, per: versioned('p1', () => ({ all: '' })), aggregate: count(), partial: true }),
    );
    assert.deepEqual([clicks.holds, clicks.lateness, clicks.ports], [seconds(90), seconds(30), ['late']]);
    assert.deepEqual([clicks.stateKey, clicks.moves, clicks.partial], [['page'], { page: 'dims.page' }, undefined]);
    assert.deepEqual([parts.stateKey, parts.moves, parts.partial, parts.output?.name], [undefined, undefined, true, 'millrace.WindowPart']);
    assert.deepEqual(clicks.state?.shape, { size: 60_000, lateness: 30_000, time: null, per: { page: 'page' }, aggregate: 'count' });
    assert.deepEqual(parts.state?.shape, { size: 60_000, lateness: 30_000, time: 't1', per: 'p1', aggregate: 'count' });
  });

  it('refuses a size or a lateness that is no span of time', () => {
    for (const bad of [{ size: 0 }, { size: 1.5 }, { lateness: -1 }, { lateness: Infinity }]) {
      assert.throws(() => tumble('bad', { ...options, per: {}, ...bad, aggregate: count() }), { code: 'bad_topology', message: /"bad"/ });
    }
  });

  describe('with values that take others out', () => {
    const takesOut = versioned('1', (one: Click) => one.weight < 0);
    const size = versioned('size', (one: Click) => Math.abs(one.weight));
    const net = (spoil: (value: unknown) => void = () => undefined) =>
      over<Click>()(
        tumble('net', {
          ...options,
          takesOut: versioned('1', (one: Click) => (spoil(one), one.weight < 0)),
          aggregate: fields({ n: count(), total: of(size, sum()) }),
        }),
      );
    const changes = samples.map((record) => withValue(record, click(record.value.page, record.time % 2 === 0 ? 2 : -2)));
    for (const clause of operatorContract(net, changes)) it(clause.name, () => clause.run());

    it('leaves what is left', () => {
      const run = runOperator(net());
      const each = [3, 5, -3].map((one, offset) => recordOf(click('a', one), { time: at(5), asOf: at(0), offset }));
      run.feed(chunkOf(each, { signal: 'flush', streamTime: at(6) }));
      assert.deepEqual(
        run.values.map(({ value, n }) => [value, n]),
        [[{ n: 1, total: 5 }, 3]],
      );
    });

    it('hands one that comes for a closed window to the port as it is', () => {
      const run = runOperator(net());
      run.feed(chunkOf([recordOf(click('a', -3), { time: at(5), asOf: at(90) })]));
      assert.deepEqual(
        run.port('late').map(({ value }) => value.value.weight),
        [-3],
      );
    });

    it('is refused with an aggregate that cannot be inverted, and shows in the fingerprint', () => {
      assert.throws(() => tumble('bad', { ...options, takesOut, aggregate: of(size, max()) }), {
        code: 'bad_topology',
        message: /"bad".*max of size is not invertible/,
      });
      assert.equal(net().state?.shape.takesOut, '1');
    });
  });
});
