import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mermaid } from '../../../pipeline/core/mermaid.ts';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import type { WindowAggregate } from '../../../schemas/generated/window-aggregate.ts';
import { feedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { tables } from '../../../topologies/feedback/tables.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { soundFeedback } from '../../fixtures/sound-feedback.ts';
import { inferenceOf } from './samples.ts';
import { after, feedbackRun, id, labelled, ofDigits, passTime, prediction } from './support/feedback-run.ts';

const hour = 3600;

/** The last revision of each row. */
const lastRows = async (driver: Driver): Promise<ReadonlyArray<WindowAggregate>> => {
  const rows = ofDigits(await driver.rows('quality-rows', tables.modelQuality));
  return [...new Map(rows.map((row) => [`${row.window_start}/${row.model_version}/${row.metric}`, row])).values()];
};

const deployed = (model_version: string, seconds: number, predecessor: string | null): ModelDeployment => ({
  tenant: soundFeedback.LABEL.tenant,
  event_id: id(model_version),
  schema_version: 1,
  traceparent: null,
  model_name: 'digits',
  model_version,
  status: 'DEPLOYED',
  predecessor,
  deployment: null,
  deployed_at: after(seconds),
});

describe('the feedback topology', () => {
  let driver: Driver;

  beforeEach(async () => {
    driver = await feedbackRun();
  });

  afterEach(() => driver.close());

  it('is drawn as it is declared', () => {
    const golden = new URL('feedback.mmd', import.meta.url);
    assert.equal(
      mermaid(feedback),
      readFileSync(golden, 'utf8'),
      'feedback.mmd differs: if the change is meant, write what mermaid gives there',
    );
  });

  it('makes a training example of a label, whichever comes first, the label or its inference', async () => {
    await driver.send(topics.inferenceLogged, prediction('first', 0));
    await driver.send(topics.feedbackReceived, labelled('first', '7', 60), labelled('second', '1', 61));
    await driver.send(topics.inferenceLogged, prediction('second', 30));
    const examples = await driver.values(topics.training.corrections);
    assert.deepEqual(
      examples.map(({ inference_id, agrees, attribution_status }) => [inference_id, agrees, attribution_status]),
      [
        [id('first'), true, 'MATCHED'],
        [id('second'), false, 'MATCHED'],
      ],
    );
    assert.equal((await driver.values(topics.feedbackAttributed)).length, 2);
    const outcomes = await driver.rows('outcome-rows', tables.feedbackOutcomes);
    assert.deepEqual(new Set(outcomes.map(({ topic }) => topic)), new Set(['training.corrections']));
  });

  it('sends each kind of feedback to its own topic, and what is in doubt to a person', async () => {
    for (const event of Object.values(soundFeedback)) {
      await driver.put(topics.inferenceLogged, inferenceOf(event));
      await driver.put(topics.feedbackReceived, event);
    }
    await driver.put(topics.feedbackReceived, {
      ...labelled('1', '7', 60),
      target: soundFeedback.LABEL.target,
      label: { v: '1', score: 0.1 },
    });
    await driver.run();
    const { corrections, preferences, ratings, implicit } = topics.training;
    const written = [
      await driver.values(corrections),
      await driver.values(preferences),
      await driver.values(ratings),
      await driver.values(implicit),
      await driver.values(topics.reviewTasks),
    ];
    assert.deepEqual(
      written.map(({ length }) => length),
      [2, 1, 1, 2, 2],
    );
    assert.deepEqual(await driver.rejects(), []);
  });

  it('drops a repeat, and refuses something else under the same id', async () => {
    const said = labelled('first', '7', 60);
    await driver.send(topics.inferenceLogged, prediction('first', 0));
    await driver.send(topics.feedbackReceived, said, said, { ...said, label: { v: '1', score: 0.9 } });
    assert.equal((await driver.values(topics.training.corrections)).length, 1);
    assert.deepEqual(
      (await driver.rejects()).map(({ node, rule }) => [node, rule]),
      [['dedupe', 'conflicting_duplicate']],
    );
  });

  it('refuses feedback that has waited for its inference with the bytes that it came with', async () => {
    const early = { ...labelled('early', '7', 60), model_version: 'of another' };
    await driver.send(topics.feedbackReceived, early);
    await driver.restart();
    await driver.send(topics.inferenceLogged, prediction('early', 0));
    const [refused, ...others] = await driver.rejects();
    assert.equal(others.length, 0);
    assert.equal(refused?.rule, 'version_mismatch');
    assert.deepEqual(refused.bytes?.subarray(5), feedbackEvent.encode(early));
  });

  it('measures versions by the minute of inference, over all inferences', async () => {
    await driver.put(topics.inferenceLogged, prediction('a', 1), prediction('b', 2), prediction('c', 3), prediction('d', 61));
    await driver.put(topics.feedbackReceived, labelled('a', '7', 10), labelled('b', '1', 70), labelled('d', '7', 70));
    await driver.put(topics.feedbackReceived, { ...labelled('b', '7', 80), feedback_id: id('another of b') });
    await driver.run();
    const rows = await lastRows(driver);
    const told = rows.map(({ window_start, metric, n, sum, inference_count }) => [window_start, metric, n, sum, inference_count]);
    assert.deepEqual(
      told.sort((a, b) => String(a).localeCompare(String(b))),
      [
        [after(0), 'accuracy', 3, 2, 3],
        [after(0), 'coverage', 2, 2, 3],
        [after(60), 'accuracy', 1, 1, 1],
        [after(60), 'coverage', 1, 1, 1],
      ],
    );
    assert.deepEqual(await driver.values(topics.modelQuality), await driver.rows('quality-rows', tables.modelQuality));
  });

  it('gives up feedback without an inference after 25 hours, and takes it back when the inference comes after all', async () => {
    await driver.send(topics.feedbackReceived, labelled('lost', '7', 60));
    await passTime(driver, 25 * hour + 59);
    assert.deepEqual(await driver.read(topics.feedbackOrphaned), []);
    await passTime(driver, 25 * hour + 62);
    const [orphan] = await driver.values(topics.feedbackOrphaned);
    assert.equal(orphan?.feedback_id, id('label of lost'));
    await driver.send(topics.inferenceLogged, prediction('lost', 0));
    const last = (await driver.read(topics.feedbackOrphaned)).at(-1);
    assert.equal(last?.value, undefined);
    assert.equal(last?.key, `demo|${id('label of lost')}|${id('lost')}`);
    const example = ofDigits(await driver.values(topics.training.corrections)).at(-1);
    assert.equal(example?.attribution_status, 'MATCHED_LATE');
    const outcomes = (await driver.rows('outcome-rows', tables.feedbackOutcomes)).filter(({ target_id }) => target_id === id('lost'));
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['ORPHANED', 'TRAINING'],
    );
  });

  it('tells where feedback ends last when it is given up and matched at once', async () => {
    await driver.put(topics.feedbackReceived, labelled('lost', '7', 60), labelled('clock', '7', 30 * hour));
    await driver.put(topics.inferenceLogged, prediction('clock', 30 * hour + 1), prediction('lost', 0));
    await driver.run();
    const outcomes = (await driver.rows('outcome-rows', tables.feedbackOutcomes)).filter(({ target_id }) => target_id === id('lost'));
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['ORPHANED', 'TRAINING'],
    );
  });

  it('corrects windows that have closed: rows and corrections add up to everything', async () => {
    await driver.send(topics.inferenceLogged, prediction('in time', 1));
    await driver.send(topics.feedbackReceived, labelled('in time', '7', 2));
    await passTime(driver, 25 * hour + 61);
    await driver.send(topics.feedbackReceived, labelled('too late', '1', 30));
    await driver.send(topics.inferenceLogged, prediction('too late', 2));
    const [accuracy, coverage, ...others] = (await lastRows(driver)).filter(({ window_start }) => window_start === after(0));
    assert.equal(others.length, 0);
    assert.ok(accuracy?.final === true && coverage?.final === true);
    const corrections = await driver.rows('quality-correction-rows', tables.modelQualityCorrections);
    const added = corrections.map(({ metric, n, sum, inference_count, reason }) => [metric, n, sum, inference_count, reason].join(' '));
    assert.deepEqual(added.sort(), ['accuracy 1 0 0 LATE_FEEDBACK', 'coverage 0 0 1 LATE_INFERENCE', 'coverage 1 1 0 LATE_FEEDBACK']);
    assert.ok(corrections.every(({ window_start }) => window_start === after(0)));
    assert.deepEqual(await driver.values(topics.modelQualityCorrections), corrections);
  });

  it('orders the way back from a version that is worse than its predecessor, once', async () => {
    const minutes = 14;
    const names = Array.from({ length: minutes * 40 }, (_, index) => index);
    const version = (index: number): string => (index % 2 === 0 ? 'digits-v1' : 'digits-v2');
    const answer = (index: number): FeedbackEvent => ({
      ...labelled(`p${String(index)}`, index % 2 === 1 && index % 3 === 0 ? '1' : '7', index * 1.5 + 1),
      submitter: { id_hash: `person ${String(index % 48)}`, kind: 'USER', role: null },
    });
    await driver.put(topics.modelDeployments, deployed('digits-v1', 0, null), deployed('digits-v2', 0, 'digits-v1'));
    await driver.put(
      topics.inferenceLogged,
      ...names.map((index) => prediction(`p${String(index)}`, index * 1.5, { model_version: version(index) })),
    );
    await driver.put(topics.feedbackReceived, ...names.map(answer));
    await driver.run();
    const commands = await driver.values(topics.modelCommands);
    assert.equal(commands.length, 1);
    const [command] = commands;
    assert.ok(command !== undefined);
    assert.deepEqual([command.from_version, command.to_version, command.kind], ['digits-v2', 'digits-v1', 'ROLLBACK']);
    const { candidate, baseline, inputs, fingerprint } = command.evidence;
    assert.ok(candidate.n >= 200 && candidate.n <= 250, String(candidate.n));
    assert.equal(baseline?.mean, 1);
    assert.deepEqual(inputs.map(({ topic }) => topic).sort(), ['feedback.received', 'inference.logged']);
    assert.match(fingerprint, /^[0-9a-f]{8,}$/);
    assert.deepEqual(await driver.rows('command-rows', tables.modelCommands), commands);
    await driver.restart();
    await passTime(driver, 3600);
    assert.equal((await driver.values(topics.modelCommands)).length, 1);
  });
});
