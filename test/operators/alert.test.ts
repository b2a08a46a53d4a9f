import assert from 'node:assert/strict';
import fc from 'fast-check';
import { alert } from '../../operators/alert.ts';
import type { AlertPolicy, Notice } from '../../operators/alert/policy.ts';
import type { SignalState } from '../../operators/alert/state.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../../pipeline/core/operator.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Window {
  readonly dims: { readonly model: string };
  readonly metric: string;
  readonly start: number;
  readonly mean: number;
  readonly n: number;
}

const minute = 60_000;
const hour = 60 * minute;

const windowOf = (at: number, mean: number, over: Partial<Window> = {}): { readonly value: Window; readonly time: number } => ({
  value: { dims: { model: 'm' }, metric: 'accuracy', start: at * minute, mean, n: 100, ...over },
  time: at * minute,
});

const basics: AlertPolicy<Window, Notice, 'dims.model'> = {
  name: 'quality',
  subject: ['dims.model'],
  reading: versioned('1', ({ metric, start, mean, n }) => ({ signal: metric, start, value: mean, n })),
  signals: { accuracy: { better: 'higher', warning: 0.8, alert: 0.6, minSamples: 50 }, coverage: { better: 'higher', alert: 0.1 } },
  noDataAfter: 30 * minute,
  renotifyEvery: hour,
  forgetAfter: 10 * hour,
  notice: versioned('1', (notice) => notice),
};

type Watch = Operator<Window, Notice, SignalState, NoPorts, 'dims.model'>;

const watching = (over: Partial<typeof basics> = {}): Watch => alert('alerts', { ...basics, ...over });

const briefly = ({ at, signal, severity, previous, cause }: Notice): string =>
  `${at / minute} ${signal} ${previous} → ${severity}${cause === 'changed' ? '' : `, ${cause}`}`;

const toldOf = (
  windows: ReadonlyArray<ReturnType<typeof windowOf>>,
  { over = {}, until = 0 }: { over?: Partial<typeof basics>; until?: number } = {},
): { readonly told: ReadonlyArray<string>; readonly counted: (event: string) => number } => {
  const run = runOperator(watching(over));
  run.feed(chunkOf(partitionRecords(windows)));
  if (until > 0) run.feed(chunkOf<Window>([], { streamTime: until * minute }));
  return { told: run.values.map(briefly), counted: (event) => run.counted(event) };
};

const bad = [0, 1, 2].map((at) => windowOf(at, 0.5));
const good = (from: number, windows = 3): ReadonlyArray<ReturnType<typeof windowOf>> =>
  Array.from({ length: windows }, (_, nth) => windowOf(from + nth, 0.9));

const spoilable = (spoil: (value: Window) => void): Watch =>
  watching({
    reading: versioned('1', (value) => (spoil(value), { signal: value.metric, start: value.start, value: value.mean, n: value.n })),
  });

describe('alert', () => {
  const samples = partitionRecords([
    ...bad,
    windowOf(2, 0.7),
    windowOf(3, 0.7, { dims: { model: 'other' } }),
    windowOf(4, 0.01, { metric: 'coverage' }),
    windowOf(5, 0.01, { metric: 'coverage' }),
    windowOf(50, 0.9),
    windowOf(120, 0.5),
    windowOf(121, 0.5),
    ...good(122),
    windowOf(1_000, 0.9),
  ]);
  for (const clause of operatorContract(spoilable, samples)) it(clause.name, () => clause.run());

  it('tells of an alert when two windows in a row say so, and that it is over when three do', () => {
    assert.deepEqual(toldOf([...bad, ...good(3)]).told, ['1 accuracy ok → alert', '5 accuracy alert → ok']);
    assert.deepEqual(toldOf([windowOf(0, 0.5), windowOf(1, 0.9), windowOf(2, 0.5), windowOf(3, 0.9)]).told, []);
  });

  it('goes by the milder of two windows, up over a warning and down over one', () => {
    const means = [0.7, 0.5, 0.5, 0.7, 0.7, 0.7, 0.9, 0.9, 0.9];
    assert.deepEqual(toldOf(means.map((mean, at) => windowOf(at, mean))).told, [
      '1 accuracy ok → warning',
      '2 accuracy warning → alert',
      '5 accuracy alert → warning',
      '8 accuracy warning → ok',
    ]);
  });

  it('lets a revision take the place of its window, and passes over windows with too few observations', () => {
    const revised = toldOf([windowOf(0, 0.5), { ...windowOf(0, 0.9), time: 1 }, windowOf(1, 0.5)]);
    assert.deepEqual(revised.told, []);
    const few = toldOf([windowOf(0, 0.5, { n: 49 }), windowOf(1, 0.5, { n: 49 }), windowOf(2, 0.5)]);
    assert.deepEqual(few.told, []);
    assert.equal(few.counted('too_few'), 2);
  });

  it('says again what lasts, every hour, and no more than that', () => {
    const windows = Array.from({ length: 130 }, (_, at) => windowOf(at, 0.5));
    assert.deepEqual(toldOf(windows).told, [
      '1 accuracy ok → alert',
      '61 accuracy alert → alert, reminder',
      '121 accuracy alert → alert, reminder',
    ]);
  });

  it('tells when there is no data, without any record, then reminds, and gives up in the end', () => {
    const { told } = toldOf(good(0), { until: 601 });
    assert.equal(told[0], '32 accuracy ok → no-data');
    assert.deepEqual(told.slice(1, 3), ['92 accuracy no-data → no-data, reminder', '152 accuracy no-data → no-data, reminder']);
    assert.equal(told.length, 10);
    assert.deepEqual(toldOf(good(0), { until: 603 }).told.at(-1), '602 accuracy no-data → ok, forgotten');
  });

  it('tells that data is back with the first window, and goes on from new ones alone', () => {
    const { told } = toldOf([...bad, windowOf(40, 0.5), windowOf(41, 0.5)]);
    assert.deepEqual(told, ['1 accuracy ok → alert', '32 accuracy alert → no-data', '40 accuracy no-data → ok', '41 accuracy ok → alert']);
  });

  it('tells nothing of what is muted, and tells it after the mute if it still is so', () => {
    const mutes = [{ match: { model: 'm', signal: 'accuracy' }, from: 0, until: 5 * minute }];
    const lasting = Array.from({ length: 8 }, (_, at) => windowOf(at, 0.5));
    const { told, counted } = toldOf(lasting, { over: { mutes } });
    assert.deepEqual(told, ['5 accuracy ok → alert']);
    assert.equal(counted('muted'), 4);
    assert.deepEqual(toldOf([...bad, ...good(3)], { over: { mutes: [{ match: { model: 'm' }, from: 0, until: hour }] } }).told, []);
    assert.equal(toldOf(bad, { over: { mutes: [{ match: { model: 'other' }, from: 0, until: hour }] } }).told.length, 1);
  });

  it('tells nothing bad of what another signal at an alert speaks for, and that something is over all the same', () => {
    const inhibits = [{ source: 'coverage', targets: ['accuracy'] }];
    const poor = [0, 1].map((at) => windowOf(at, 0.01, { metric: 'coverage' }));
    const after = [2, 3].map((at) => windowOf(at, 0.5));
    const { told, counted } = toldOf([...poor, ...after], { over: { inhibits } });
    assert.deepEqual(told, ['1 coverage ok → alert']);
    assert.equal(counted('inhibited'), 1);
    const early = [0, 1].map((at) => windowOf(at, 0.5));
    const over = toldOf([...early, ...poor.map((window, nth) => ({ ...window, time: (2 + nth) * minute })), ...good(4)], {
      over: { inhibits },
    });
    assert.ok(over.told.includes('6 accuracy alert → ok'));
  });

  it('gives every notice an id of its own, and the same one in another run', () => {
    const ids = (): ReadonlyArray<string> => {
      const run = runOperator(watching());
      run.feed(chunkOf(samples));
      return run.values.map(({ id }) => id);
    };
    assert.equal(new Set(ids()).size, ids().length);
    assert.deepEqual(ids(), ids());
  });

  it('never tells the same severity twice within a reminder, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }),
        (raw) => {
          const windows = raw.map(([at, mean]) => windowOf(at, mean)).sort((a, b) => a.time - b.time);
          const run = runOperator(watching());
          run.feed(chunkOf(partitionRecords(windows)));
          run.feed(chunkOf<Window>([], { streamTime: 5 * hour }));
          run.values.forEach(({ severity, previous, cause, at }, nth) => {
            const before = run.values[nth - 1];
            assert.equal(previous, before?.severity ?? 'ok');
            assert.equal(severity === previous, cause === 'reminder');
            if (cause === 'reminder') assert.equal(at - (before?.at ?? 0), hour);
          });
        },
      ),
    );
  });

  it('names every mistake of a policy', () => {
    assert.throws(
      () => watching({ raiseAfter: 0, renotifyEvery: 0, inhibits: [{ source: 'nothing', targets: ['accuracy'] }] }),
      (error: Error) => ['raiseAfter', 'renotifyEvery', '"nothing"'].every((word) => error.message.includes(word)),
    );
    assert.throws(() => watching({ signals: { accuracy: { better: 'higher', warning: 0.5, alert: 0.6 } } }), { code: 'bad_topology' });
  });
});
