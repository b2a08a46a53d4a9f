import assert from 'node:assert/strict';
import { hours } from '../../../pipeline/core/time.ts';
import { afterEvent, type LifecycleContext } from '../../../operators/decide/lifecycle.ts';
import type { LifecycleEvent } from '../../../operators/decide/policy.ts';
import { policyNumbers } from '../../../operators/decide/policy-numbers.ts';
import { newSide, newSubject, type SubjectState } from '../../../operators/decide/state.ts';

const context: LifecycleContext = {
  numbers: policyNumbers({ name: 'p', cooldown: hours(1) }),
  needsBaseline: true,
  watchesOn: false,
  known: (arm) => newSide(arm),
};

const deployed = (arm: string, at: number, baseline?: string): LifecycleEvent => ({ kind: 'deployed', arm, at, baseline });
const promoted = (arm: string, at: number): LifecycleEvent => ({ kind: 'promoted', arm, at, baseline: undefined });
const retired = (arm: string, at: number): LifecycleEvent => ({ kind: 'retired', arm, at, baseline: undefined });

const after = (events: ReadonlyArray<LifecycleEvent>, from: SubjectState = newSubject, using = context): SubjectState =>
  events.reduce((state, next) => afterEvent(state, next, using), from);

const pairOf = ({ watch }: SubjectState): string => `${watch?.candidate.arm ?? '-'} against ${watch?.baseline?.arm ?? '-'}`;

const v1 = deployed('v1', 1);
const v2 = deployed('v2', 10);
const commanded: SubjectState = { ...after([v1, v2]), phase: 'commanded' };

describe('the life of a version', () => {
  it('begins with a watch against the version that was in use', () => {
    const state = after([v1, v2]);
    assert.equal(pairOf(state), 'v2 against v1');
    assert.equal(state.phase, 'warmup');
    assert.equal(state.watch?.since, 10);
  });

  it('begins without a watch if there is nothing to compare with', () => {
    assert.equal(after([v1]).phase, 'idle');
    assert.equal(pairOf(after([v1])), '- against -');
  });

  it('begins with a watch all the same where the rule compares nothing', () => {
    assert.equal(pairOf(after([v1], newSubject, { ...context, needsBaseline: false })), 'v1 against -');
  });

  it('takes the baseline that the deployment names before the one in use, and a pinned one before both', () => {
    const named = deployed('v3', 20, 'v1');
    assert.equal(pairOf(after([v1, v2, named])), 'v3 against v1');
    const pinned = { ...context, numbers: { ...context.numbers, baseline: { pinned: 'gold' } } };
    assert.equal(pairOf(after([v1, named], newSubject, pinned)), 'v3 against gold');
  });

  it('takes the version that an alias points to when it comes, and keeps it when the alias moves', () => {
    const byAlias = { ...context, numbers: { ...context.numbers, baseline: { alias: 'champion' } } };
    const champion = { ...promoted('v1', 2), alias: 'champion' };
    const v3 = deployed('v3', 20);
    assert.equal(pairOf(after([v1, champion, v2, v3], newSubject, byAlias)), 'v3 against v1');
    const moved = after([v1, champion, v2, v3, { ...promoted('v2', 25), alias: 'champion' }], newSubject, byAlias);
    assert.equal(pairOf(moved), 'v3 against v1');
    assert.equal(pairOf(after([deployed('v4', 30)], moved, byAlias)), 'v4 against v2');
    assert.equal(pairOf(after([v1, v2], newSubject, byAlias)), '- against -');
  });

  it('goes on being watched for drift after its promotion', () => {
    const watching = { ...context, needsBaseline: false, watchesOn: true };
    assert.equal(pairOf(after([v1, promoted('v1', 5)], newSubject, watching)), 'v1 against -');
    assert.equal(pairOf(after([v1, promoted('v1', 5)], newSubject, { ...watching, watchesOn: false })), '- against -');
  });

  it('begins without a watch if its deployment names no baseline and the policy asks for one', () => {
    const strict = { ...context, numbers: { ...context.numbers, baseline: 'named' as const } };
    assert.equal(pairOf(after([v1, v2], newSubject, strict)), '- against -');
    assert.equal(pairOf(after([v1, deployed('v2', 10, 'v1')], newSubject, strict)), 'v2 against v1');
  });

  it('begins anew when another version comes', () => {
    assert.equal(pairOf(after([v1, v2, deployed('v3', 20)])), 'v3 against v2');
  });

  it('is not disturbed by the same deployment again, nor by events from before it', () => {
    const state = after([v1, v2]);
    assert.equal(after([v2], state), state);
    assert.equal(after([deployed('v0', 5), retired('v2', 9)], state), state);
  });

  it('ends its watch with its promotion, not with that of another', () => {
    assert.equal(pairOf(after([v1, v2, promoted('v2', 20)])), '- against -');
    assert.equal(after([v1, v2, promoted('v2', 20)]).stable, 'v2');
    assert.equal(pairOf(after([v1, v2, promoted('v1', 20)])), 'v2 against v1');
  });

  it('ends its watch when it, or what it would be rolled back to, is retired', () => {
    assert.equal(pairOf(after([v1, v2, retired('v2', 20)])), '- against -');
    assert.equal(after([v1, v2, retired('v2', 20)]).stable, 'v1');
    assert.equal(pairOf(after([v1, v2, retired('v1', 20)])), '- against -');
  });

  for (const carriedOut of [retired('v2', 30), deployed('v1', 30), promoted('v1', 30)]) {
    it(`cools down after a command once ${carriedOut.arm} is ${carriedOut.kind}`, () => {
      const state = after([carriedOut], commanded);
      assert.equal(state.phase, 'cooldown');
      assert.equal(state.quietUntil, 30 + hours(1));
      assert.equal(state.stable, 'v1');
      assert.equal(state.watch, undefined);
    });
  }
});
