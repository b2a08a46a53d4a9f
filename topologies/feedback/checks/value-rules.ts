import type { FeedbackEvent, FeedbackType, PreferenceValue, RankingValue, ValueKind } from '../../../schemas/generated/feedback-event.ts';

/** The value kinds that each type of feedback allows. */
export const allowedKinds: Readonly<Record<FeedbackType, ReadonlyArray<ValueKind>>> = {
  UNKNOWN: [],
  EXPLICIT_CORRECTION: ['CORRECTION'],
  IMPLICIT_CLICK: ['IMPLICIT'],
  PREFERENCE_PAIR: ['PREFERENCE', 'RANKING'],
  RATING: ['NUMBER', 'BOOL'],
  LABEL: ['LABEL'],
  COMMENT: ['TEXT'],
  IMPLICIT: ['IMPLICIT'],
};

/** Which field each value kind stands in. */
const fieldOf: Readonly<Record<Exclude<ValueKind, 'UNKNOWN'>, (event: FeedbackEvent) => unknown>> = {
  BOOL: (event) => event.bool,
  NUMBER: (event) => event.number,
  LABEL: (event) => event.label,
  TEXT: (event) => event.text,
  CORRECTION: (event) => event.correction,
  PREFERENCE: (event) => event.preference,
  RANKING: (event) => event.ranking,
  IMPLICIT: (event) => event.implicit,
};

const fields = Object.values(fieldOf);

/** Whether exactly the value of the declared kind is set. */
export const hasItsKind = (event: FeedbackEvent): boolean => {
  if (event.value_kind === 'UNKNOWN' || fieldOf[event.value_kind](event) === null) return false;
  let set = 0;
  for (const read of fields) if (read(event) !== null) set += 1;
  return set === 1;
};

/** Whether the type of the feedback allows the kind of its value; a click must be one. */
export const allowsItsKind = ({ feedback_type, value_kind, implicit }: FeedbackEvent): boolean =>
  allowedKinds[feedback_type].includes(value_kind) && (feedback_type !== 'IMPLICIT_CLICK' || implicit?.signal === 'CLICK');

/** Whether a value that has to say something is empty. */
export const isEmpty = ({ correction, text, label }: FeedbackEvent): boolean =>
  correction?.content === '' || text?.content === '' || label?.v === '';

const longestText = 10_000;
const longestLabel = 256;

/** Whether a text is longer than 10,000 UTF-16 code units, or a label than 256. */
export const isTooLong = ({ correction, text, rationale, label }: FeedbackEvent): boolean => {
  const texts = [correction?.content, text?.content, rationale];
  return texts.some((each) => (each?.length ?? 0) > longestText) || (label?.v.length ?? 0) > longestLabel;
};

const preferenceIsCoherent = ({ chosen_id, rejected_ids }: PreferenceValue, target: string): boolean => {
  if (chosen_id === '' || rejected_ids.length === 0 || rejected_ids.includes(chosen_id) || rejected_ids.includes('')) return false;
  return chosen_id === target || rejected_ids.includes(target);
};

const rankingIsCoherent = ({ items }: RankingValue, target: string): boolean =>
  items.length >= 2 && !items.includes('') && new Set(items).size === items.length && items.includes(target);

/** Whether preferences and rankings name their target and contradict nothing. */
export const isCoherent = ({ preference, ranking, target }: FeedbackEvent): boolean => {
  if (preference !== null) return preferenceIsCoherent(preference, target.id);
  return ranking === null || rankingIsCoherent(ranking, target.id);
};
