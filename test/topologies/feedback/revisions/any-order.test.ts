import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Driver } from '../../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import { tables } from '../../../../topologies/feedback/tables.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { after, feedbackRun, id, labelled, ofDigits, passTime, prediction } from '../support/feedback-run.ts';
import { bruteForce, type Ends, type Told } from './brute-force.ts';

const hour = 3600;
const targets = ['p', 'q', 'r', 'lost'];
const names = new Map<string, string>();

/** The id of a feedback of the tests, whose name can be found again. */
const idOf = (name: string): string => {
  const made = id(`feedback ${name}`);
  names.set(made, name);
  return made;
};

const nameOf = (feedbackId: string): string => names.get(feedbackId) ?? 'clock';

const eventOf = (told: Exclude<Told, { readonly is: 'inference' }>): FeedbackEvent => {
  const event: FeedbackEvent = { ...labelled(told.of, told.label ?? '', told.at), op: told.is, feedback_id: idOf(told.id) };
  if (told.label !== null) return event;
  return { ...event, feedback_type: 'COMMENT', key: 'comment', value_kind: 'TEXT', label: null, text: { content: 'a word' } };
};

const send = (driver: Driver, told: Told): Promise<void> =>
  told.is === 'inference'
    ? driver.put(topics.inferenceLogged, prediction(told.of, told.at, { model_version: told.version }))
    : driver.put(topics.feedbackReceived, eventOf(told));

const heldIn = async (driver: Driver, topic: Parameters<Driver['read']>[0]): Promise<ReadonlyArray<unknown>> => {
  const last = new Map((await driver.read(topic)).map(({ key, value }) => [key, value] as const));
  return [...last.values()].filter((value) => value !== undefined);
};

const feedbackIn = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'feedback_id' in value ? nameOf(String(value.feedback_id)) : 'nothing';

const placesOf = async (driver: Driver): Promise<Ends> => {
  const corrections = (await heldIn(driver, topics.training.corrections)).map((value) => {
    const expected = typeof value === 'object' && value !== null && 'expected' in value ? String(value.expected) : '';
    return `${feedbackIn(value)} in corrections: ${expected}`;
  });
  const review = (await heldIn(driver, topics.reviewTasks)).map((value) => `${feedbackIn(value)} in review`);
  const orphans = (await heldIn(driver, topics.feedbackOrphaned)).map((value) => `${feedbackIn(value)} in orphans`);
  const unknown = (await driver.rejects()).map(({ rule, bytes }) => {
    const event = [...names].find(([made]) => bytes?.includes(made) === true);
    return rule === 'original_unknown' ? `${event?.[1] ?? 'nothing'} unknown` : `refused as ${rule}`;
  });
  const rows = await driver.rows('outcome-rows', tables.feedbackOutcomes);
  const outcomes = new Map(rows.map(({ feedback_id, outcome }) => [feedback_id, `${nameOf(feedback_id)} ${outcome}`] as const));
  return [...corrections, ...review, ...orphans, ...new Set(unknown), ...outcomes.values()];
};

const sumsOf = async (driver: Driver): Promise<Ends> => {
  const rows = ofDigits(await driver.rows('quality-rows', tables.modelQuality));
  const corrections = ofDigits(await driver.rows('quality-correction-rows', tables.modelQualityCorrections));
  const windowOf = (row: { model_version: string; window_start: number; metric: string }): string =>
    `${row.model_version} minute ${(row.window_start - after(0)) / 60_000_000} ${row.metric}`;
  const sums = new Map(rows.map((row) => [windowOf(row), { n: row.n, sum: row.sum }] as const));
  for (const row of corrections) {
    const { n, sum } = sums.get(windowOf(row)) ?? { n: 0, sum: 0 };
    sums.set(windowOf(row), { n: n + row.n, sum: sum + row.sum });
  }
  return [...sums].filter(([, { n, sum }]) => n !== 0 || sum !== 0).map(([name, { n, sum }]) => `${name}: ${n} ${sum}`);
};

const endsOf = async (driver: Driver): Promise<Ends> =>
  [...(await placesOf(driver)), ...(await sumsOf(driver))].filter((end) => !end.startsWith('clock ')).sort();

/** What is sent in time, in any order; then what comes after a day has gone by and windows have closed. */
interface Way {
  readonly inTime: ReadonlyArray<Told>;
  readonly later: ReadonlyArray<Told>;
  readonly partitions: number;
  readonly processes: number;
  readonly restartAt: number;
}

const run = async ({ inTime, later, partitions, processes, restartAt }: Way): Promise<Ends> => {
  const driver = await feedbackRun({ partitions, processes });
  try {
    for (const [index, told] of inTime.entries()) {
      await send(driver, told);
      if (index % 5 === 4) await driver.run();
      if (index === restartAt) await driver.restart();
    }
    await passTime(driver, 27 * hour, partitions);
    for (const told of later) await send(driver, told);
    await driver.run();
    await passTime(driver, 60 * hour, partitions);
    await passTime(driver, 120 * hour, partitions);
    return await endsOf(driver);
  } finally {
    await driver.close();
  }
};

const label = fc.constantFrom('7', '1', '2', null);
const logged: ReadonlyArray<Told> = targets
  .filter((of) => of !== 'lost')
  .map((of, index) => ({ is: 'inference', of, version: index === 1 ? 'digits-v2' : 'digits-v1', at: index * 50 }));

const said = fc.record({
  of: fc.constantFrom(...targets),
  isCreated: fc.boolean(),
  original: label,
  amendments: fc.array(fc.record({ label, at: fc.integer({ min: 100, max: 105 }), isLater: fc.boolean() }), { maxLength: 4 }),
  retracted: fc.constantFrom('never', 'never', 'in time', 'later'),
  repeats: fc.boolean(),
});

type Plan = typeof said extends fc.Arbitrary<infer P> ? P : never;

const amendmentsOf = ({ of, amendments, repeats }: Plan, feedback: string, isLater: boolean): ReadonlyArray<Told> =>
  amendments
    .filter((each) => each.isLater === isLater || (isLater && repeats))
    .map(({ label: told, at }) => ({ is: 'AMEND', id: feedback, of, label: told, at }));

const retractionsOf = ({ of, original, repeats }: Plan, feedback: string): ReadonlyArray<Told> => {
  const retraction: Told = { is: 'RETRACT', id: feedback, of, label: original, at: 95 };
  return repeats ? [retraction, retraction] : [retraction];
};

/** What is sent in time of one feedback, the first of which are surely new. */
const inTimeOf = (plan: Plan, index: number): ReadonlyArray<Told> => {
  const feedback = `f${index}`;
  const first: Told = { is: 'CREATE', id: feedback, of: plan.of, label: plan.original, at: 90 + index };
  const created = plan.repeats ? [first, first] : [first];
  return [
    ...(plan.isCreated || index < 3 ? created : []),
    ...amendmentsOf(plan, feedback, false),
    ...(plan.retracted === 'in time' ? retractionsOf(plan, feedback) : []),
  ];
};

const laterOf = (plan: Plan, index: number): ReadonlyArray<Told> => {
  const retractions = plan.retracted === 'later' ? retractionsOf(plan, `f${index}`) : [];
  return [...amendmentsOf(plan, `f${index}`, true), ...retractions];
};

/** How what is said of five feedbacks arrives. */
const ways: fc.Arbitrary<Way> = fc.array(said, { minLength: 5, maxLength: 5 }).chain((all) => {
  const inTime = [...logged, ...all.flatMap(inTimeOf)];
  const later = all.flatMap(laterOf);
  return fc.record({
    inTime: fc.shuffledSubarray(inTime, { minLength: inTime.length }),
    later: fc.shuffledSubarray(later, { minLength: later.length }),
    partitions: fc.constantFrom(1, 3),
    processes: fc.constantFrom(1, 2),
    restartAt: fc.nat(inTime.length),
  });
});

describe('feedback, amendments and retractions in any order', () => {
  it('come to one current record each, and to the sums of what is current, as a brute force says', async function () {
    this.timeout(300_000);
    await fc.assert(
      fc.asyncProperty(ways, async (way) => {
        assert.deepEqual(await run(way), bruteForce([...way.inTime, ...way.later]));
      }),
      { numRuns: 12 },
    );
  });
});
