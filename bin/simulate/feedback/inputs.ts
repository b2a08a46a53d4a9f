import { partitionOf } from '../../../pipeline/core/partition-of.ts';
import { type Message, message, rawMessage } from '../../../pipeline/testing/simulate/message.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { feedbackRecord } from '../../demo/generator/feedback-record.ts';
import { idNamespace, predictionInference, tenant } from '../../demo/generator/inference-record.ts';
import { keyOf } from '../../demo/generator/key-of.ts';
import { micros } from '../../demo/generator/micros.ts';
import { blocklist, signals } from '../../demo/generator/reference-records.ts';
import { type SeededDraw, seededDraw } from '../../demo/generator/seeded-draw.ts';
import { abusers } from '../../demo/generator/submitters.ts';
import { uuid5 } from '../../demo/generator/uuid5.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { answerOf, judged, labels, versionOf, versions } from './answers.ts';
import { hasSecondThoughts, laterThoughts, secondThoughts } from './second-thoughts.ts';

/** 2025-06-02T00:00:00Z, in µs. */
const start = 1_748_822_400_000_000;

/** How many inferences there are, and over how much event time, in µs: a version has enough of them to be rolled back. */
const inferences = 486;
const span = 8 * micros.minute;

/** How far a record may be behind others in the order of arrival, in positions. */
const disorder = 120;

/** The share of inferences that are not logged in time. */
const lost = 0.02;

interface Placed {
  readonly place: number;
  readonly message: Message;
}

const deployment = (index: number): ModelDeployment => ({
  tenant,
  event_id: uuid5(idNamespace, `simulated deployment ${index}`),
  schema_version: 1,
  traceparent: null,
  model_name: judged,
  model_version: versions[index] ?? '',
  status: 'DEPLOYED',
  predecessor: versions[index - 1] ?? null,
  deployment: null,
  deployed_at: start,
});

const inferenceAt = (name: string, started: number, index: number): InferenceLog =>
  predictionInference({
    inference_id: uuid5(idNamespace, `simulated ${name}`),
    model_name: judged,
    model_version: versionOf(index),
    at: started,
    pixels: [0, 4, 15, 16],
    logits: [-1, 3, -2, 14],
    predicted: 3,
    truth: 3,
  });

/** Feedback that is amended or retracted; undefined where everybody keeps to what they said. */
const wavering = (index: number, draw: SeededDraw, seed: number): FeedbackEvent | undefined => {
  if (!hasSecondThoughts({ index, draw })) return undefined;
  const started = start + Math.floor((index * span) / inferences);
  const inference = inferenceAt(`${seed}/${index}`, started, index);
  const answer = { ...answerOf('verdict', { inference, index, draw }), name: 'second' };
  const told = started + draw.between(`lag/second/${index}`, micros.second, 4 * micros.minute);
  return feedbackRecord(answer, { draw, seed, event_time: told, received_time: told });
};

const thoughts = (index: number, draw: SeededDraw, seed: number): ReadonlyArray<Placed> => {
  const original = wavering(index, draw, seed);
  if (original === undefined) return [];
  return secondThoughts(original, { index, draw }).map((event, nth) => ({
    place: index + draw.between(`place/second/${index}/${nth}`, 0, disorder),
    message: message(topics.feedbackReceived, event),
  }));
};

/** What is said of feedback a day later. */
const later = (draw: SeededDraw, seed: number): ReadonlyArray<Message> =>
  Array.from({ length: inferences }, (_, index) => index).flatMap((index) => {
    const original = wavering(index, draw, seed);
    return original === undefined ? [] : laterThoughts(original, { index, draw }).map((event) => message(topics.feedbackReceived, event));
  });

/** An inference with all that is said about it, each at its place in the order of arrival. */
const episode = (index: number, draw: SeededDraw, seed: number): ReadonlyArray<Placed> => {
  const started = start + Math.floor((index * span) / inferences);
  const inference = inferenceAt(`${seed}/${index}`, started, index);
  const isLost = draw.chance(`lost/${index}`, lost);
  const names = !isLost && draw.chance(`talk/${index}`, 0.12) ? ['verdict', 'other'] : ['verdict'];
  const said = names.map((name): Placed => {
    const answer = answerOf(name, { inference, index, draw });
    const told = started + draw.between(`lag/${name}/${index}`, micros.second, 4 * micros.minute);
    const value = feedbackRecord(answer, { draw, seed, event_time: told, received_time: told });
    const place = index + draw.between(`place/${name}/${index}`, 0, disorder);
    const mayRepeat = name === 'verdict' && index < inferences * 0.8 && !abusers.includes(value.submitter.id_hash ?? '');
    return { place, message: message(topics.feedbackReceived, value, { mayRepeat }) };
  });
  const logged = { place: index + draw.between(`logged/${index}`, 0, disorder), message: message(topics.inferenceLogged, inference) };
  return [...said, ...(isLost ? [] : [logged]), ...thoughts(index, draw, seed)];
};

/** Bytes that are no feedback: without the wire format's first byte, or cut off behind a header. */
const broken = (index: number): Message => {
  const bytes = index % 2 === 0 ? Buffer.from(`no avro ${index}`) : Buffer.from([0, 0, 0, 0, 1, 2, index]);
  return rawMessage(topics.feedbackReceived, Buffer.from(keyOf(tenant, `broken ${index}`)), bytes);
};

/** A name whose inference lies in this partition. */
const nameIn = (partition: number, partitions: number, name: string): string => {
  for (let nth = 0; ; nth += 1) {
    const tried = `${name}/${nth}`;
    const key = Buffer.from(keyOf(tenant, uuid5(idNamespace, `simulated ${tried}`)));
    if (partitionOf(key, partitions) === partition) return tried;
  }
};

/**
 * Moves the clock of every partition of both sides to so many hours after the start, by records that pass every check: a join gives up what it
 * holds when a record comes, and must have done so before the time is up of what waits for that.
 */
const clocks = (hours: number, partitions: number, draw: SeededDraw): ReadonlyArray<Message> =>
  Array.from({ length: partitions }, (_, partition) => {
    const at = start + hours * micros.hour;
    const inference = { ...inferenceAt(nameIn(partition, partitions, `clock ${hours}`), at, 0), model_name: 'clock' };
    const answer = { ...answerOf('verdict', { inference, index: 0, draw }), name: 'clock' };
    const value = feedbackRecord(answer, { draw, seed: hours, event_time: at, received_time: at });
    return [message(topics.inferenceLogged, inference), message(topics.feedbackReceived, value)];
  }).flat();

const reference = (): ReadonlyArray<Message> => [
  ...signals(labels, start).map((signal) => message(topics.referenceSignals, signal)),
  ...blocklist(start).map((block) => message(topics.referenceBlocklist, block)),
];

/** Inferences that come after their feedback has been given up. */
const late = (draw: SeededDraw, seed: number): ReadonlyArray<Message> =>
  Array.from({ length: inferences }, (_, index) => index)
    .filter((index) => draw.chance(`lost/${index}`, lost) && draw.chance(`found/${index}`, 0.5))
    .map((index) =>
      message(topics.inferenceLogged, inferenceAt(`${seed}/${index}`, start + Math.floor((index * span) / inferences), index)),
    );

/**
 * What a seed sends into the feedback topology: over a thousand records of two versions, one of them worse, out of order by minutes, some
 * broken, some refused, some about inferences that are logged too late or never, some amended and retracted, and at the end what lets every window close.
 */
export const inputs = (seed: number, partitions: number): ReadonlyArray<Message> => {
  const draw = seededDraw(seed);
  const episodes = Array.from({ length: inferences }, (_, index) => episode(index, draw, seed)).flat();
  const noise = Array.from({ length: 8 }, (_, index): Placed => ({ place: index * 60, message: broken(index) }));
  const placed = [...episodes, ...noise].sort((a, b) => a.place - b.place).map((each) => each.message);
  return [
    ...reference(),
    message(topics.modelDeployments, deployment(0)),
    message(topics.modelDeployments, deployment(1)),
    ...placed,
    ...clocks(30, partitions, draw),
    ...later(draw, seed),
    ...late(draw, seed),
    ...clocks(60, partitions, draw),
    ...clocks(61, partitions, draw),
    ...clocks(120, partitions, draw),
  ];
};
