import { recentWindows, subjectAt, windowAt, windowKey } from './book.ts';
import type { Decision } from './decision.ts';
import { decisionId } from './decision-id.ts';
import { evidenceOf } from './evidence.ts';
import { afterWindow, type Finding, type LookContext } from './look.ts';
import type { DecisionPolicy, PolicyNumbers, WindowReading } from './policy.ts';
import type { Rule } from './rule.ts';
import { sideOf, withWindow } from './side.ts';
import type { DecideState, SubjectState, Watch, WindowState } from './state.ts';
import type { Store } from '../../pipeline/core/ports/store.ts';

/** The parts of a policy that a look needs. */
export type Judge = Pick<DecisionPolicy<never, never, unknown, never>, 'name' | 'version' | 'metric' | 'better' | 'mode'> & {
  readonly rule: Rule;
};

/** What a window's revision is considered with. It reads the store and writes nothing. */
export interface Desk {
  readonly policy: Judge;
  readonly numbers: PolicyNumbers;
  readonly states: Pick<Store<DecideState>, 'get'>;
}

/** One revision of a window, with the subject's key text and the stream time (ms since the epoch). */
export interface Occasion<W> {
  readonly subject: string;
  readonly reading: WindowReading;
  readonly at: number;
  readonly window: W;
}

/** What is to be remembered after a revision, and the decision, if there is one. */
export interface Considered<W> {
  readonly window: WindowState;
  readonly state: SubjectState;
  readonly decision?: Decision<W>;
}

const windowState = (reading: WindowReading): WindowState => ({
  kind: 'window',
  n: reading.n,
  sum: reading.sum,
  sumSq: reading.sumSq,
  arm: reading.arm,
  start: reading.start,
  end: reading.end,
  revision: reading.revision,
  submitters: reading.submitters,
  assigned: reading.assigned ?? 0,
  inputs: reading.inputs,
});

const updated = (watch: Watch, before: WindowState | undefined, after: WindowState): Watch => {
  if (after.end <= watch.since) return watch;
  if (after.arm === watch.candidate.arm) return { ...watch, candidate: withWindow(watch.candidate, before, after) };
  const { baseline } = watch;
  return after.arm === baseline?.arm ? { ...watch, baseline: withWindow(baseline, before, after) } : watch;
};

/** The sides over the policy's span; the window that is just being revised is not in the store yet. */
const spanned = (watch: Watch, desk: Desk, occasion: Occasion<unknown>): Pick<LookContext, 'candidate' | 'baseline' | 'series'> => {
  const { span } = desk.numbers;
  if (span === 'sinceDeployed') return watch;
  const window = windowState(occasion.reading);
  const own = windowKey(occasion.subject, window.arm, window.start);
  const states = { get: (key: string) => (key === own ? window : desk.states.get(key)) };
  const end = Math.max(watch.candidate.until, watch.baseline?.until ?? watch.since);
  const range = { end, size: window.end - window.start, count: span.lastWindows, since: watch.since };
  const recent = (arm: string): ReadonlyArray<WindowState> => recentWindows(states, occasion.subject, { ...range, arm });
  const series = recent(watch.candidate.arm);
  const against = watch.baseline?.arm;
  const baseline = against === undefined ? undefined : sideOf(against, recent(against));
  return { candidate: sideOf(watch.candidate.arm, series), baseline, series };
};

const idOf = (
  kind: Finding['kind'],
  state: SubjectState,
  of: { readonly policy: string; readonly subject: string; readonly arm: string },
): string => {
  const { policy, subject, arm } = of;
  const episode = state.episodes.get(arm) ?? 0;
  if (kind !== 'rollback') return decisionId(policy, subject, arm, kind, String(state.watch?.since), String(state.watch?.looks));
  return episode <= 1 ? decisionId(policy, subject, arm) : decisionId(policy, subject, arm, String(episode));
};

const decided = <W>(
  finding: Finding,
  context: LookContext,
  of: { readonly desk: Desk; readonly state: SubjectState; readonly occasion: Occasion<W> },
): Decision<W> => {
  const { desk, state, occasion } = of;
  const { name, version, mode, metric } = desk.policy;
  const { subject, at, window } = occasion;
  const from = context.candidate.arm;
  return {
    id: idOf(finding.kind, state, { policy: name, subject, arm: from }),
    kind: finding.kind,
    mode,
    policy: { name, version },
    subject,
    from,
    to: context.baseline?.arm,
    at,
    reason: `${metric} of ${from}${context.baseline === undefined ? '' : ` against ${context.baseline.arm}`}: ${finding.reason}`,
    evidence: evidenceOf(finding, context, { metric, look: state.watch?.looks ?? 0 }),
    window,
  };
};

/** Whether a window says nothing: without observations, and without inferences that anybody counts. */
const isEmpty = ({ n, assigned = 0 }: WindowReading, { sampleRatio }: PolicyNumbers): boolean =>
  n === 0 && (sampleRatio === 'off' || assigned === 0);

/**
 * What a revision of a window makes of its subject: the revision takes the place of the one before it in the sums that are judged, then
 * there may be a look. `undefined` if there is nothing to remember: the revision is older than the one that is known, or is empty and new.
 */
export const considered = <W>(desk: Desk, occasion: Occasion<W>): Considered<W> | undefined => {
  const { subject, reading, at } = occasion;
  const before = windowAt(desk.states, windowKey(subject, reading.arm, reading.start));
  if (before === undefined ? isEmpty(reading, desk.numbers) : reading.revision <= before.revision) return undefined;
  const window = windowState(reading);
  const known = subjectAt(desk.states, subject);
  if (known.watch === undefined) return { window, state: known };
  const watch = updated(known.watch, before, window);
  const { numbers } = desk;
  const { rule, better } = desk.policy;
  const context: LookContext = { numbers, rule, better, at, ...spanned(watch, desk, occasion) };
  const { state, finding } = afterWindow({ ...known, watch }, context);
  return finding === undefined ? { window, state } : { window, state, decision: decided(finding, context, { desk, state, occasion }) };
};
