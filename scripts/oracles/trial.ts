import { afterWindow, type LookContext } from '../../operators/decide/look.ts';
import { policyNumbers } from '../../operators/decide/policy-numbers.ts';
import type { PolicyNumbers } from '../../operators/decide/policy.ts';
import { sequentialVsBaseline } from '../../operators/decide/sequential-vs-baseline.ts';
import { newSide, newSubject, type SubjectState } from '../../operators/decide/state.ts';
import type { Sums } from '../../operators/decide/sums.ts';
import type { Rule } from '../../operators/decide/rule.ts';

/** The default policy but for the submitters, which no simulation has. */
export const shipped: PolicyNumbers = policyNumbers({ name: 'shipped', minSubmitters: 0 });

/** The default rule. */
export const shippedRule: Rule = sequentialVsBaseline();

/** What a trial is judged by. */
export interface Terms {
  readonly rule: Rule;
  readonly numbers: PolicyNumbers;
}

/** The default policy. */
export const shippedTerms: Terms = { rule: shippedRule, numbers: shipped };

/** Both arms as they are at one moment: events that should be rare, among so many observations. */
export interface Arms {
  readonly baseline: Sums;
  readonly candidate: Sums;
}

/** Sums of `hits` ones among `n` zeros and ones. */
export const rateOf = (hits: number, n: number): Sums => ({ n, sum: hits, sumSq: hits });

const arms = { baseline: newSide('v1'), candidate: newSide('v2') };

const begun: SubjectState = {
  ...newSubject,
  phase: 'warmup',
  watch: { ...arms, since: 0, looks: 0, lookedAt: 0, recent: [], unclear: 0, errors: 0 },
};

/** Watches one deployment with the operator's own state machine: `look` tells whether there is a rollback now. Less is better. */
export const trial = ({ rule, numbers }: Terms): ((seen: Arms) => boolean) => {
  let state = begun;
  return (seen) => {
    const baseline = { ...arms.baseline, ...seen.baseline };
    const candidate = { ...arms.candidate, ...seen.candidate };
    if (state.watch === undefined) return false;
    const context: LookContext = { numbers, rule, better: 'lower', at: 0, candidate, baseline };
    const outcome = afterWindow({ ...state, watch: { ...state.watch, candidate, baseline } }, context);
    state = outcome.state;
    return outcome.finding?.kind === 'rollback';
  };
};
