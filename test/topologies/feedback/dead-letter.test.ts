import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { errorCatalogue } from '../../../pipeline/core/errors.ts';
import { partitionOf } from '../../../pipeline/core/partition-of.ts';
import { hours, minutes } from '../../../pipeline/core/time.ts';
import { headerNames } from '../../../pipeline/runtime/headers.ts';
import { writeAim } from '../../../pipeline/runtime/redrive/aim.ts';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import { feedbackEvent, type FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { attributedRules } from '../../../topologies/feedback/checks/attributed-rules.ts';
import { feedbackRules } from '../../../topologies/feedback/checks/feedback-rules.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { type Malformed, malformed, unfitting } from '../../fixtures/malformed.ts';
import { barelySound, fixtureInferences, soundFeedback } from '../../fixtures/sound-feedback.ts';
import { feedbackRun, id, labelled, passTime, prediction } from './support/feedback-run.ts';

/** The wire format's header of feedback, as the run's own registry numbers it: taken from what the run itself refused. */
const headerOf = async (driver: Driver): Promise<Buffer> => {
  await driver.send(topics.feedbackReceived, {
    ...soundFeedback.LABEL,
    feedback_id: id('probe'),
    target: { kind: 'SESSION', id: 'probe', candidate_index: null },
  });
  const [probe] = await driver.rejects();
  assert.ok(probe?.bytes !== null && probe?.bytes !== undefined);
  return probe.bytes.subarray(0, 5);
};

const damaged = (bytes: Buffer, damage: Malformed['damage'], foreign: Buffer): Buffer => {
  if (damage === 'cut') return bytes.subarray(0, bytes.length / 2);
  if (damage === 'appended') return Buffer.concat([bytes, Buffer.from([0])]);
  return damage === 'foreign_schema' ? Buffer.concat([foreign, bytes.subarray(5)]) : bytes;
};

const keyOf = ({ tenant, target }: FeedbackEvent): Buffer => Buffer.from(`${tenant}|${target.id}`);

describe('the dead letter of the feedback topology', () => {
  let driver: Driver;
  let header: Buffer;
  let foreign: Buffer;

  const bytesOf = ({ value, damage, raw }: Malformed): Buffer =>
    raw ?? damaged(Buffer.concat([header, feedbackEvent.encode(value)]), damage, foreign);

  before(async () => {
    driver = await feedbackRun();
    await driver.send(topics.inferenceLogged, ...fixtureInferences);
    header = await headerOf(driver);
    await driver.sendBytes(topics.inferenceLogged, {
      key: Buffer.from('demo|x'),
      value: Buffer.concat([header, feedbackEvent.encode(soundFeedback.LABEL)]),
    });
    foreign = Buffer.from([0, 0, 0, 0, (header[4] ?? 0) === 1 ? 2 : 1]);
  });

  after(() => driver.close());

  for (const fixture of malformed) {
    it(`holds ${fixture.name} under ${fixture.code}, to the byte`, async () => {
      if (fixture.after !== null) await driver.send(topics.feedbackReceived, fixture.after);
      const known = (await driver.rejects()).length;
      const sent = bytesOf(fixture);
      await driver.sendBytes(topics.feedbackReceived, { key: keyOf(fixture.value), value: sent });
      const [reject, ...more] = (await driver.rejects()).slice(known);
      assert.equal(more.length, 0);
      assert.deepEqual([reject?.node, reject?.rule], [fixture.node, fixture.code]);
      assert.deepEqual(reject?.bytes, sent);
      assert.deepEqual(reject.key, keyOf(fixture.value));
    });
  }

  it('holds nothing of what is just inside the rules', async () => {
    const known = (await driver.rejects()).length;
    const events = [...Object.entries(soundFeedback), ...Object.entries(barelySound)];
    await driver.send(topics.feedbackReceived, ...events.map(([name, event]) => ({ ...event, feedback_id: id(name) })));
    assert.deepEqual((await driver.rejects()).slice(known), []);
  });

  it('keeps that a record has no value', async () => {
    await driver.sendBytes(topics.feedbackReceived, { key: Buffer.from('demo|x'), value: null });
    const last = (await driver.rejects()).at(-1);
    assert.deepEqual([last?.node, last?.rule, last?.bytes], ['feedback-in', 'not_decodable', null]);
  });

  for (const { name, node, code, value, signals, before } of unfitting) {
    it(`holds ${name} under ${code}, to the byte`, async () => {
      await driver.send(topics.referenceSignals, ...signals);
      await driver.send(topics.feedbackReceived, ...before);
      const known = (await driver.rejects()).length;
      await driver.send(topics.feedbackReceived, value);
      const [reject, ...more] = (await driver.rejects()).slice(known);
      assert.equal(more.length, 0);
      assert.deepEqual([reject?.node, reject?.rule], [node, code]);
      assert.deepEqual(reject?.bytes, Buffer.concat([header, feedbackEvent.encode(value)]));
    });
  }
});

/** What cannot be refused of a feedback alone: a task's part of a window that was combined without it. */
const belated = { node: 'quality', code: 'late' };

describe('a part of a window that has been combined without it', () => {
  const { tenant } = soundFeedback.LABEL;
  const names = Array.from({ length: 64 }, (_, at) => `seen in ${at}`);
  const namesIn = (partition: number): ReadonlyArray<string> =>
    names.filter((name) => partitionOf(Buffer.from(`${tenant}|${id(name)}`), 2) === partition);

  /** One inference, and a label for it, in one partition, so many seconds after the start. */
  const visit = async (driver: Driver, name: string | undefined, seconds: number): Promise<void> => {
    assert.ok(name !== undefined);
    await driver.put(topics.inferenceLogged, prediction(name, seconds));
    await driver.send(topics.feedbackReceived, labelled(name, '7', seconds));
  };

  it(`is held as ${belated.code}, with its bytes and where it came from`, async () => {
    const driver = await feedbackRun({ partitions: 2, settings: { excludeAfter: minutes(5) } });
    const [here, later] = namesIn(0);
    const [quiet, back] = namesIn(1);
    await visit(driver, here, 0);
    await visit(driver, quiet, 0);
    await driver.advance(minutes(6));
    await visit(driver, later, hours(30) / 1000);
    assert.deepEqual(await driver.rejects(), []);
    await driver.send(topics.inferenceLogged, prediction(back ?? '', 5));
    const [reject, ...more] = await driver.rejects();
    assert.deepEqual(more, []);
    assert.deepEqual([reject?.node, reject?.rule], [belated.node, belated.code]);
    assert.match(reject?.provenance ?? '', /^inference\.logged:1:/);
    assert.ok(reject?.bytes);
    await driver.close();
  });
});

/** What is refused only of what was sent back: to a node that it does not come to any more. */
const astray = { node: 'verify', code: 'redrive_astray' };

describe('feedback that is redriven past a join when its inference is not known any more', () => {
  it(`is held as ${astray.code}, to the byte`, async () => {
    const driver = await feedbackRun();
    const header = await headerOf(driver);
    const known = (await driver.rejects()).length;
    const event = labelled('never seen', '7', 60);
    const value = Buffer.concat([header, feedbackEvent.encode(event)]);
    const aim = writeAim({ topology: 'feedback', node: astray.node, letter: { topic: 'feedback.dead-letter', partition: 0, offset: 0 } });
    await driver.sendBytes(topics.feedbackReceived, { key: keyOf(event), value, headers: [{ [headerNames.redrive]: Buffer.from(aim) }] });
    const [reject, ...more] = (await driver.rejects()).slice(known);
    assert.deepEqual(more, []);
    assert.deepEqual([reject?.node, reject?.rule], [astray.node, astray.code]);
    assert.deepEqual(reject?.bytes, value);
    await driver.close();
  });
});

/** What is refused for want of something that it could change. */
const unknown = { node: 'revise', code: 'original_unknown' };

describe('an amendment of feedback that was never accepted', () => {
  it(`is held as ${unknown.code}, to the byte, when it has waited in vain`, async () => {
    const driver = await feedbackRun();
    const header = await headerOf(driver);
    const known = (await driver.rejects()).length;
    const event: FeedbackEvent = { ...labelled('never said', '7', 60), op: 'AMEND' };
    await driver.send(topics.feedbackReceived, event);
    await driver.restart();
    await passTime(driver, hours(49) / 1000);
    assert.equal((await driver.rejects()).length, known);
    await passTime(driver, hours(51) / 1000);
    const [reject, ...more] = (await driver.rejects()).slice(known);
    assert.deepEqual(more, []);
    assert.deepEqual([reject?.node, reject?.rule], [unknown.node, unknown.code]);
    assert.deepEqual(reject?.bytes, Buffer.concat([header, feedbackEvent.encode(event)]));
    await driver.close();
  });
});

/** What Millrace refuses by itself only if the topology has a defect: a function that throws, a value that its own schema does not take. */
const defects = ['user_function_failed', 'not_encodable'];

/** What only a topology with a node `screen` refuses. */
const others = ['quarantined'];

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');

describe('the codes of the feedback topology', () => {
  const rules = [...feedbackRules, ...attributedRules].map(({ code }) => code);
  const ours = Object.entries(errorCatalogue).flatMap(([code, { action }]) => (action === 'reject' ? [code] : []));
  const codes = [...rules, ...ours].filter((code) => ![...defects, ...others].includes(code));

  it('have a fixture each', () => {
    const tested = new Set([...malformed, ...unfitting, belated, astray, unknown].map(({ code }) => code));
    assert.deepEqual(
      codes.filter((code) => !tested.has(code)),
      [],
    );
  });

  it('stand in the rules', () => {
    const told = new Set([...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, code]) => code));
    assert.deepEqual(
      [...codes, ...defects].filter((code) => !told.has(code)),
      [],
    );
  });
});
