import type { BaselineChoice, LifecycleEvent, PolicyNumbers } from './policy.ts';
import type { Side, SubjectState, Watch } from './state.ts';

/** What an event is judged with. */
export interface LifecycleContext {
  readonly numbers: PolicyNumbers;
  /** Whether a version without anything to compare it with is watched, too. */
  readonly needsBaseline: boolean;
  /** Whether a promotion does not end the watch, as for a rule that finds drift. */
  readonly watchesOn: boolean;
  /** What is known already of an arm in windows that end after `since`. */
  known(arm: string, since: number): Side;
}

const closed = (state: SubjectState, changes: Partial<SubjectState>): SubjectState => ({
  ...state,
  phase: 'idle',
  watch: undefined,
  ...changes,
});

/** The order was carried out: a new cool-down begins. */
const rolledBack = (state: SubjectState, event: LifecycleEvent, cooldown: number): SubjectState =>
  closed(state, { phase: 'cooldown', quietUntil: Math.max(state.quietUntil, event.at + cooldown), stable: state.watch?.baseline?.arm });

const chosenBaseline = (state: SubjectState, event: LifecycleEvent, choice: BaselineChoice): string | undefined => {
  if (choice === 'named') return event.baseline;
  if (choice === 'previous') return event.baseline ?? state.stable;
  return 'pinned' in choice ? choice.pinned : state.aliases.get(choice.alias);
};

const baselineOf = (state: SubjectState, event: LifecycleEvent, { baseline }: PolicyNumbers): string | undefined => {
  const chosen = chosenBaseline(state, event, baseline);
  return chosen === event.arm ? undefined : chosen;
};

const watching = (event: LifecycleEvent, baseline: string | undefined, context: LifecycleContext): Watch => ({
  candidate: context.known(event.arm, event.at),
  baseline: baseline === undefined ? undefined : context.known(baseline, event.at),
  since: event.at,
  looks: 0,
  lookedAt: 0,
  recent: [],
  unclear: 0,
  errors: 0,
});

const isStale = ({ watch }: SubjectState, event: LifecycleEvent): boolean =>
  watch !== undefined &&
  (event.at < watch.since || (event.kind === 'deployed' && event.at === watch.since && event.arm === watch.candidate.arm));

const isReturn = ({ phase, watch }: SubjectState, event: LifecycleEvent): boolean => {
  if (phase !== 'commanded' || watch === undefined) return false;
  return event.kind === 'retired' ? event.arm === watch.candidate.arm : event.arm === watch.baseline?.arm;
};

const deployed = (state: SubjectState, event: LifecycleEvent, context: LifecycleContext): SubjectState => {
  const baseline = baselineOf(state, event, context.numbers);
  if (baseline === undefined && context.needsBaseline) return closed(state, { stable: event.arm });
  return { ...state, phase: 'warmup', stable: event.arm, watch: watching(event, baseline, context) };
};

const retired = (state: SubjectState, { arm }: LifecycleEvent): SubjectState => {
  const { watch } = state;
  if (watch?.candidate.arm === arm) return closed(state, { stable: watch.baseline?.arm });
  const stable = state.stable === arm ? undefined : state.stable;
  return watch?.baseline?.arm === arm ? closed(state, { stable }) : { ...state, stable };
};

const promoted = (state: SubjectState, { arm }: LifecycleEvent, { watchesOn }: LifecycleContext): SubjectState => {
  if (state.watch !== undefined && (watchesOn || state.watch.candidate.arm !== arm)) return { ...state, stable: arm };
  return closed(state, { stable: arm });
};

/** The subject once the event's alias, if it has one, points to its version. */
const pointed = (state: SubjectState, { alias, arm }: LifecycleEvent): SubjectState =>
  alias === undefined ? state : { ...state, aliases: new Map(state.aliases).set(alias, arm) };

const next = (state: SubjectState, event: LifecycleEvent, context: LifecycleContext): SubjectState => {
  if (isReturn(state, event)) return rolledBack(state, event, context.numbers.cooldown);
  if (event.kind === 'deployed') return deployed(state, event, context);
  return event.kind === 'retired' ? retired(state, event) : promoted(state, event, context);
};

/**
 * What an event makes of a subject.
 *
 * - `deployed` begins to watch the version, from that moment on and with fresh numbers, against the version that it replaces.
 * - `promoted` ends the watch of that version: it is what later ones are compared with.
 * - `retired` ends the watch of that version, and of one that would be rolled back to it.
 * - An alias that an event carries points to its version from then on; what is watched already keeps its baseline.
 * - After a command, the candidate's retirement, or the baseline being deployed or promoted, tells that it was carried out.
 *
 * An event from before the deployment that is watched, and the same deployment again, change nothing.
 */
export const afterEvent = (state: SubjectState, event: LifecycleEvent, context: LifecycleContext): SubjectState =>
  isStale(state, event) ? state : pointed(next(state, event, context), event);
