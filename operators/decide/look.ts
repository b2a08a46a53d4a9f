import { days, minutes } from '../../pipeline/core/time.ts';
import type { PolicyNumbers } from './policy.ts';
import type { Better, Judgement, Rule } from './rule.ts';
import type { Phase, Side, SubjectState, Watch } from './state.ts';
import { countOf } from './submitters.ts';
import { areSound, type Sums } from './sums.ts';
import { sampleRatioP } from '../statistics/sample-ratio.ts';

/** What a look is taken with. */
export interface LookContext {
  readonly numbers: PolicyNumbers;
  readonly rule: Rule;
  readonly better: Better;
  /** Stream time, ms since the epoch. */
  readonly at: number;
  /** The sides over the policy's span. */
  readonly candidate: Side;
  readonly baseline: Side | undefined;
  /** The candidate's windows over the span, in order of time; only of a span of last windows. */
  readonly series?: ReadonlyArray<Sums>;
}

/** Something that has to be told. */
export interface Finding {
  readonly kind: 'rollback' | 'pause' | 'notify';
  readonly judgement: Judgement;
  readonly reason: string;
}

/** The subject after a look, and what came of it. */
export interface Outcome {
  readonly state: SubjectState;
  readonly finding?: Finding;
}

const recently = (state: SubjectState, at: number): ReadonlyArray<number> => state.ordered.filter((ordered) => ordered > at - days(1));

const isSpent = (state: SubjectState, { at, numbers }: LookContext): boolean => recently(state, at).length >= numbers.maxRollbacks;

const restingPhase = (watch: Watch): Phase => (watch.recent.includes(true) ? 'suspect' : 'monitoring');

const hasEnough = ({ candidate, baseline, numbers, rule }: LookContext): boolean => {
  const { minSamples, minSubmitters } = numbers;
  if (candidate.n < minSamples || (rule.needsBaseline && (baseline?.n ?? 0) < minSamples)) return false;
  return minSubmitters === 0 || (candidate.submitters !== undefined && countOf(candidate.submitters) >= minSubmitters);
};

const nothing = (verdict: 'inconclusive' | 'error', reason: string): Judgement => ({
  verdict,
  effect: Number.NaN,
  threshold: Number.NaN,
  harm: Number.NaN,
  reason,
});

/** Whether the arms got other shares of the inferences than were meant, by more than chance explains. */
const isMisassigned = ({ candidate, baseline, numbers: { sampleRatio } }: LookContext): boolean => {
  if (sampleRatio === 'off' || baseline === undefined) return false;
  const { candidateShare, p: least = 0.001 } = sampleRatio;
  const found = sampleRatioP({ candidate: candidate.assigned, baseline: baseline.assigned, candidateShare });
  return 'p' in found && found.p < least;
};

const misassigned = (candidate: Side, baseline: Side | undefined): string =>
  `${candidate.assigned} inferences against ${baseline?.assigned ?? 0} are not the shares that were meant`;

/** The rule's judgement, but for numbers that cannot be true and for harm that is too small to matter. */
const judged = (context: LookContext): Judgement => {
  const { rule, better, candidate, baseline, numbers, series = [] } = context;
  if (!areSound(candidate) || (baseline !== undefined && !areSound(baseline)))
    return nothing('error', 'the sums of the windows cannot be true');
  if (isMisassigned(context)) return nothing('inconclusive', misassigned(candidate, baseline));
  const judgement = rule.judge({ better, candidate, baseline, series });
  const isTrifle = judgement.verdict === 'failure' && judgement.harm < numbers.minEffect;
  return isTrifle ? { ...judgement, verdict: 'success' } : judgement;
};

const ordered = (state: SubjectState, watch: Watch, context: LookContext): SubjectState => {
  const { at, numbers } = context;
  const { arm } = watch.candidate;
  return {
    ...state,
    watch,
    phase: 'commanded',
    quietUntil: at + numbers.cooldown,
    ordered: [...recently(state, at), at],
    episodes: new Map(state.episodes).set(arm, (state.episodes.get(arm) ?? 0) + 1),
  };
};

/** After a breach that rolls nothing back: quiet for the cool-down once somebody was told, or still until the next deployment once there is a pause. */
const warned = (state: SubjectState, watch: Watch, { at, numbers, rule }: LookContext): SubjectState =>
  rule.onBreach === 'pause'
    ? { ...state, watch, phase: 'commanded' }
    : { ...state, watch: { ...watch, recent: [] }, phase: 'cooldown', quietUntil: at + numbers.cooldown };

const breached = (state: SubjectState, watch: Watch, found: { readonly judgement: Judgement; readonly context: LookContext }): Outcome => {
  const { judgement, context } = found;
  const finding = { judgement, reason: judgement.reason };
  const { onBreach } = context.rule;
  if (onBreach !== undefined) return { state: warned(state, watch, context), finding: { ...finding, kind: onBreach } };
  if (watch.baseline === undefined) return { state: { ...state, watch, phase: 'commanded' }, finding: { ...finding, kind: 'notify' } };
  if (isSpent(state, context)) return { state: { ...state, watch, phase: 'paused' }, finding: { ...finding, kind: 'pause' } };
  return { state: ordered(state, watch, context), finding: { ...finding, kind: 'rollback' } };
};

/** A look that was inconclusive or in error: tolerated a few times in a row, then somebody is told, once. */
const unclear = (state: SubjectState, watch: Watch, found: { readonly judgement: Judgement; readonly tolerated: number }): Outcome => {
  const { judgement, tolerated } = found;
  const isError = judgement.verdict === 'error';
  const counted = isError ? { ...watch, errors: watch.errors + 1 } : { ...watch, unclear: watch.unclear + 1 };
  const inRow = isError ? counted.errors : counted.unclear;
  if (inRow < tolerated) return { state: { ...state, watch: counted, phase: restingPhase(watch) } };
  const next: SubjectState = { ...state, watch: counted, phase: isError ? 'error' : 'inconclusive' };
  return inRow > tolerated ? { state: next } : { state: next, finding: { kind: 'notify', judgement, reason: judgement.reason } };
};

const looked = (state: SubjectState, watch: Watch, context: LookContext): Outcome => {
  const judgement = judged(context);
  const { breach, tolerated } = context.numbers;
  const seen: Watch = { ...watch, looks: watch.looks + 1, lookedAt: watch.candidate.n };
  if (judgement.verdict === 'inconclusive' || judgement.verdict === 'error') return unclear(state, seen, { judgement, tolerated });
  const recent = [...watch.recent, judgement.verdict === 'failure'].slice(-breach.of);
  const clear: Watch = { ...seen, recent, unclear: 0, errors: 0 };
  if (recent.filter(Boolean).length >= breach.failures) return breached(state, clear, { judgement, context });
  return { state: { ...state, watch: clear, phase: restingPhase(clear) } };
};

/** For how much of the windows' time there has been a baseline but no candidate, ms. */
const silenceOf = ({ candidate, baseline, since }: Watch): number => (baseline?.until ?? since) - Math.max(candidate.until, since);

/** The candidate has been silent while its baseline was not: told once for each silence. */
const silent = (state: SubjectState, watch: Watch, { numbers }: LookContext): Outcome => {
  if (state.phase === 'noData') return { state };
  const judgement = nothing('inconclusive', `no feedback in its windows for ${Math.round(numbers.noData.after / minutes(1))} minutes`);
  const next: SubjectState = { ...state, phase: 'noData' };
  if (numbers.noData.mode === 'hold') return { state: next };
  if (numbers.noData.mode === 'notify') return { state: next, finding: { kind: 'notify', judgement, reason: judgement.reason } };
  const outcome = unclear(state, watch, { judgement, tolerated: numbers.tolerated });
  return { ...outcome, state: { ...outcome.state, phase: 'noData' } };
};

/** Whether nothing at all is to be judged until something else has happened. */
const isHeld = (state: SubjectState, context: LookContext): boolean =>
  state.phase === 'commanded' || (state.phase === 'paused' && isSpent(state, context));

/** Where a subject stands between two looks: where it stood, unless it was held up. */
const between = ({ phase }: SubjectState, watch: Watch): Phase =>
  phase === 'inconclusive' || phase === 'error' ? phase : restingPhase(watch);

/** One step of a watch that nothing holds. */
const watched = (state: SubjectState, watch: Watch, context: LookContext): Outcome => {
  const { at, numbers } = context;
  if (silenceOf(watch) > numbers.noData.after) return silent(state, watch, context);
  if (at < watch.since + numbers.warmup || !hasEnough(context))
    return { state: { ...state, phase: watch.looks === 0 ? 'warmup' : restingPhase(watch) } };
  if (watch.candidate.n < watch.lookedAt + numbers.lookEvery) return { state: { ...state, phase: between(state, watch) } };
  return looked(state, watch, context);
};

/**
 * What one revision of a window makes of its subject, and what has to be told. Judges only what is in its arguments.
 *
 * Nothing is judged while an order is open, in the cool-down, before the warm-up is over and both sides have their samples, while the
 * rollbacks of the day are spent, nor before the candidate has grown by `lookEvery` since the last look.
 */
export const afterWindow = (state: SubjectState, context: LookContext): Outcome => {
  const { watch } = state;
  if (watch === undefined || isHeld(state, context)) return { state };
  if (context.at < state.quietUntil) return { state: { ...state, phase: 'cooldown' } };
  return watched(state, watch, context);
};
