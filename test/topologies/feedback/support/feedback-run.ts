import type { Driver } from '../../../../pipeline/testing/drive/driver.ts';
import { drive, type DriveOptions } from '../../../../pipeline/testing/drive.ts';
import { hours } from '../../../../pipeline/core/time.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../../schemas/generated/inference-log.ts';
import { derivedId } from '../../../../topologies/feedback/derived-id.ts';
import { feedback } from '../../../../topologies/feedback/topology.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { inferenceOf } from '../samples.ts';

const namespace = '9c1f3f0a-1b7e-4c55-8d53-1c2d3e4f5a6b';

/** An id that a test can name. */
export const id = (name: string): string => derivedId(namespace, name);

/** A time of the tests in µs: so many seconds after the fixtures' start. */
export const after = (seconds: number): number => fixtureStart + seconds * 1_000_000;

/** A prediction of a seven by a version, `seconds` after the start. */
export const prediction = (name: string, seconds: number, more: Partial<InferenceLog> = {}): InferenceLog => ({
  ...inferenceOf(soundFeedback.LABEL),
  inference_id: id(name),
  event_id: id(`event of ${name}`),
  started: after(seconds),
  ...more,
});

/** Somebody calls the predicted seven a `label`, so many seconds after the start. */
export const labelled = (name: string, label: string, seconds: number): FeedbackEvent => ({
  ...soundFeedback.LABEL,
  feedback_id: id(`label of ${name}`),
  event_id: id(`event of label of ${name}`),
  target: { kind: 'INFERENCE', id: id(name), candidate_index: null },
  model_version: null,
  label: { v: label, score: 0.9 },
  event_time: after(seconds),
  received_time: after(seconds),
});

/** The shipped topology in memory, with the fixtures' reference data in place. */
export const feedbackRun = async (options: DriveOptions = {}): Promise<Driver> => {
  const driver = await drive(feedback, { start: fixtureStart / 1000 + hours(100), ...options });
  await driver.put(topics.referenceSignals, ...fixtureSignals);
  await driver.put(topics.referenceBlocklist, ...fixtureBlocks);
  await driver.run();
  return driver;
};

/** Moves the clock of every source partition to so many seconds after the start, by records of a model that no test looks at. */
export const passTime = async (driver: Driver, seconds: number, partitions = 1): Promise<void> => {
  const names = Array.from({ length: partitions * 8 }, (_, index) => `clock ${String(seconds)}/${String(index)}`);
  await driver.put(topics.inferenceLogged, ...names.map((name) => prediction(name, seconds, { model_name: 'clock' })));
  await driver.put(topics.feedbackReceived, ...names.map((name) => labelled(name, '7', seconds)));
  await driver.run();
};

/** Only what is not about the model that moves the clock. */
export const ofDigits = <T extends { readonly model_name: string | null }>(values: ReadonlyArray<T>): ReadonlyArray<T> =>
  values.filter(({ model_name }) => model_name !== 'clock');
