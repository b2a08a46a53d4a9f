import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../../operators/aggregates/count.ts';
import { combine } from '../../../operators/combine.ts';
import { map } from '../../../operators/map.ts';
import { tumble } from '../../../operators/tumble.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { minutes, seconds } from '../../../pipeline/core/time.ts';
import { topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import { type Click, clicked, clickOf, deadLetter } from '../../support/clicks.ts';

interface PageMinute {
  readonly page: string;
  readonly start: number;
  readonly revision: number;
  readonly final: boolean;
  readonly n: number;
}

const pageMinutes = topic('clicks.by-page', {
  type: recordType<PageMinute>({
    type: 'record',
    name: 'PageMinute',
    fields: [
      { name: 'page', type: 'string' },
      { name: 'start', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'revision', type: 'long' },
      { name: 'final', type: 'boolean' },
      { name: 'n', type: 'long' },
    ],
  }),
  key: ['page'],
});

const lateness = minutes(20);

const perPage = topology('per-page', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(tumble('page-1m', { size: minutes(1), lateness, per: { page: 'page.id' }, aggregate: count(), partial: true }))
    .repartition('by-page', { key: ['dims.page'] })
    .pipe(combine('pages', count()))
    .pipe(map('row', ({ dims, start, revision, final, value }): PageMinute => ({ page: dims.page, start, revision, final, n: value })))
    .to('out', pageMinutes);
});

/** Real data of long ago: nothing may depend on the wall clock. */
const start = Date.UTC(2019, 10, 24);

interface Plan {
  /** Minute offsets of the events, in event order. */
  readonly events: ReadonlyArray<{ readonly user: number; readonly page: number; readonly at: number; readonly delay: number }>;
  readonly partitions: number;
  readonly processes: number;
  readonly chunk: number;
  /** After which batch the topology is restarted, and after which it sees nothing for six seconds. */
  readonly restartAfter: number;
  readonly pauseAfter: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  events: fc.array(
    fc.record({
      user: fc.nat(20),
      page: fc.nat(3),
      at: fc.nat({ max: minutes(90) }),
      delay: fc.nat({ max: lateness - seconds(1) }),
    }),
    { minLength: 1, maxLength: 60 },
  ),
  partitions: fc.integer({ min: 1, max: 4 }),
  processes: fc.integer({ min: 1, max: 3 }),
  chunk: fc.integer({ min: 1, max: 40 }),
  restartAfter: fc.nat(8),
  pauseAfter: fc.nat(8),
});

/** Any order in which no event comes later than the lateness behind another, then one click in every partition that moves the clocks past all. */
const inOrderOfArrival = ({ events }: Plan): ReadonlyArray<Click> =>
  events
    .toSorted((a, b) => a.at + a.delay - (b.at + b.delay))
    .map(({ user, page, at }) => clickOf(`user-${user}`, start + at, { page: { id: `page-${page}`, section: null } }));

const bruteForce = (clicks: ReadonlyArray<Click>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { page, at } of clicks) {
    const window = `${page.id}@${new Date(at).toISOString().slice(0, 16)}`;
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return counts;
};

const sorted = (map: ReadonlyMap<string, unknown>): ReadonlyArray<readonly [string, unknown]> =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const closing = 'page-closing';

const run = async (plan: Plan): Promise<void> => {
  const driver = await drive(perPage, { partitions: plan.partitions, processes: plan.processes });
  const clicks = inOrderOfArrival(plan);
  for (let at = 0, batch = 0; at < clicks.length; at += plan.chunk, batch += 1) {
    await driver.send(clicked, ...clicks.slice(at, at + plan.chunk));
    if (batch === plan.pauseAfter) await driver.advance(seconds(6));
    if (batch === plan.restartAfter) await driver.restart();
  }
  const end = start + minutes(200);
  const everywhere = Array.from({ length: 40 }, (_, n) => clickOf(`closer-${n}`, end, { page: { id: closing, section: null } }));
  await driver.send(clicked, ...everywhere);
  const told = (await driver.values(pageMinutes)).filter(({ page }) => page !== closing);
  const finals = new Map(
    told.filter(({ final }) => final).map((row) => [`${row.page}@${new Date(row.start).toISOString().slice(0, 16)}`, row.n]),
  );
  assert.deepEqual(await driver.rejects(), []);
  assert.equal(told.filter(({ final }) => final).length, finals.size, 'a window was closed more than once');
  assert.deepEqual(sorted(finals), sorted(bruteForce(clicks)));
  await driver.close();
};

describe('final results', () => {
  it('do not depend on order within lateness, chunks, partitions, processes, pauses or restarts', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(plans, run), { numRuns: process.env.MILLRACE_RUNS === 'full' ? 500 : 40 });
  });

  it('are the same with one task ten minutes behind the others', async () => {
    const driver = await drive(perPage, { partitions: 4, processes: 2 });
    const users = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    const clicks = Array.from({ length: 60 }, (_, minute) =>
      users.map((user) => clickOf(user, start + minutes(minute), { page: { id: `page-${minute % 3}`, section: null } })),
    );
    const partitionOf = (user: string): number => users.indexOf(user) % 4;
    for (const [minute, all] of clicks.entries()) {
      await driver.put(clicked, ...all.filter(({ user }) => partitionOf(user) !== 0));
      await driver.send(clicked, ...(clicks[minute - 10] ?? []).filter(({ user }) => partitionOf(user) === 0));
    }
    await driver.send(clicked, ...clicks.slice(-10).flatMap((all) => all.filter(({ user }) => partitionOf(user) === 0)));
    const last = new Map((await driver.values(pageMinutes)).map((row) => [row.start, row.n]));
    assert.deepEqual(
      [...last.values()],
      clicks.map((all) => all.length),
    );
    assert.deepEqual(await driver.rejects(), []);
    await driver.close();
  });

  it('wait for a task that has seen nothing, until it is excluded', async () => {
    const driver = await drive(perPage, { partitions: 4, settings: { excludeAfter: minutes(5) } });
    await driver.send(clicked, clickOf('user-1', start), clickOf('user-1', start + minutes(60)));
    assert.deepEqual(
      (await driver.values(pageMinutes)).filter(({ final }) => final),
      [],
    );
    await driver.advance(minutes(6));
    await driver.send(clicked, clickOf('user-1', start + minutes(61)));
    await driver.advance(seconds(2));
    assert.deepEqual(
      (await driver.values(pageMinutes)).filter(({ final }) => final).map((row) => row.start),
      [start],
    );
    await driver.close();
  });

  it('shows what a quiet window has, as a revision that is not final', async () => {
    const driver = await drive(perPage);
    await driver.send(clicked, clickOf('user-1', start));
    await driver.advance(seconds(6));
    const told = await driver.values(pageMinutes);
    assert(told.length >= 1 && told.every(({ final, n }) => !final && n === 1));
    await driver.close();
  });
});
