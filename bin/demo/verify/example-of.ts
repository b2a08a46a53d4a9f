import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { Candidate } from '../../../schemas/generated/inference-log.ts';
import type { ReviewReason, ReviewTask } from '../../../schemas/generated/review-task.ts';
import type { TrainingCorrection } from '../../../schemas/generated/training-correction.ts';
import type { TrainingPreference } from '../../../schemas/generated/training-preference.ts';
import { uuid5 } from '../generator/uuid5.ts';
import type { Judged } from './judge.ts';
import type { Examples } from './result.ts';

/** A topic that examples go to. */
export type ExampleTopic = keyof Examples;

/** A record that is made of one feedback. */
export type Example = { readonly [T in ExampleTopic]: { readonly topic: T; readonly record: Examples[T][string] } }[ExampleTopic];

/** What the reference data says about one feedback. */
export interface Told {
  readonly segment: string | null;
  /** The rating between 0 and 1; null if it is none. */
  readonly score: number | null;
}

/** The candidate of an inference that was used. */
export const chosenOf = ({ inference }: Judged): Candidate | undefined => inference.candidates[inference.chosen ?? 0];

/** Its output, unless it is too long to be kept. */
export const outputOf = (judged: Judged): string | null => {
  const output = chosenOf(judged)?.output ?? null;
  return output !== null && output.length > 1000 ? null : output;
};

const missing = (what: string): Error => new Error(`Feedback that passed every check has no ${what}.`);

type Common = Omit<TrainingCorrection, 'expected' | 'agrees' | 'label_score' | 'edit_distance'>;

const derivedId = (topic: ExampleTopic, { feedback_id, tenant, target }: FeedbackEvent): string =>
  uuid5(feedback_id, `${topic}/${tenant}/${target.id}`);

const common = (topic: ExampleTopic, judged: Judged, told: Told): Common => {
  const { event, inference } = judged;
  return {
    tenant: event.tenant,
    event_id: derivedId(topic, event),
    schema_version: 1,
    traceparent: event.traceparent,
    feedback_id: event.feedback_id,
    inference_id: inference.inference_id,
    model_name: inference.model_name,
    model_version: inference.model_version,
    operation: inference.operation,
    key: event.key,
    source: event.source,
    submitter_id_hash: event.submitter.id_hash,
    segment: told.segment,
    attribution_status: 'MATCHED',
    weight: 1,
    lag_us: event.event_time - inference.started,
    event_time: event.event_time,
    inference_started: inference.started,
    output: outputOf(judged),
    rationale: event.rationale,
    logits: chosenOf(judged)?.logits ?? null,
    embedding: inference.embedding,
    attributions: inference.attributions,
  };
};

const priorities = { COMMENT: 0.3, TIE: 0.5, UNSURE: 0.8 } as const;

const doubt = ({ feedback_type, preference, label }: FeedbackEvent): Exclude<ReviewReason, 'UNKNOWN'> | undefined => {
  if (feedback_type === 'COMMENT') return 'COMMENT';
  if (preference?.tie === true) return 'TIE';
  return (label?.score ?? 1) < 0.5 ? 'UNSURE' : undefined;
};

const proposal = ({ text, preference, label }: FeedbackEvent, reason: keyof typeof priorities): string | null =>
  ({ COMMENT: text?.content, TIE: preference?.chosen_id, UNSURE: label?.v })[reason] ?? null;

const review = (judged: Judged, told: Told, reason: keyof typeof priorities): Example => {
  const topic = 'review.tasks';
  const { event, inference } = judged;
  const record: ReviewTask = {
    tenant: event.tenant,
    event_id: derivedId(topic, event),
    schema_version: 1,
    traceparent: event.traceparent,
    feedback_id: event.feedback_id,
    inference_id: inference.inference_id,
    model_name: inference.model_name,
    model_version: inference.model_version,
    reason,
    priority: priorities[reason],
    feedback_type: event.feedback_type,
    key: event.key,
    proposed: proposal(event, reason),
    output: outputOf(judged),
    submitter_id_hash: event.submitter.id_hash,
    segment: told.segment,
    logits: chosenOf(judged)?.logits ?? null,
    event_time: event.event_time,
  };
  return { topic, record };
};

const answers = ({ correction: value, label }: FeedbackEvent): Pick<TrainingCorrection, 'expected' | 'label_score' | 'edit_distance'> => {
  if (value !== null) return { expected: value.content, label_score: null, edit_distance: value.edit_distance };
  if (label !== null) return { expected: label.v, label_score: label.score, edit_distance: null };
  throw missing('correction or label');
};

const correction = (judged: Judged, told: Told): Example => {
  const topic = 'training.corrections';
  const answer = answers(judged.event);
  return { topic, record: { ...common(topic, judged, told), ...answer, agrees: outputOf(judged) === answer.expected } };
};

const choices = ({ preference: value, ranking }: FeedbackEvent): Pick<TrainingPreference, 'chosen_id' | 'rejected_ids' | 'strength'> => {
  if (value !== null) return { chosen_id: value.chosen_id, rejected_ids: value.rejected_ids, strength: value.strength };
  const [chosen_id, ...rejected_ids] = ranking?.items ?? [];
  if (chosen_id === undefined) throw missing('preference or ranking');
  return { chosen_id, rejected_ids, strength: null };
};

const preference = (judged: Judged, told: Told): Example => {
  const topic = 'training.preferences';
  const choice = choices(judged.event);
  return {
    topic,
    record: { ...common(topic, judged, told), ...choice, target_chosen: choice.chosen_id === judged.inference.inference_id },
  };
};

const rating = (judged: Judged, told: Told): Example => {
  const topic = 'training.ratings';
  const raw = judged.event.number?.v ?? Number(judged.event.bool?.v);
  if (told.score === null) throw missing('score');
  return { topic, record: { ...common(topic, judged, told), raw, score: told.score } };
};

const implicit = (judged: Judged, told: Told): Example => {
  const topic = 'training.implicit';
  const value = judged.event.implicit;
  const candidate = chosenOf(judged);
  if (value === null || candidate === undefined) throw missing('implicit value');
  const { position, propensity } = candidate;
  const done = { signal: value.signal, reward: value.v, dwell_ms: value.dwell_ms, position, propensity };
  return { topic, record: { ...withoutRationale(common(topic, judged, told)), ...done } };
};

const withoutRationale = <T extends { readonly rationale: unknown }>({ rationale: _, ...rest }: T): Omit<T, 'rationale'> => rest;

/** The one record that is made of feedback which passed every check: a review task when it is in doubt, else a training example. */
export const exampleOf = (judged: Judged, told: Told): Example => {
  const reason = doubt(judged.event);
  if (reason !== undefined) return review(judged, told, reason);
  const { feedback_type } = judged.event;
  if (feedback_type === 'EXPLICIT_CORRECTION' || feedback_type === 'LABEL') return correction(judged, told);
  if (feedback_type === 'PREFERENCE_PAIR') return preference(judged, told);
  return feedback_type === 'RATING' ? rating(judged, told) : implicit(judged, told);
};
