import assert from 'node:assert/strict';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import { feedbackEvent, type FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { type Malformed, malformed } from '../../fixtures/malformed.ts';
import { barelySound, fixtureInferences, soundFeedback } from '../../fixtures/sound-feedback.ts';
import { feedbackRun, id } from './support/feedback-run.ts';

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
});
