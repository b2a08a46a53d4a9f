import type { FeedbackEvent, FeedbackType } from '../../../schemas/generated/feedback-event.ts';
import { abusers } from './submitters.ts';

/** One way to make a sound feedback event one that a named rule refuses. */
export interface FeedbackSpoil {
  readonly node: 'validate' | 'verify';
  readonly code: string;
  /** The type of sound feedback that it starts from. */
  readonly from: FeedbackType;
  /** How much more often than once it occurs among the generated messages. */
  readonly often: number;
  readonly spoil: (sound: FeedbackEvent) => FeedbackEvent;
}

type Change = (sound: FeedbackEvent) => Partial<FeedbackEvent>;
type Row = readonly [code: string, from: FeedbackType, often: number, change: Change];

const text = (length: number): string => 'spam '.repeat(Math.ceil(length / 5)).slice(0, length);

const asLabel: Change = () => ({
  feedback_type: 'LABEL',
  key: 'label',
  value_kind: 'LABEL',
  implicit: null,
  label: { v: '0', score: null },
});

const stars =
  (v: number): Change =>
  () => ({ key: 'stars', value_kind: 'NUMBER', bool: null, number: { v, min: null, max: null } });

/** What `validate` refuses, in the order of its checks. */
const refusedByValidate: ReadonlyArray<Row> = [
  ['missing_tenant', 'RATING', 1, () => ({ tenant: '' })],
  ['bad_feedback_id', 'RATING', 1, () => ({ feedback_id: 'feedback-42' })],
  ['missing_target', 'LABEL', 1, ({ target }) => ({ target: { ...target, id: '' } })],
  ['target_kind_unsupported', 'RATING', 1, ({ target }) => ({ target: { ...target, kind: 'SESSION' } })],
  ['op_unsupported', 'LABEL', 1, () => ({ op: 'UNKNOWN' })],
  ['op_unsupported', 'RATING', 1, () => ({ op: 'UNKNOWN' })],
  ['unknown_feedback_type', 'RATING', 1, () => ({ feedback_type: 'UNKNOWN' })],
  ['value_kind_mismatch', 'LABEL', 1, () => ({ label: null })],
  ['value_kind_mismatch', 'RATING', 1, () => ({ text: { content: 'and a word about it' } })],
  ['value_kind_mismatch', 'LABEL', 1, () => ({ value_kind: 'UNKNOWN' })],
  ['unknown_implicit_signal', 'IMPLICIT', 1, () => ({ implicit: { signal: 'UNKNOWN', v: 1, dwell_ms: null } })],
  ['kind_not_allowed', 'LABEL', 1, () => ({ feedback_type: 'RATING' })],
  ['kind_not_allowed', 'IMPLICIT', 1, () => ({ feedback_type: 'IMPLICIT_CLICK' })],
  ['undeclared_signal', 'RATING', 2, () => ({ key: 'karma' })],
  ['undeclared_signal', 'LABEL', 1, () => ({ key: 'thumbs' })],
  ['empty_value', 'EXPLICIT_CORRECTION', 1, () => ({ correction: { content: '', edit_distance: null } })],
  ['empty_value', 'COMMENT', 1, () => ({ text: { content: '' } })],
  ['text_too_long', 'COMMENT', 1, () => ({ text: { content: text(10_001) } })],
  ['text_too_long', 'LABEL', 1, () => ({ rationale: text(20_000) })],
  ['text_too_long', 'LABEL', 1, () => ({ label: { v: text(257), score: null } })],
  ['label_not_allowed', 'LABEL', 1, () => ({ label: { v: 'twelve', score: null } })],
  ['label_not_allowed', 'EXPLICIT_CORRECTION', 1, () => ({ correction: { content: '7 ', edit_distance: null } })],
  ['value_out_of_range', 'RATING', 1, stars(6)],
  ['value_out_of_range', 'RATING', 1, stars(0.999)],
  ['value_out_of_range', 'IMPLICIT', 3, () => ({ implicit: { signal: 'ABANDON', v: 1e9, dwell_ms: null } })],
  ['value_out_of_range', 'IMPLICIT', 1, () => ({ implicit: { signal: 'ABANDON', v: 0, dwell_ms: -1 } })],
  ['value_out_of_range', 'LABEL', 1, ({ label }) => ({ label: label && { ...label, score: 1.0000001 } })],
  [
    'preference_incoherent',
    'PREFERENCE_PAIR',
    1,
    ({ preference }) => ({ preference: preference && { ...preference, rejected_ids: [preference.chosen_id] } }),
  ],
  ['preference_incoherent', 'PREFERENCE_PAIR', 1, ({ preference }) => ({ preference: preference && { ...preference, rejected_ids: [] } })],
  ['blocked_submitter', 'IMPLICIT_CLICK', 6, ({ submitter }) => ({ submitter: { ...submitter, id_hash: abusers[0] ?? null } })],
  ['blocked_submitter', 'IMPLICIT', 3, ({ submitter }) => ({ submitter: { ...submitter, id_hash: abusers[1] ?? null } })],
  ['blocked_submitter', 'LABEL', 1, ({ submitter }) => ({ submitter: { ...submitter, id_hash: abusers[2] ?? null } })],
];

/** What `verify` refuses once the inference is known. */
const refusedByVerify: ReadonlyArray<Row> = [
  ['version_mismatch', 'LABEL', 3, () => ({ model_version: 'digits-v0' })],
  ['version_mismatch', 'IMPLICIT_CLICK', 1, () => ({ model_version: '' })],
  ['value_does_not_fit_task', 'IMPLICIT', 1, asLabel],
];

const rows = (node: FeedbackSpoil['node'], table: ReadonlyArray<Row>): ReadonlyArray<FeedbackSpoil> =>
  table.map(([code, from, often, change]) => ({ node, code, from, often, spoil: (sound) => ({ ...sound, ...change(sound) }) }));

/** A way to break each rule of `validate` and `verify` in docs/rules.md, some rules in several ways. */
export const feedbackSpoils: ReadonlyArray<FeedbackSpoil> = [...rows('validate', refusedByValidate), ...rows('verify', refusedByVerify)];
