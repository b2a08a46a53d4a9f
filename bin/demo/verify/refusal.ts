import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';

/** What feedback is checked against: signals by tenant and key, blocked submitters by tenant and hash, both joined with `|`. */
export interface Reference {
  readonly signals: ReadonlyMap<string, ReferenceSignal>;
  readonly blocked: ReadonlySet<string>;
}

type IsWrong = (event: FeedbackEvent, signal: ReferenceSignal | undefined) => boolean;

const kinds: Readonly<Record<string, ReadonlyArray<string>>> = {
  EXPLICIT_CORRECTION: ['CORRECTION'],
  IMPLICIT_CLICK: ['IMPLICIT'],
  PREFERENCE_PAIR: ['PREFERENCE', 'RANKING'],
  RATING: ['NUMBER', 'BOOL'],
  LABEL: ['LABEL'],
  COMMENT: ['TEXT'],
  IMPLICIT: ['IMPLICIT'],
};

const kindsSet = (event: FeedbackEvent): string =>
  Object.entries({
    BOOL: event.bool,
    NUMBER: event.number,
    LABEL: event.label,
    TEXT: event.text,
    CORRECTION: event.correction,
    PREFERENCE: event.preference,
    RANKING: event.ranking,
    IMPLICIT: event.implicit,
  })
    .filter(([, value]) => value !== null)
    .map(([kind]) => kind)
    .join();

const isOutside = (value: number | null | undefined, min: number, max: number): boolean =>
  value !== null && value !== undefined && !(Number.isFinite(value) && value >= min && value <= max);

const isOffScale: IsWrong = ({ number, implicit }, signal) => {
  const min = signal?.min ?? -Infinity;
  const max = signal?.max ?? Infinity;
  return isOutside(number?.v, min, max) || isOutside(implicit?.v, min, max);
};

const isNoShare: IsWrong = ({ label, preference }) => isOutside(label?.score, 0, 1) || isOutside(preference?.strength, 0, 1);

const isNegativeDwell: IsWrong = ({ implicit }) => (implicit?.dwell_ms ?? 0) < 0;

const isNotAllowed: IsWrong = ({ label, correction }, signal) => {
  const told = label?.v ?? correction?.content;
  return told !== undefined && signal !== undefined && signal.labels.length > 0 && !signal.labels.includes(told);
};

const isIncoherentPreference: IsWrong = ({ preference, target }) => {
  if (preference === null) return false;
  const { chosen_id, rejected_ids } = preference;
  const names = [chosen_id, ...rejected_ids];
  return names.includes('') || rejected_ids.length === 0 || rejected_ids.includes(chosen_id) || !names.includes(target.id);
};

const isIncoherentRanking: IsWrong = ({ ranking, target }) => {
  if (ranking === null) return false;
  const { items } = ranking;
  return items.length < 2 || items.includes('') || new Set(items).size < items.length || !items.includes(target.id);
};

const isTooLong: IsWrong = (event) =>
  [event.correction?.content, event.text?.content, event.rationale].some((text) => (text ?? '').length > 10_000) ||
  (event.label?.v ?? '').length > 256;

const isKindForbidden: IsWrong = ({ feedback_type, value_kind, implicit }) =>
  kinds[feedback_type]?.includes(value_kind) !== true || (feedback_type === 'IMPLICIT_CLICK' && implicit?.signal !== 'CLICK');

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The rows of docs/rules.md for `validate`, in their order: those that every record must meet. */
const checks: ReadonlyArray<readonly [code: string, isWrong: IsWrong]> = [
  ['missing_tenant', ({ tenant }) => tenant === ''],
  ['bad_feedback_id', ({ feedback_id }) => !uuid.test(feedback_id)],
  ['missing_target', ({ target }) => target.id === ''],
  ['target_kind_unsupported', ({ target }) => target.kind !== 'INFERENCE'],
  ['op_unsupported', ({ op }) => op === 'UNKNOWN'],
];

/** The rows that follow, which a retraction need not meet: it says nothing. */
const contentChecks: typeof checks = [
  ['unknown_feedback_type', ({ feedback_type }) => feedback_type === 'UNKNOWN'],
  ['value_kind_mismatch', (event) => kindsSet(event) !== event.value_kind],
  ['unknown_implicit_signal', ({ implicit }) => implicit?.signal === 'UNKNOWN'],
  ['kind_not_allowed', isKindForbidden],
  ['undeclared_signal', ({ value_kind }, signal) => signal?.value_kind !== value_kind],
  ['empty_value', ({ correction, text, label }) => [correction?.content, text?.content, label?.v].includes('')],
  ['text_too_long', isTooLong],
  ['label_not_allowed', isNotAllowed],
  ['value_out_of_range', (...given) => [isOffScale, isNoShare, isNegativeDwell].some((isWrong) => isWrong(...given))],
  ['preference_incoherent', (event, signal) => isIncoherentPreference(event, signal) || isIncoherentRanking(event, signal)],
];

/** The code under which `validate` refuses an event, or undefined if it takes it. */
export const refusal = (event: FeedbackEvent, { signals, blocked }: Reference): string | undefined => {
  const signal = signals.get(`${event.tenant}|${event.key}`);
  const asked = event.op === 'RETRACT' ? checks : [...checks, ...contentChecks];
  const found = asked.find(([, isWrong]) => isWrong(event, signal));
  if (found !== undefined) return found[0];
  return event.op !== 'RETRACT' && blocked.has(`${event.tenant}|${event.submitter.id_hash}`) ? 'blocked_submitter' : undefined;
};
