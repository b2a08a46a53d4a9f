import assert from 'node:assert/strict';
import type { Driver } from '../../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import type { WindowAggregate } from '../../../../schemas/generated/window-aggregate.ts';
import { tables } from '../../../../topologies/feedback/tables.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { after, feedbackRun, id, labelled, ofDigits, passTime, prediction } from '../support/feedback-run.ts';

const hour = 3600;

const original = labelled('p', '7', 60);
const key = `demo|${id('p')}|${original.feedback_id}`;

const amendment = (label: string, seconds: number, more: Partial<FeedbackEvent> = {}): FeedbackEvent => ({
  ...original,
  op: 'AMEND',
  event_id: id(`amendment at ${seconds}`),
  label: { v: label, score: 0.9 },
  event_time: after(seconds),
  ...more,
});

const retraction: FeedbackEvent = {
  ...original,
  op: 'RETRACT',
  event_id: id('retraction'),
  feedback_type: 'UNKNOWN',
  key: '',
  value_kind: 'UNKNOWN',
  label: null,
  event_time: after(90),
};

const comment = amendment('', 80, {
  feedback_type: 'COMMENT',
  key: 'comment',
  value_kind: 'TEXT',
  label: null,
  text: { content: 'neither' },
});

/** What a topic holds under each key, in the end. */
const held = async (driver: Driver, topic: Parameters<Driver['read']>[0]): Promise<ReadonlyMap<string, unknown>> => {
  const last = new Map<string, unknown>();
  for (const { key: at, value } of await driver.read(topic)) {
    if (value === undefined) last.delete(at);
    else last.set(at, value);
  }
  return last;
};

const accuracy = async (driver: Driver): Promise<WindowAggregate | undefined> =>
  ofDigits(await driver.rows('quality-rows', tables.modelQuality))
    .filter(({ metric, window_start }) => metric === 'accuracy' && window_start === after(0))
    .at(-1);

const coverage = async (driver: Driver): Promise<WindowAggregate | undefined> =>
  ofDigits(await driver.rows('quality-rows', tables.modelQuality))
    .filter(({ metric, window_start }) => metric === 'coverage' && window_start === after(0))
    .at(-1);

const outcomes = async (driver: Driver): Promise<ReadonlyArray<string>> =>
  (await driver.rows('outcome-rows', tables.feedbackOutcomes))
    .filter(({ target_id }) => target_id === id('p'))
    .map(({ outcome, topic }) => `${outcome} ${topic}`);

describe('feedback that is amended or retracted', () => {
  let driver: Driver;

  const send = (...events: ReadonlyArray<FeedbackEvent>): Promise<void> => driver.send(topics.feedbackReceived, ...events);

  beforeEach(async () => {
    driver = await feedbackRun();
    await driver.send(topics.inferenceLogged, prediction('p', 0));
  });

  afterEach(() => driver.close());

  it('has one example under its key, and counts with its new value alone', async () => {
    await send(original, amendment('1', 70));
    const written = await driver.read(topics.training.corrections);
    assert.deepEqual(
      written.map(({ key: at, value }) => [at, value?.expected]),
      [
        [key, '7'],
        [key, '1'],
      ],
    );
    assert.equal(new Set(written.map(({ value }) => value?.event_id)).size, 1);
    const row = await accuracy(driver);
    assert.deepEqual([row?.n, row?.sum, row?.label_counts, row?.retracted], [1, 0, { '1': 1 }, 1]);
    assert.deepEqual((await coverage(driver))?.n, 1);
    assert.deepEqual(
      (await driver.values(topics.feedbackAttributed)).map(({ feedback: { op, event_time } }) => [op, event_time]),
      [
        ['CREATE', after(60)],
        ['AMEND', after(70)],
      ],
    );
  });

  it('is nowhere after a retraction, but in its outcome and its history', async () => {
    await send(original);
    await driver.restart();
    await send(retraction);
    assert.equal((await driver.read(topics.training.corrections)).at(-1)?.value, undefined);
    assert.equal((await held(driver, topics.training.corrections)).size, 0);
    assert.deepEqual([(await accuracy(driver))?.n, (await accuracy(driver))?.min, (await coverage(driver))?.n], [0, null, 0]);
    assert.deepEqual(await outcomes(driver), ['TRAINING training.corrections', 'RETRACTED ']);
    const last = (await driver.values(topics.feedbackAttributed)).at(-1);
    assert.deepEqual([last?.feedback.op, last?.feedback.label?.v], ['RETRACT', '7']);
    await send(original, amendment('1', 200), retraction);
    assert.equal((await held(driver, topics.training.corrections)).size, 0);
    assert.deepEqual(await driver.rejects(), []);
  });

  it('moves to another topic with its kind: a tombstone in the old one, a record in the new', async () => {
    await send(original, comment);
    assert.equal((await held(driver, topics.training.corrections)).size, 0);
    assert.deepEqual([...(await held(driver, topics.reviewTasks)).keys()], [key]);
    assert.equal((await accuracy(driver))?.n, 0);
    assert.equal((await coverage(driver))?.n, 1);
    await send(amendment('1', 100));
    assert.equal((await held(driver, topics.reviewTasks)).size, 0);
    assert.deepEqual([...(await held(driver, topics.training.corrections)).keys()], [key]);
    assert.deepEqual(await outcomes(driver), ['TRAINING training.corrections', 'REVIEW review.tasks', 'TRAINING training.corrections']);
  });

  it('is the same if its amendment or retraction comes first, or before the inference', async () => {
    const early = labelled('q', '7', 60);
    const changed = { ...amendment('1', 70), feedback_id: early.feedback_id, target: early.target };
    await send(changed, early, { ...changed, label: { v: '2', score: 0.9 }, event_time: after(65) });
    await send(retraction);
    await send(amendment('1', 70));
    await send(original);
    await driver.send(topics.inferenceLogged, prediction('q', 0));
    const examples = [...(await held(driver, topics.training.corrections)).values()];
    assert.equal(examples.length, 1);
    assert.equal((await driver.values(topics.training.corrections)).at(-1)?.expected, '1');
    const row = await accuracy(driver);
    assert.deepEqual([row?.n, row?.sum, row?.retracted], [1, 0, 0]);
    assert.deepEqual(await outcomes(driver), ['RETRACTED ']);
    assert.deepEqual(await driver.rejects(), []);
  });

  it('must fit its inference when it is amended, or stays as it was', async () => {
    const claimed = amendment('1', 70, { model_version: 'of another' });
    const unfit = amendment('', 80, {
      feedback_type: 'IMPLICIT',
      key: 'click',
      value_kind: 'IMPLICIT',
      label: null,
      implicit: { signal: 'CLICK', v: 1, dwell_ms: null },
    });
    await send(original, claimed, unfit);
    assert.deepEqual(
      (await driver.rejects()).map(({ node, rule }) => [node, rule]),
      [
        ['revise', 'version_mismatch'],
        ['revise', 'value_does_not_fit_task'],
      ],
    );
    assert.equal((await driver.values(topics.training.corrections)).at(-1)?.expected, '7');
  });

  it('counts an inference as judged while any feedback of it is current', async () => {
    const other = { ...labelled('p', '7', 61), feedback_id: id('another'), event_id: id('another event') };
    await send(original, other, retraction);
    assert.equal((await coverage(driver))?.n, 1);
    await send({ ...retraction, feedback_id: other.feedback_id });
    assert.equal((await coverage(driver))?.n, 0);
    await send({ ...labelled('p', '7', 62), feedback_id: id('a third') });
    assert.equal((await coverage(driver))?.n, 1);
  });

  it('corrects a window that has closed by what was there before and what is now', async () => {
    await driver.send(topics.feedbackReceived, original);
    await passTime(driver, 26 * hour);
    await send(amendment('1', 26 * hour));
    await send({ ...retraction, event_time: after(26 * hour) });
    assert.deepEqual([(await accuracy(driver))?.n, (await accuracy(driver))?.sum, (await accuracy(driver))?.final], [1, 1, true]);
    const corrections = await driver.rows('quality-correction-rows', tables.modelQualityCorrections);
    assert.deepEqual(
      corrections.map(({ metric, n, sum, sum_sq, reason }) => [metric, n, sum, sum_sq, reason].join(' ')),
      ['accuracy -1 -1 -1 AMENDED', 'accuracy 1 0 0 AMENDED', 'accuracy -1 0 0 RETRACTED', 'coverage -1 -1 -1 RETRACTED'],
    );
    assert.equal(new Set(corrections.map(({ event_id }) => event_id)).size, corrections.length);
  });

  it('takes an orphan back, so that the late inference brings nothing', async () => {
    const lost = labelled('lost', '7', 60);
    await send(lost);
    await passTime(driver, 26 * hour);
    assert.equal((await held(driver, topics.feedbackOrphaned)).size, 1);
    await send({ ...retraction, feedback_id: lost.feedback_id, target: lost.target, event_time: after(26 * hour) });
    assert.equal((await held(driver, topics.feedbackOrphaned)).size, 0);
    await passTime(driver, 400 * hour);
    await driver.send(topics.inferenceLogged, prediction('lost', 0));
    const examples = [...(await held(driver, topics.training.corrections)).keys()];
    assert.ok(!examples.includes(`demo|${id('lost')}|${lost.feedback_id}`));
    const rows = (await driver.rows('outcome-rows', tables.feedbackOutcomes)).filter(({ target_id }) => target_id === id('lost'));
    assert.deepEqual(
      rows.map(({ outcome }) => outcome),
      ['ORPHANED', 'RETRACTED'],
    );
  });

  it('amends an orphan once its inference comes', async () => {
    const lost = labelled('lost', '7', 60);
    await send(lost);
    await passTime(driver, 26 * hour);
    await send({ ...amendment('1', 26 * hour), feedback_id: lost.feedback_id, target: lost.target });
    await passTime(driver, 300 * hour);
    await driver.send(topics.inferenceLogged, prediction('lost', 0));
    assert.equal((await held(driver, topics.feedbackOrphaned)).size, 0);
    const [example, ...more] = (await driver.values(topics.training.corrections)).filter(({ inference_id }) => inference_id === id('lost'));
    assert.deepEqual(more, []);
    assert.deepEqual([example?.expected, example?.attribution_status], ['1', 'MATCHED_LATE']);
  });

  it('can be amended for 50 hours after it was given, and is then unknown', async () => {
    await send(original);
    await passTime(driver, 49 * hour);
    await send(amendment('1', 49 * hour));
    assert.equal((await driver.values(topics.training.corrections)).filter(({ inference_id }) => inference_id === id('p')).length, 2);
    await passTime(driver, 100 * hour);
    await send(amendment('2', 100 * hour));
    await passTime(driver, 151 * hour);
    assert.deepEqual(
      (await driver.rejects()).map(({ node, rule }) => [node, rule]),
      [['revise', 'original_unknown']],
    );
  });
});
