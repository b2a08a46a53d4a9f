import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { answeredFeedback } from './answered-feedback.ts';
import { banditAnswers } from './bandit-answers.ts';
import { commonStart, type Shift } from './common-start.ts';
import { deployments } from './deployment-record.ts';
import { digitsAnswers } from './digits-answers.ts';
import { fate } from './fate.ts';
import { impressionInference, predictionInference } from './inference-record.ts';
import { keyOf } from './key-of.ts';
import type { Draft, Message, Outcome } from './message.ts';
import { inOrder } from './in-order.ts';
import type { Plan } from './plan.ts';
import type { RealData } from './read-data.ts';
import { blocklist, segments, signals } from './reference-records.ts';
import { repeats } from './repeats.ts';
import { seededDraw } from './seeded-draw.ts';
import { spoiledFeedbackMessages, spoiledInferenceMessages } from './spoiled-messages.ts';
import { inferenceArrival } from './timing.ts';
import { unknownTargets } from './unknown-targets.ts';

/** What shapes a run. */
export interface GenerateOptions {
  readonly data: RealData;
  readonly seed: number;
  /** No noise: everybody answers, and everything arrives at once, in order and well formed. */
  readonly clean: boolean;
  /** The common start of both data sets, in µs since the epoch, UTC; a whole minute. */
  readonly start?: number;
}

/** Everything that is sent, in the order of sending, with the fate of each message in the same order. */
export interface Generated {
  readonly seed: number;
  readonly clean: boolean;
  readonly shifts: ReadonlyArray<Shift>;
  /** Begin of the data and start of the last inference, in µs. */
  readonly start: number;
  readonly end: number;
  readonly messages: ReadonlyArray<Message>;
  readonly outcomes: ReadonlyArray<Outcome>;
}

/** 2025-06-02T00:00:00Z: past for every clock that runs, so that no event time is ahead of the log. */
const defaultStart = 1_748_822_400_000_000;

const labelsOf = ({ digits }: RealData): ReadonlyArray<string> =>
  Array.from({ length: digits.reduce((most, { logits }) => Math.max(most, logits.length), 0) }, (_, label) => String(label));

const referenceDrafts = ({ bandit }: RealData, { labels, start }: Plan): ReadonlyArray<Draft> => {
  const arrival = { arrived_at: start, damage: null, raw: null, fate: fate.accepted };
  return [
    ...signals(labels, start).map((value) => ({
      ...arrival,
      topic: 'reference.signals' as const,
      key: keyOf(value.tenant, value.key),
      value,
    })),
    ...segments(bandit, start).map((value) => ({
      ...arrival,
      topic: 'reference.segments' as const,
      key: keyOf(value.tenant, value.submitter_id_hash),
      value,
    })),
    ...blocklist(start).map((value) => ({
      ...arrival,
      topic: 'reference.blocklist' as const,
      key: keyOf(value.tenant, value.submitter_id_hash),
      value,
    })),
  ];
};

const inferenceDrafts = (inferences: ReadonlyArray<InferenceLog>, plan: Plan): ReadonlyArray<Draft> => [
  ...deployments(inferences).map((value) => ({
    topic: 'model.deployments' as const,
    key: keyOf(value.tenant, value.model_name),
    arrived_at: value.deployed_at,
    damage: null,
    raw: null,
    value,
    fate: fate.accepted,
  })),
  ...inferences.map((value) => ({
    topic: 'inference.logged' as const,
    key: keyOf(value.tenant, value.inference_id),
    arrived_at: inferenceArrival(value, plan),
    damage: null,
    raw: null,
    value,
    fate: fate.accepted,
  })),
];

/**
 * Makes a run of both data sets: reference data, deployments, inference logs and feedback, with noise unless it is to be clean, and the fate
 * of every message. The same options give the same run, to the byte. The rules are in docs/data.md.
 */
export const generate = ({ data: original, seed, clean, start = defaultStart }: GenerateOptions): Generated => {
  const { data, shifts } = commonStart(original, start);
  const predicted = data.digits.map((row) => ({ row, inference: predictionInference(row) }));
  const shown = data.bandit.map((row) => ({ row, inference: impressionInference(row) }));
  const inferences = [...predicted, ...shown].map(({ inference }) => inference);
  const end = inferences.reduce((latest, { started }) => Math.max(latest, started), start);
  const plan: Plan = { draw: seededDraw(seed), seed, clean, labels: labelsOf(data), start, end };
  const answers = [...digitsAnswers(predicted, plan.draw), ...banditAnswers(shown, plan.draw)];
  const feedback = answeredFeedback(answers, plan);
  const noise = (): ReadonlyArray<Draft> => {
    const astray = unknownTargets(feedback, plan);
    return [
      ...astray,
      ...repeats([...feedback, ...astray], plan),
      ...spoiledFeedbackMessages(answers, plan),
      ...spoiledInferenceMessages(inferences, plan),
    ];
  };
  const drafts = [...referenceDrafts(data, plan), ...inferenceDrafts(inferences, plan), ...feedback, ...(clean ? [] : noise())];
  return { seed, clean, shifts, start, end, ...inOrder(drafts) };
};
