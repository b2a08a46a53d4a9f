import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { NewRecord } from '../../pipeline/core/ports/cluster.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Topic } from '../../pipeline/core/topic.ts';
import { fixtureBlocks, fixtureSignals } from '../../test/fixtures/sound-feedback.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { feedbackAt, inferenceAt } from '../support/feedback-input.ts';

const micros = 1_000;
/** Ratings and clicks in turn: of the kinds that the input has, those that become training examples. */
const idOf = (nth: number): number => 4 * Math.floor(nth / 2) + 2 * (nth % 2);

/** Makes the records of an exchange: an inference, and feedback that judges it and becomes a training example. */
export interface Exchange {
  /** What has to be known before: the signals that there are, and who is blocked. */
  readonly reference: ReadonlyArray<NewRecord>;
  /** `now`: ms. */
  inference(nth: number, now: number): NewRecord;
  feedback(nth: number, now: number): NewRecord;
}

const writerOf = async <T>(wire: Wire, topic: Topic<T>): Promise<(value: T) => NewRecord> => {
  const encode = await wire.encoder(topic.name, topic.type);
  const keyOf = keyReader(topic.key);
  return (value) => ({ topic: topic.name, key: Buffer.from(keyOf(value)), value: encode(value) });
};

/** Records of the feedback topology's inputs, with times of their own. */
export const openExchange = async (wire: Wire): Promise<Exchange> => {
  const signal = await writerOf(wire, topics.referenceSignals);
  const block = await writerOf(wire, topics.referenceBlocklist);
  const inference = await writerOf(wire, topics.inferenceLogged);
  const feedback = await writerOf(wire, topics.feedbackReceived);
  return {
    reference: [...fixtureSignals.map(signal), ...fixtureBlocks.map(block)],
    inference: (nth, now) => inference({ ...inferenceAt(nth), started: now * micros }),
    feedback: (nth, now) =>
      feedback({ ...feedbackAt(nth, idOf(nth), 0), model_version: null, event_time: now * micros, received_time: now * micros }),
  };
};
