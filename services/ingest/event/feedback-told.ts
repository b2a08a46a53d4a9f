import type { FeedbackEvent, FeedbackSource } from '../../../schemas/generated/feedback-event.ts';
import type { AnyFeedbackBody, FeedbackBody, FeedbackForm } from '../payload/feedback-schema.ts';

type Values = Pick<FeedbackEvent, 'bool' | 'number' | 'label' | 'text' | 'correction' | 'preference' | 'ranking' | 'implicit'>;

/** What the value of a body says, in the terms of the log. */
export interface Told {
  readonly feedback_type: FeedbackEvent['feedback_type'];
  readonly value_kind: FeedbackEvent['value_kind'];
  /** The signal that the form stands for where the client names none. */
  readonly key: string;
  readonly source: FeedbackSource;
  readonly values: Partial<Values>;
}

const said = 'END_USER';
const seen = 'IMPLICIT';

/** The judged inference, under whichever name. */
export const targetOf = ({ inference_id, inference_request_id }: AnyFeedbackBody): string => inference_id ?? inference_request_id ?? '';

const valueOf = <V>(body: { readonly feedback_value?: V; readonly value?: V }): V | undefined => body.feedback_value ?? body.value;

const correction = (body: FeedbackBody['correction']): Told => {
  const value = valueOf(body) ?? '';
  const { corrected_text, edit_distance = null } = typeof value === 'string' ? { corrected_text: value } : value;
  const values = { correction: { content: corrected_text, edit_distance } };
  return { feedback_type: 'EXPLICIT_CORRECTION', value_kind: 'CORRECTION', key: 'correction', source: said, values };
};

const label = (body: FeedbackBody['label']): Told => {
  const value = valueOf(body) ?? '';
  const { label: v, score = null } = typeof value === 'string' ? { label: value } : value;
  return { feedback_type: 'LABEL', value_kind: 'LABEL', key: 'label', source: said, values: { label: { v, score } } };
};

const rating = (body: FeedbackBody['rating']): Told => {
  const value = valueOf(body) ?? body.rating ?? 0;
  const told = { feedback_type: 'RATING', source: said } as const;
  if (typeof value === 'boolean') return { ...told, value_kind: 'BOOL', key: 'thumbs', values: { bool: { v: value } } };
  const { score, min = null, max = null } = typeof value === 'number' ? { score: value } : value;
  return { ...told, value_kind: 'NUMBER', key: 'stars', values: { number: { v: score, min, max } } };
};

/** An output that is preferred to nothing in particular is preferred to the one that is judged. */
const preference = (body: FeedbackBody['preference']): Told => {
  const { preferred_output_id: chosen_id = '', rejected_output_ids, strength = null, tie = false, ranking } = valueOf(body) ?? {};
  const told = { feedback_type: 'PREFERENCE_PAIR', source: said } as const;
  if (ranking !== undefined) return { ...told, value_kind: 'RANKING', key: 'ranking', values: { ranking: { items: ranking } } };
  const rejected_ids = rejected_output_ids ?? [targetOf(body)];
  return { ...told, value_kind: 'PREFERENCE', key: 'preference', values: { preference: { chosen_id, rejected_ids, strength, tie } } };
};

const click = (body: FeedbackBody['click']): Told => {
  const value = valueOf(body) ?? 1;
  const { value: v = 1, dwell_ms = null } = typeof value === 'number' ? { value } : value;
  const values = { implicit: { signal: 'CLICK', v, dwell_ms } } as const;
  return { feedback_type: 'IMPLICIT_CLICK', value_kind: 'IMPLICIT', key: 'click', source: seen, values };
};

const signals = {
  click: 'CLICK',
  copy: 'COPY',
  accept: 'ACCEPT',
  regenerate: 'REGENERATE',
  edit: 'EDIT',
  dwell: 'DWELL',
  abandon: 'ABANDON',
  conversion: 'CONVERSION',
} as const;

/** That an impression was not clicked is told under the signal of clicks. */
const implicit = (body: FeedbackBody['implicit']): Told => {
  const { signal, value: v = null, dwell_ms = null } = valueOf(body) ?? { signal: 'click' };
  const key = signal === 'abandon' ? 'click' : signal;
  return {
    feedback_type: 'IMPLICIT',
    value_kind: 'IMPLICIT',
    key,
    source: seen,
    values: { implicit: { signal: signals[signal], v, dwell_ms } },
  };
};

const comment = (body: FeedbackBody['comment']): Told => {
  const value = valueOf(body) ?? '';
  const content = typeof value === 'string' ? value : value.text;
  return { feedback_type: 'COMMENT', value_kind: 'TEXT', key: 'comment', source: said, values: { text: { content } } };
};

/** What is taken back says nothing of its own. */
const retraction = (): Told => ({ feedback_type: 'UNKNOWN', value_kind: 'UNKNOWN', key: '', source: said, values: {} });

/** How the value of each form is read. */
export const toldBy: { readonly [F in FeedbackForm]: (body: FeedbackBody[F]) => Told } = {
  correction,
  label,
  rating,
  preference,
  click,
  implicit,
  comment,
  retraction,
};
