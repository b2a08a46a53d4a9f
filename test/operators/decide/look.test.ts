import assert from 'node:assert/strict';
import { days, hours, minutes } from '../../../pipeline/core/time.ts';
import { absolute } from '../../../operators/decide/absolute.ts';
import { afterWindow, type LookContext, type Outcome } from '../../../operators/decide/look.ts';
import type { PolicyNumbers } from '../../../operators/decide/policy.ts';
import { policyNumbers } from '../../../operators/decide/policy-numbers.ts';
import { relativeToBaseline } from '../../../operators/decide/relative-to-baseline.ts';
import { newSide, newSubject, type Side, type SubjectState, type Watch } from '../../../operators/decide/state.ts';

const now = Date.UTC(2024, 0, 1);

const side = (arm: string, n: number, mean: number): Side => ({
  ...newSide(arm),
  n,
  sum: n * mean,
  sumSq: n * mean,
  windows: 1,
  submitters: Array.from({ length: 30 }, (_, hash) => hash),
  from: now,
  until: now + minutes(1),
});

interface Scene {
  readonly numbers?: Partial<PolicyNumbers>;
  readonly n?: number;
  readonly mean?: number;
  readonly at?: number;
  readonly baseline?: Side | undefined;
  readonly candidate?: Partial<Side>;
  readonly rule?: LookContext['rule'];
}

const fresh: SubjectState = {
  ...newSubject,
  phase: 'warmup',
  watch: { candidate: newSide('v2'), baseline: newSide('v1'), since: now, looks: 0, lookedAt: 0, recent: [], unclear: 0, errors: 0 },
};

/** One window in which the candidate has `n` observations by now; the baseline has 1,000 of mean 0.8. */
const look = (state: SubjectState, scene: Scene): Outcome => {
  const candidate = { ...side('v2', scene.n ?? 200, scene.mean ?? 0.8), ...scene.candidate };
  const baseline = 'baseline' in scene ? scene.baseline : side('v1', 1000, 0.8);
  const numbers = policyNumbers({ name: 'p', ...scene.numbers });
  const watch: Watch | undefined = state.watch && { ...state.watch, candidate, baseline };
  const rule = scene.rule ?? relativeToBaseline({ margin: 0.1 });
  return afterWindow({ ...state, watch }, { numbers, rule, better: 'higher', at: scene.at ?? now, candidate, baseline });
};

/** The phases and findings that a run of looks gives. */
const story = (scenes: ReadonlyArray<Scene>, from = fresh): ReadonlyArray<string> => {
  let state = from;
  return scenes.map((scene) => {
    const outcome = look(state, scene);
    state = outcome.state;
    return outcome.finding === undefined ? state.phase : `${state.phase}, ${outcome.finding.kind}`;
  });
};

const bad = { mean: 0.6 };

describe('a look', () => {
  it('waits for the samples of both sides', () => {
    assert.deepEqual(story([{ n: 199 }, { n: 200 }]), ['warmup', 'monitoring']);
    assert.deepEqual(story([{ n: 200, baseline: side('v1', 199, 0.8) }]), ['warmup']);
  });

  it('waits for the submitters of the candidate', () => {
    const few = { submitters: Array.from({ length: 19 }, (_, hash) => hash) };
    assert.deepEqual(story([{ candidate: few }, { candidate: { submitters: undefined } }, {}]), ['warmup', 'warmup', 'monitoring']);
    assert.deepEqual(story([{ candidate: few, numbers: { minSubmitters: 0 } }]), ['monitoring']);
  });

  it('waits for the warm-up', () => {
    const numbers = { warmup: minutes(5) };
    assert.deepEqual(
      story([
        { numbers, at: now + minutes(5) - 1 },
        { numbers, at: now + minutes(5) },
      ]),
      ['warmup', 'monitoring'],
    );
  });

  it('orders a rollback at the second failure in a row', () => {
    assert.deepEqual(
      story([
        { n: 200, ...bad },
        { n: 250, ...bad },
      ]),
      ['suspect', 'commanded, rollback'],
    );
    assert.deepEqual(story([{ n: 200, ...bad }, { n: 250 }, { n: 300, ...bad }]), ['suspect', 'suspect', 'suspect']);
  });

  it('forgets a failure once enough looks have gone well', () => {
    assert.deepEqual(story([{ n: 200, ...bad }, { n: 250 }, { n: 300 }]), ['suspect', 'suspect', 'monitoring']);
  });

  it('is taken again only when the candidate has grown by enough', () => {
    assert.deepEqual(
      story([
        { n: 200, ...bad },
        { n: 249, ...bad },
        { n: 250, ...bad },
      ]),
      ['suspect', 'suspect', 'commanded, rollback'],
    );
  });

  it('is inconclusive, and orders nothing, while the shares of the inferences are not those that were meant', () => {
    const numbers = { sampleRatio: { candidateShare: 0.5 }, tolerated: 2 };
    const withAssigned = (assigned: number, n: number): Scene => ({
      n,
      ...bad,
      numbers,
      candidate: { assigned },
      baseline: { ...side('v1', 1000, 0.8), assigned: 1000 },
    });
    assert.deepEqual(story([withAssigned(700, 200), withAssigned(710, 250), withAssigned(720, 300)]), [
      'monitoring',
      'inconclusive, notify',
      'inconclusive',
    ]);
    assert.deepEqual(story([withAssigned(950, 200), withAssigned(960, 250)]), ['suspect', 'commanded, rollback']);
  });

  it('tells of a drift once in a cool-down, or pauses and waits for the next version', () => {
    const numbers = { breach: { failures: 1, of: 1 }, cooldown: hours(1) };
    const rule = (onBreach: 'notify' | 'pause'): LookContext['rule'] => ({ ...absolute({ bound: 0.75 }), onBreach });
    const scenes = (onBreach: 'notify' | 'pause'): ReadonlyArray<Scene> =>
      [0, hours(0.5), hours(1)].map((later, at) => ({ n: 200 + 50 * at, ...bad, numbers, rule: rule(onBreach), at: now + later }));
    assert.deepEqual(story(scenes('notify')), ['cooldown, notify', 'cooldown', 'cooldown, notify']);
    assert.deepEqual(story(scenes('pause')), ['commanded, pause', 'commanded', 'commanded']);
  });

  it('counts m failures of n looks where the policy says so', () => {
    const numbers = { breach: { failures: 2, of: 3 } };
    const scenes = [{ n: 200, ...bad }, { n: 250 }, { n: 300, ...bad }].map((scene) => ({ ...scene, numbers }));
    assert.deepEqual(story(scenes), ['suspect', 'suspect', 'commanded, rollback']);
  });

  it('takes harm below the least effect for a success', () => {
    const numbers = { minEffect: 0.25, breach: { failures: 1, of: 1 } };
    assert.deepEqual(
      story([
        { n: 200, mean: 0.6, numbers },
        { n: 250, mean: 0.5, numbers },
      ]),
      ['monitoring', 'commanded, rollback'],
    );
  });

  it('orders nothing more while an order is open', () => {
    assert.deepEqual(
      story([
        { n: 200, ...bad },
        { n: 250, ...bad },
        { n: 300, ...bad },
      ]).at(-1),
      'commanded',
    );
  });

  it('is not taken in the cool-down', () => {
    const state = { ...fresh, quietUntil: now + hours(1) };
    assert.deepEqual(story([{ at: now + hours(1) - 1 }, { at: now + hours(1) }], state), ['cooldown', 'monitoring']);
  });

  it('pauses, and says so once, when the rollbacks of the day are spent, and goes on when there is room again', () => {
    const state = { ...fresh, ordered: [now - hours(20), now - hours(1)] };
    const numbers = { breach: { failures: 1, of: 1 } };
    const scenes = [
      { n: 200, ...bad, numbers },
      { n: 250, ...bad, numbers },
      { n: 300, ...bad, numbers, at: now - hours(20) + days(1) },
    ];
    assert.deepEqual(story(scenes, state), ['paused, pause', 'paused', 'commanded, rollback']);
  });

  it('tells somebody, once, after four inconclusive looks in a row', () => {
    const silentBaseline = { baseline: side('v1', 1000, 0) };
    const scenes = [200, 250, 300, 350, 400].map((n) => ({ n, ...silentBaseline }));
    assert.deepEqual(story(scenes), ['monitoring', 'monitoring', 'monitoring', 'inconclusive, notify', 'inconclusive']);
    assert.deepEqual(story([...scenes.slice(0, 3), { n: 350 }, ...scenes.slice(4)]).at(-1), 'monitoring');
  });

  it('tells somebody, once, when the sums cannot be true', () => {
    const scenes = [200, 250, 300, 350, 400].map((n) => ({ n, candidate: { n, sumSq: -1 } }));
    assert.deepEqual(story(scenes), ['monitoring', 'monitoring', 'monitoring', 'error, notify', 'error']);
  });

  it('notices that there is nothing of the candidate while there is of its baseline', () => {
    const later = { baseline: { ...side('v1', 1000, 0.8), until: now + hours(2) } };
    assert.deepEqual(story([later, later]), ['noData', 'noData']);
    assert.deepEqual(
      story([later, later, {}].map((scene) => ({ ...scene, numbers: { noData: { after: hours(1), mode: 'notify' as const } } }))),
      ['noData, notify', 'noData', 'monitoring'],
    );
    assert.equal(look(fresh, { ...later, numbers: { noData: { after: hours(1), mode: 'inconclusive' } } }).state.watch?.unclear, 1);
  });

  it('tells somebody of a breach that has nothing to go back to', () => {
    const scene = { ...bad, baseline: undefined, rule: absolute({ bound: 0.75 }), numbers: { breach: { failures: 1, of: 1 } } };
    assert.deepEqual(story([scene, { ...scene, n: 250 }]), ['commanded, notify', 'commanded']);
  });
});
