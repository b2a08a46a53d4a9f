import assert from 'node:assert/strict';
import { topologyFingerprint } from '../../../pipeline/core/describe.ts';
import { internalTopic } from '../../../pipeline/core/internal-topics.ts';
import type { LogRecord } from '../../../pipeline/core/ports/cluster.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { headerNames, headerOf, readCoordinates } from '../../../pipeline/runtime/headers.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart } from '../../fixtures/sound-feedback.ts';
import { labelled, prediction } from './support/feedback-run.ts';

const count = 6;
const entries: ReadonlyArray<string> = [topics.feedbackReceived.name, topics.inferenceLogged.name];

/** The text of the provenance of each record with a value. */
const provenances = (records: ReadonlyArray<LogRecord>): ReadonlyArray<string> =>
  records.filter(({ value }) => value !== null).map(({ headers }) => headerOf(headers, headerNames.provenance)?.toString() ?? 'none');

describe('where an output of the feedback topology comes from', () => {
  let processes: Processes;

  before(async function () {
    this.timeout(60_000);
    processes = await Processes.of(feedback, { partitions: 2, clock: new VirtualClock(fixtureStart / 1000 + hours(100)) });
    await processes.put(topics.referenceSignals, ...fixtureSignals);
    await processes.put(topics.referenceBlocklist, ...fixtureBlocks);
    for (let n = 0; n < count; n += 1) {
      await processes.put(topics.inferenceLogged, prediction(`p${n}`, n));
      await processes.put(topics.feedbackReceived, labelled(`p${n}`, '7', 60 + n));
    }
    await processes.start('0');
    await processes.advance(10_000);
  });

  after(() => processes.close());

  it('is named behind a join: the feedback that was attributed', async () => {
    const examples = provenances(await processes.records(topics.training.corrections.name));
    assert.equal(examples.length, count);
    assert.equal(new Set(examples).size, count);
    assert(examples.every((text) => readCoordinates(text)?.topic === topics.feedbackReceived.name));
  });

  it('is named in the repartition behind a window, and in the rows behind the next one: an entry of the topology, not the repartition', async () => {
    const parts = provenances(await processes.records(internalTopic(feedback.name, 'by-model', 'repartition')));
    const rows = provenances(await processes.records(internalTopic(feedback.name, 'quality-rows', 'delivery')));
    for (const texts of [parts, rows]) {
      assert(texts.length > 0);
      assert.deepEqual(
        texts.filter((text) => !entries.includes(readCoordinates(text)?.topic ?? '')),
        [],
      );
    }
  });

  it('goes with the fingerprint of the topology that has written it', async () => {
    const texts = provenances(await processes.records(topics.training.corrections.name));
    assert(texts.every((text) => text.endsWith(`:${topologyFingerprint(feedback)}`)));
  });

  it('is there to be read, in the log', async () => {
    for (const text of provenances(await processes.records(topics.training.corrections.name))) {
      const place = readCoordinates(text);
      const log = await processes.records(place?.topic ?? '');
      assert(log.some(({ partition, offset }) => partition === place?.partition && offset === place.offset));
    }
  });
});
