import assert from 'node:assert/strict';
import { hours } from '../../../pipeline/core/time.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../pipeline/core/ports/meter.ts';
import { compareReplay } from '../../../pipeline/runtime/replay/compare-replay.ts';
import { runReplay } from '../../../pipeline/runtime/replay/run-replay.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart } from '../../fixtures/sound-feedback.ts';
import { labelled, prediction } from './support/feedback-run.ts';

const numbers = Array.from({ length: 60 }, (_, index) => index);

/** One of many minutes: most are logged, most are answered, some answers say nothing. */
const minute = async (processes: Processes, index: number): Promise<void> => {
  const name = `p${String(index)}`;
  if (index % 10 !== 9) await processes.put(topics.inferenceLogged, prediction(name, index * 60));
  if (index % 7 !== 6) await processes.put(topics.feedbackReceived, labelled(name, String(index % 8), index * 60 + (index % 30)));
  if (index % 5 === 0) await processes.put(topics.feedbackReceived, { ...labelled(name, '99', index * 60), label: null });
};

/** Moves all clocks to so many hours after the start. */
const passHours = async (processes: Processes, hour: number): Promise<void> => {
  for (const n of numbers.slice(0, 24)) {
    const name = `clock ${String(hour)} ${String(n)}`;
    await processes.put(topics.inferenceLogged, prediction(name, hour * 3600));
    await processes.put(topics.feedbackReceived, labelled(name, '7', hour * 3600));
  }
  await processes.advance(5_000);
};

/** Two processes, the second of which comes later: an hour of predictions and answers, then days that close all windows. */
const ran = async (): Promise<Processes> => {
  const clock = new VirtualClock(fixtureStart / 1000 + hours(100));
  const processes = await Processes.of(feedback, { partitions: 3, clock });
  await processes.put(topics.referenceSignals, ...fixtureSignals);
  await processes.put(topics.referenceBlocklist, ...fixtureBlocks);
  await processes.start('0');
  for (const index of numbers) {
    await minute(processes, index);
    if (index === 20) await processes.start('1');
    if (index % 9 === 0) await processes.advance(500);
  }
  await passHours(processes, 50);
  await passHours(processes, 100);
  for (const slot of processes.slots) await processes.stop(slot);
  return processes;
};

describe('a replay of the feedback topology', () => {
  it('makes the same examples, orphans, outcomes, rejects and final windows as the processes that ran', async function () {
    this.timeout(60_000);
    const { cluster, wire, clock } = await ran();
    const makeStore: Parameters<typeof runReplay>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const ports = { cluster, wire, clock, meter: noMeter, log: noLog, makeStore };
    const replayed = await clock.until(runReplay(feedback, ports, { id: 'again', range: {} }));
    const comparisons = await clock.until(compareReplay(feedback, ports, { replayed }));
    const counts = new Map(comparisons.map((comparison) => [comparison.topic, comparison]));
    for (const comparison of comparisons) {
      const { different, onlyHere, onlyThere } = comparison;
      assert.equal(different + onlyHere + onlyThere, 0, JSON.stringify(comparison));
    }
    for (const topic of ['training.corrections', 'feedback.orphaned', 'feedback.attributed', 'feedback.dead-letter', 'model.quality'])
      assert.ok((counts.get(topic)?.same ?? 0) > 4, `${topic}: ${JSON.stringify(counts.get(topic))}`);
  });
});
