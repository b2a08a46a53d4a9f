import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Answer } from './answer.ts';
import { micros } from './micros.ts';
import type { Prediction } from './read-digits.ts';
import type { SeededDraw } from './seeded-draw.ts';
import { annotator, annotators } from './submitters.ts';

/** A prediction and the record that was made of it. */
export interface Predicted {
  readonly row: Prediction;
  readonly inference: InferenceLog;
}

type Told = Omit<Answer, 'inference' | 'source' | 'submitter' | 'rationale'> & { readonly rationale?: string };

const told = ({ inference }: Predicted, draw: SeededDraw, fields: Told): Answer => ({
  rationale: null,
  ...fields,
  inference,
  source: 'HUMAN',
  submitter: annotator(draw.pick(`annotator/${fields.name}/${inference.inference_id}`, annotators)),
});

const lag = ({ inference }: Predicted, draw: SeededDraw, name: string): ((low: number, high: number) => number) => {
  return (low, high) => draw.spread(`lag/${name}/${inference.inference_id}`, low, high);
};

/** The distance between the two highest class scores: how clear the case was to the model. */
const margin = (logits: ReadonlyArray<number>): number => {
  const [first = 0, second = 0] = [...logits].sort((a, b) => b - a);
  return first - second;
};

const correction = (predicted: Predicted, draw: SeededDraw): Answer => {
  const truth = String(predicted.row.truth);
  const explained = draw.chance(`explained/${predicted.row.inference_id}`, 0.03) ? { rationale: `the strokes read as ${truth}` } : {};
  return told(predicted, draw, {
    name: 'correction',
    feedback_type: 'EXPLICIT_CORRECTION',
    key: 'correction',
    value_kind: 'CORRECTION',
    values: { correction: { content: truth, edit_distance: null } },
    lag: lag(predicted, draw, 'correction')(10 * micros.second, 4 * micros.hour),
    share: 0.85,
    destination: { training: 'training.corrections' },
    ...explained,
  });
};

const label = (predicted: Predicted, draw: SeededDraw): Answer => {
  const unsure = margin(predicted.row.logits) < 1;
  return told(predicted, draw, {
    name: 'label',
    feedback_type: 'LABEL',
    key: 'label',
    value_kind: 'LABEL',
    values: { label: { v: String(predicted.row.truth), score: unsure ? 0.4 : 0.9 } },
    lag: lag(predicted, draw, 'label')(5 * micros.second, micros.hour),
    share: 0.75,
    destination: unsure ? { review: 'UNSURE' } : { training: 'training.corrections' },
  });
};

const stars = (predicted: Predicted, draw: SeededDraw): Answer => {
  const { inference_id, predicted: output, truth } = predicted.row;
  const high = draw.chance(`high/${inference_id}`, 0.5) ? 1 : 0;
  return told(predicted, draw, {
    name: 'stars',
    feedback_type: 'RATING',
    key: 'stars',
    value_kind: 'NUMBER',
    values: { number: { v: (output === truth ? 4 : 1) + high, min: 1, max: 5 } },
    lag: lag(predicted, draw, 'stars')(micros.minute, 30 * micros.minute),
    share: 0.9,
    destination: { training: 'training.ratings' },
  });
};

const comment = (predicted: Predicted, draw: SeededDraw): Answer =>
  told(predicted, draw, {
    name: 'comment',
    feedback_type: 'COMMENT',
    key: 'comment',
    value_kind: 'TEXT',
    values: { text: { content: `Read as ${predicted.row.predicted}, but nobody here would read it so.` } },
    lag: lag(predicted, draw, 'comment')(micros.minute, 2 * micros.hour),
    share: 1,
    destination: { review: 'COMMENT' },
  });

const preferenceOf = (earlier: Prediction, later: Prediction): NonNullable<FeedbackEvent['preference']> => {
  const better = later.predicted === later.truth ? later : earlier;
  const other = better === later ? earlier : later;
  return {
    chosen_id: better.inference_id,
    rejected_ids: [other.inference_id],
    strength: null,
    tie: better.predicted !== better.truth,
  };
};

const preference = (predicted: Predicted, earlier: Prediction, draw: SeededDraw): Answer => {
  const value = preferenceOf(earlier, predicted.row);
  return told(predicted, draw, {
    name: 'preference',
    feedback_type: 'PREFERENCE_PAIR',
    key: 'preference',
    value_kind: 'PREFERENCE',
    values: { preference: value },
    lag: lag(predicted, draw, 'preference')(micros.minute, micros.hour),
    share: 0.6,
    destination: value.tie ? { review: 'TIE' } : { training: 'training.preferences' },
  });
};

/** Finds for each prediction, in order of time, the latest earlier one of the same image by another version that says something else. */
const disagreements = (): ((row: Prediction) => Prediction | undefined) => {
  const byImage = new Map<string, ReadonlyArray<Prediction>>();
  return (row) => {
    const image = JSON.stringify([row.model_name, row.pixels]);
    const earlier = byImage.get(image) ?? [];
    byImage.set(image, [...earlier, row]);
    const other = earlier.findLast(({ model_version }) => model_version !== row.model_version);
    return other?.predicted === row.predicted ? undefined : other;
  };
};

/**
 * What people have to say about predictions that are given in order of time: the true class about each, and more about some. The rules
 * are in docs/data.md.
 */
export const digitsAnswers = (predictions: ReadonlyArray<Predicted>, draw: SeededDraw): ReadonlyArray<Answer> => {
  const disagreeing = disagreements();
  return predictions.flatMap((predicted) => {
    const { row } = predicted;
    const right = row.predicted === row.truth;
    const earlier = disagreeing(row);
    return [
      right ? label(predicted, draw) : correction(predicted, draw),
      ...(draw.chance(`stars/${row.inference_id}`, 0.2) ? [stars(predicted, draw)] : []),
      ...(!right && draw.chance(`comment/${row.inference_id}`, 0.04) ? [comment(predicted, draw)] : []),
      ...(earlier === undefined ? [] : [preference(predicted, earlier, draw)]),
    ];
  });
};
