import assert from 'node:assert/strict';
import type { StreamRecord } from '../../pipeline/core/chunk.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { hours, minutes } from '../../pipeline/core/time.ts';
import { joinContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf } from '../../pipeline/testing/records.ts';
import { runJoin } from '../../pipeline/testing/run-operator.ts';
import { decide } from '../../operators/decide.ts';
import type { Decision } from '../../operators/decide/decision.ts';
import { decisionId } from '../../operators/decide/decision-id.ts';
import type { Watch } from '../../operators/decide/state.ts';
import { at, policy, served, shift, type Served, type Shift } from './decide/sample.ts';

const events = { output: { node: 'shifts', port: undefined } };

const running = (changes: Partial<typeof policy> = {}) => runJoin(decide('taste', events, { ...policy, ...changes }));

type Run = ReturnType<typeof running>;

const windows = (run: Run, records: ReadonlyArray<StreamRecord<Served>>): ReadonlyArray<Decision<Served>> =>
  run.left(chunkOf(records)).main.records.map(({ value }) => value);

const shifts = (run: Run, records: ReadonlyArray<StreamRecord<Shift>>): void => void run.right(chunkOf(records));

const watchOf = (run: Run): Watch => {
  const state = run.entries().find(([key]) => key === 's|north')?.[1];
  assert.ok(state?.kind === 'subject' && state.watch !== undefined);
  return state.watch;
};

const opening = [shift('ana', 'deployed', 0), shift('bo', 'deployed', 10)];

/** Ten good minutes of ana, then ana (95 % liked) and bo (70 %) side by side, 50 dishes a minute each. */
const eveningOf = (to: number): ReadonlyArray<StreamRecord<Served>> =>
  Array.from({ length: to }, (_, minute) => [
    served('ana', minute, { n: 50, liked: 47 }),
    ...(minute < 10 ? [] : [served('bo', minute, { n: 50, liked: 35 })]),
  ]).flat();

const late = served('ana', 11, { n: 60, liked: 50, revision: 2, final: true });

const arrivals = [
  ...opening.map((record) => ({ side: 'right' as const, record })),
  ...eveningOf(15).map((record) => ({ side: 'left' as const, record })),
  { side: 'right' as const, record: shift('bo', 'retired', 15) },
  { side: 'left' as const, record: { ...late, asOf: at(15) } },
];

describe('decide', () => {
  const make = (spoil: (value: unknown) => void) =>
    decide('taste', events, {
      ...policy,
      window: versioned('1', (value: Served) => (spoil(value), policy.window.of(value))),
      event: versioned('1', (value: Shift) => (spoil(value), policy.event.of(value))),
      command: versioned('1', (decision: Decision<Served>) => (spoil(decision.window), decision)),
    });
  for (const clause of joinContract(make, arrivals)) it(clause.name, () => clause.run());

  it('orders a rollback, with all that it stands on', () => {
    const run = running();
    shifts(run, opening);
    const [decision, ...more] = windows(run, eveningOf(14));
    assert.equal(more.length, 0);
    assert.ok(decision !== undefined);
    const { evidence, window, ...order } = decision;
    assert.deepEqual(order, {
      id: decisionId('taste', 'north', 'bo'),
      kind: 'rollback',
      mode: 'enforce',
      policy: { name: 'taste', version: '1' },
      subject: 'north',
      from: 'bo',
      to: 'ana',
      at: at(12),
      reason: 'liked of bo against ana: a mean of 0.7000 over 150 observations against 0.9400 over 150: 25.5 % lower',
    });
    assert.deepEqual(evidence.candidate, { arm: 'bo', n: 150, sum: 105, sumSq: 105, mean: 0.7, windows: 3 });
    assert.deepEqual(evidence.baseline, { arm: 'ana', n: 150, sum: 141, sumSq: 141, mean: 0.94, windows: 3 });
    assert.deepEqual([evidence.rule, evidence.metric, evidence.look], ['relativeToBaseline', 'liked', 2]);
    assert.deepEqual([evidence.spanStart, evidence.spanEnd], [at(10), at(13)]);
    assert.deepEqual(evidence.inputs, [{ topic: 'dishes', partition: 0, from: 1000, to: 1250 }]);
    assert.equal(evidence.judgement.threshold, -0.1);
    assert.equal(window.minute, 12);
  });

  it('puts a revision in place of the one before it', () => {
    const run = running();
    shifts(run, opening);
    for (const [at, n] of [20, 40, 60, 80].entries()) {
      windows(run, [served('ana', 10, { n, liked: n, revision: at + 1 }), served('bo', 10, { n, liked: n / 2, revision: at + 1 })]);
    }
    const { candidate, baseline } = watchOf(run);
    assert.deepEqual([candidate.n, candidate.sum, candidate.windows], [80, 40, 1]);
    assert.equal(baseline?.n, 80);
  });

  it('passes over a revision that is older than the one it knows', () => {
    const run = running();
    shifts(run, opening);
    windows(run, [served('bo', 10, { n: 80, liked: 40, revision: 5 }), served('bo', 10, { n: 20, liked: 20, revision: 4 })]);
    assert.equal(watchOf(run).candidate.n, 80);
  });

  it('compares from the window that ends after the deployment on', () => {
    const run = running();
    shifts(run, opening);
    const [decision] = windows(run, [
      served('ana', 9, { n: 5000, liked: 0 }),
      served('ana', 10, { n: 100, liked: 100 }),
      served('bo', 10, { n: 100, liked: 50 }),
      served('bo', 11, { n: 100, liked: 50 }),
    ]);
    assert.equal(decision?.evidence.baseline?.n, 100);
  });

  it('decides the same when the deployment is told after the windows', () => {
    const early = running();
    shifts(early, opening);
    const late = running();
    windows(late, eveningOf(11));
    shifts(late, opening);
    const first = windows(early, eveningOf(14));
    const second = windows(late, eveningOf(14).slice(eveningOf(11).length));
    assert.deepEqual(second, first);
  });

  it('decides nothing for a version that is as good', () => {
    const run = running();
    shifts(run, opening);
    const good = Array.from({ length: 40 }, (_, minute) => [
      served('ana', minute, { n: 50, liked: 45 }),
      served('bo', minute, { n: 50, liked: 45 }),
    ]).flat();
    assert.deepEqual(windows(run, good), []);
  });

  it('orders one rollback for each time that a version comes, each under an id of its own', () => {
    const run = running({ cooldown: 0 });
    shifts(run, opening);
    const first = windows(run, eveningOf(30));
    assert.equal(first.length, 1);
    shifts(run, [shift('bo', 'retired', 30), shift('bo', 'deployed', 40)]);
    const again = windows(
      run,
      Array.from({ length: 10 }, (_, minute) => [
        served('ana', 40 + minute, { n: 50, liked: 47 }),
        served('bo', 40 + minute, { n: 50, liked: 35 }),
      ]).flat(),
    );
    assert.deepEqual(
      again.map(({ id }) => id),
      [decisionId('taste', 'north', 'bo', '2')],
    );
    assert.notEqual(again[0]?.id, first[0]?.id);
  });

  it('keeps subjects apart', () => {
    const run = running();
    shifts(run, opening);
    const elsewhere = eveningOf(14).map((record) => ({ ...record, value: { ...record.value, kitchen: 'south' } }));
    assert.deepEqual(windows(run, elsewhere), []);
  });

  it('judges the last windows where the policy says so', () => {
    const numbers = { minSamples: 100, span: { lastWindows: 3 } };
    const run = running(numbers);
    shifts(run, [shift('ana', 'deployed', 0), shift('bo', 'deployed', 0)]);
    const turning = Array.from({ length: 20 }, (_, minute) => [
      served('ana', minute, { n: 50, liked: 45 }),
      served('bo', minute, { n: 50, liked: minute < 12 ? 45 : 20 }),
    ]).flat();
    const [decision] = windows(run, turning);
    assert.equal(decision?.at, at(13));
    assert.deepEqual(decision.evidence.candidate, { arm: 'bo', n: 150, sum: 85, sumSq: 85, mean: 85 / 150, windows: 3 });
  });

  it('waits until enough guests are behind the numbers', () => {
    const run = running({ minSubmitters: 20 });
    shifts(run, opening);
    const oneGuest = eveningOf(20).map((record) => ({ ...record, value: { ...record.value, guests: [7] } }));
    assert.deepEqual(windows(run, oneGuest), []);
    const many = Array.from({ length: 20 }, (_, guest) => guest);
    const more = [20, 21].flatMap((minute) => [served('bo', minute, { n: 50, liked: 35, guests: many })]);
    assert.deepEqual(
      windows(run, more).map(({ evidence }) => evidence.submitters),
      [20],
    );
  });

  it('forgets a final window when no deployment can be told any more, and keeps one that is open', () => {
    const run = running({ remember: minutes(30) });
    windows(run, [served('ana', 0, { n: 5, final: true }), served('ana', 1, { n: 5, final: false })]);
    run.left(chunkOf([], { streamTime: at(31) - 1 }));
    assert.equal(run.entries().length, 2);
    run.left(chunkOf([], { streamTime: at(31) }));
    assert.deepEqual(
      run.entries().map(([key]) => key),
      [`w|north|ana|${String(at(1))}`],
    );
  });

  it('passes over what the policy does not read', () => {
    const run = running({ window: versioned('2', () => undefined) });
    shifts(run, [shift('ana', 'sick', 0)]);
    assert.deepEqual(windows(run, eveningOf(14)), []);
    assert.deepEqual(run.entries(), []);
  });

  it('rejects the window whose decision cannot be written, and decides at the next one', () => {
    let calls = 0;
    const command = versioned('1', (decision: Decision<Served>) => {
      calls += 1;
      if (calls === 1) throw new Error('no paper');
      return decision;
    });
    const run = running({ command });
    shifts(run, opening);
    const decisions = windows(run, eveningOf(14));
    assert.deepEqual(
      run.rejects.map(({ rule, detail }) => [rule, detail]),
      [['user_function_failed', 'no paper']],
    );
    assert.deepEqual(
      decisions.map(({ at: time }) => time),
      [at(13)],
    );
  });

  it('shows its policy as data', () => {
    const { params, stateKey, rightKey, kind } = decide('taste', events, policy);
    assert.equal(kind, 'decide');
    assert.deepEqual([stateKey, rightKey], [['kitchen'], ['kitchen']]);
    assert.deepEqual(params.rule, { name: 'relativeToBaseline', margin: 0.1, clear: 0.1 });
    assert.equal(params.cooldown, hours(1));
  });
});
