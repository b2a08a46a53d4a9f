import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { days } from '../../../../pipeline/core/time.ts';
import type { Topic } from '../../../../pipeline/core/topic.ts';
import type { Driver } from '../../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { feedbackRun, id } from '../support/feedback-run.ts';
import { inferenceOf, samples } from '../samples.ts';

const all: ReadonlyArray<Topic<unknown>> = [...Object.values(topics.training), topics.reviewTasks];

const page = readFileSync(new URL('../../../../docs/training-topics.md', import.meta.url), 'utf8');

/** Rows of the page's table, cell by cell. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const row = ({ name, type, key, compacted, config }: Topic<unknown>): ReadonlyArray<string> => {
  const schema = `${type.name
    .replace(/^.*\./, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()}.avsc`;
  const kept = Number(config['delete.retention.ms']) / days(1);
  return [`\`${name}\``, `[${schema}](../schemas/${schema})`, key.join(', '), compacted ? 'yes' : 'no', `${kept} days`];
};

/** Feedback of each kind that passes, each under an id of its own; a ranking is declared under a key of its own. */
const said: ReadonlyArray<FeedbackEvent> = Object.entries(samples).map(([name, event]) => ({
  ...event,
  feedback_id: id(`said ${name}`),
  key: event.value_kind === 'RANKING' ? 'ranking' : event.key,
}));

const isValue = (value: unknown): value is { readonly tenant: string; readonly inference_id: string; readonly feedback_id: string } =>
  typeof value === 'object' && value !== null && 'tenant' in value && 'inference_id' in value && 'feedback_id' in value;

describe('the contract of the training topics', () => {
  let driver: Driver;

  /** The keys that each topic holds in the end, with what it holds there. */
  const current = async (): Promise<ReadonlyArray<readonly [topic: string, key: string]>> => {
    const held = await Promise.all(
      all.map(async (topic) => {
        const last = new Map((await driver.read(topic)).map(({ key, value }) => [key, value] as const));
        return [...last].filter(([, value]) => value !== undefined).map(([key]) => [topic.name, key] as const);
      }),
    );
    return held.flat();
  };

  beforeEach(async () => {
    driver = await feedbackRun();
    const inferences = new Map(said.map((event) => [event.target.id, inferenceOf(event)]));
    await driver.put(topics.inferenceLogged, ...inferences.values());
    await driver.send(topics.feedbackReceived, ...said);
  });

  afterEach(() => driver.close());

  it('stands in the page as the topics are declared', () => {
    assert.deepEqual(rows, all.map(row));
    for (const { config } of all) assert.equal(config['cleanup.policy'], 'compact');
  });

  it('is kept in the keys: tenant, inference and feedback', async () => {
    for (const topic of all) {
      const records = await driver.read(topic);
      assert.ok(records.length > 0, topic.name);
      for (const { key, value } of records) {
        assert.ok(isValue(value));
        assert.equal(key, `${value.tenant}|${value.inference_id}|${value.feedback_id}`);
      }
    }
  });

  it('leaves one current record of each feedback over all topics, whatever it becomes', async () => {
    assert.equal((await current()).length, said.length);
    for (const [step, template] of said.entries()) {
      const amended = said
        .filter(({ target }) => target.id === template.target.id)
        .map((event): FeedbackEvent => ({
          ...template,
          op: 'AMEND',
          feedback_id: event.feedback_id,
          event_time: template.event_time + step + 1,
        }));
      await driver.send(topics.feedbackReceived, ...amended);
      const keys = (await current()).map(([, key]) => key);
      assert.deepEqual([keys.length, new Set(keys).size], [said.length, said.length]);
    }
    assert.deepEqual(await driver.rejects(), []);
  });

  it('supersedes under the same key with the same event_id', async () => {
    const label = said.find(({ feedback_type }) => feedback_type === 'LABEL');
    assert.ok(label !== undefined);
    await driver.send(topics.feedbackReceived, {
      ...label,
      op: 'AMEND',
      rationale: 'on second thoughts',
      event_time: label.event_time + 1,
    });
    const written = (await driver.values(topics.training.corrections)).filter(({ feedback_id }) => feedback_id === label.feedback_id);
    assert.deepEqual(
      written.map(({ rationale }) => rationale),
      [label.rationale, 'on second thoughts'],
    );
    assert.equal(new Set(written.map(({ event_id }) => event_id)).size, 1);
  });

  it('tells a retraction by a tombstone, behind which nothing comes', async () => {
    const retractions = said.map((event): FeedbackEvent => ({ ...event, op: 'RETRACT' }));
    await driver.send(topics.feedbackReceived, ...retractions);
    assert.deepEqual(await current(), []);
    await driver.send(
      topics.feedbackReceived,
      ...said,
      ...said.map((event): FeedbackEvent => ({ ...event, op: 'AMEND', event_time: event.event_time + 1 })),
    );
    assert.deepEqual(await current(), []);
  });
});
