import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { tables } from '../../../topologies/feedback/tables.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { feedbackRun, labelled, ofDigits, passTime, prediction } from './support/feedback-run.ts';

type Message = { readonly kind: 'inference'; readonly value: InferenceLog } | { readonly kind: 'feedback'; readonly value: FeedbackEvent };

const numbers = Array.from({ length: 40 }, (_, index) => index);

/** Two versions over 40 minutes; every tenth answer has no inference, every seventh inference no answer. */
const messages: ReadonlyArray<Message> = numbers.flatMap((index): ReadonlyArray<Message> => {
  const version = index % 3 === 0 ? 'digits-v2' : 'digits-v1';
  const logged: Message = { kind: 'inference', value: prediction(`p${String(index)}`, index * 60, { model_version: version }) };
  const told: Message = { kind: 'feedback', value: labelled(`p${String(index)}`, String(index % 8), index * 60 + ((index * 37) % 600)) };
  if (index % 10 === 9) return [told];
  return index % 7 === 6 ? [logged] : [logged, told];
});

/** All that is final: what the windows hold with their corrections, the examples and the orphans, in an order of its own. */
const finalsOf = async (driver: Driver): Promise<ReadonlyArray<string>> => {
  const rows = ofDigits(await driver.rows('quality-rows', tables.modelQuality));
  const last = new Map(
    rows.map((row) => [`${row.model_version} ${row.metric} ${row.window_start}`, `${row.n} ${row.sum} of ${row.inference_count}`]),
  );
  const corrections = ofDigits(await driver.rows('quality-correction-rows', tables.modelQualityCorrections));
  const examples = ofDigits(await driver.values(topics.training.corrections));
  const orphans = await driver.values(topics.feedbackOrphaned);
  return [
    ...[...last].map(([key, value]) => `${key}: ${value}`),
    ...corrections.map(({ event_id }) => `correction ${event_id}`),
    ...examples.map(({ event_id, agrees }) => `example ${event_id} ${agrees}`),
    ...orphans.map(({ event_id }) => `orphan ${event_id}`),
  ].sort();
};

interface Way {
  readonly order: ReadonlyArray<Message>;
  readonly partitions: number;
  readonly processes: number;
  /** After how many messages everything is stopped and started anew. */
  readonly restartAt: number;
}

const send = (driver: Driver, message: Message): Promise<void> =>
  message.kind === 'inference' ? driver.put(topics.inferenceLogged, message.value) : driver.put(topics.feedbackReceived, message.value);

const run = async ({ order, partitions, processes, restartAt }: Way): Promise<ReadonlyArray<string>> => {
  const driver = await feedbackRun({ partitions, processes });
  try {
    for (const [index, message] of order.entries()) {
      await send(driver, message);
      if (index % 16 === 15) await driver.run();
      if (index === restartAt) await driver.restart();
    }
    await passTime(driver, 30 * 3600, partitions);
    await passTime(driver, 60 * 3600, partitions);
    return await finalsOf(driver);
  } finally {
    await driver.close();
  }
};

describe('the results of the feedback topology', () => {
  it('are the same in any order within lateness, on any number of partitions and processes, over a restart', async function () {
    this.timeout(60_000);
    const expected = await run({ order: messages, partitions: 1, processes: 1, restartAt: -1 });
    assert.ok(expected.length > 100);
    const way = fc.record<Way>({
      order: fc.shuffledSubarray([...messages], { minLength: messages.length }),
      partitions: fc.constantFrom(1, 3),
      processes: fc.constantFrom(1, 2),
      restartAt: fc.nat(messages.length),
    });
    await fc.assert(
      fc.asyncProperty(way, async (chosen) => {
        assert.deepEqual(await run(chosen), expected);
      }),
      { numRuns: 6 },
    );
  });
});
