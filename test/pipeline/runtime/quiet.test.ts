import assert from 'node:assert/strict';
import { map } from 'rxjs';
import { count } from '../../../operators/aggregates/count.ts';
import { combine } from '../../../operators/combine.ts';
import { filter } from '../../../operators/filter.ts';
import { map as mapValues } from '../../../operators/map.ts';
import { tumble } from '../../../operators/tumble.ts';
import type { Step } from '../../../pipeline/cluster/memory/faults.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { withRecords } from '../../../pipeline/core/chunk.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Operator } from '../../../pipeline/core/operator.ts';
import { partitionOf } from '../../../pipeline/core/partition-of.ts';
import { minutes, seconds } from '../../../pipeline/core/time.ts';
import { topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { markerOf } from '../../../pipeline/runtime/clock/writer-marker.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import { recordOf } from '../../../pipeline/testing/records.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';

interface Final {
  readonly page: string;
  readonly start: number;
  readonly n: number;
}

const finals = topic('clicks.final', {
  type: recordType<Final>({
    type: 'record',
    name: 'Final',
    fields: [
      { name: 'page', type: 'string' },
      { name: 'start', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'n', type: 'long' },
    ],
  }),
  key: ['page'],
});

const perPage = topology('per-page', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(tumble('page-1m', { size: minutes(1), lateness: 0, per: { page: 'page.id' }, aggregate: count(), partial: true }))
    .repartition('by-page', { key: ['dims.page'] })
    .pipe(combine('pages', count()))
    .pipe(filter('closed', ({ final }) => final))
    .pipe(mapValues('row', ({ dims, start, value }): Final => ({ page: dims.page, start, n: value })))
    .to('out', finals);
});

const silent = 'nobody';

/** Gives one click by nobody for each idle chunk. */
const listening: Operator<Click, Click> = {
  shape: 'step',
  name: 'listen',
  kind: 'listen',
  params: {},
  keeps: true,
  build: () => map((chunk) => (chunk.signal === 'idle' ? withRecords(chunk, [recordOf(clickOf(silent))]) : chunk)),
};

const listener = topology('listening', { deadLetter }, (t) => t.source('in', clicked).pipe(listening).to('out', paidClicks));

const idleChunks = async (driver: Driver): Promise<number> =>
  (await driver.values(paidClicks)).filter(({ user }) => user === silent).length;

/** Refuses as many commits as it has been armed for. */
const refusal = () => {
  let armed = 0;
  return {
    arm: (commits = 1): void => {
      armed = commits;
    },
    left: (): number => armed,
    faults: {
      before: ({ operation }: Step): void => {
        if (operation !== 'commit' || armed === 0) return;
        armed -= 1;
        throw new MillraceError('transaction_aborted', 'refused on purpose');
      },
    },
  };
};

describe('a quiet task', () => {
  it('is told so once in a quiet spell, and anew in the next', async () => {
    const driver = await drive(listener);
    await driver.send(clicked, clickOf('a'));
    await driver.advance(seconds(4));
    assert.equal(await idleChunks(driver), 0);
    await driver.advance(seconds(2));
    await driver.advance(minutes(10));
    assert.equal(await idleChunks(driver), 1);
    await driver.send(clicked, clickOf('a', newYear + 1));
    await driver.advance(seconds(6));
    assert.equal(await idleChunks(driver), 2);
    await driver.close();
  });

  it('is told again if the transaction in which it was told is lost', async () => {
    const refused = refusal();
    const driver = await drive(listener, { faults: refused.faults });
    await driver.send(clicked, clickOf('a'));
    refused.arm();
    await driver.advance(seconds(6));
    await driver.advance(seconds(2));
    assert.equal(refused.left(), 0);
    assert.equal(await idleChunks(driver), 1);
    await driver.close();
  });
});

describe('a task that is excluded', () => {
  /** A user whose clicks are in this partition of two. */
  const userIn = (partition: number): string => {
    const found = Array.from({ length: 20 }, (_, n) => `user-${n}`).find((user) => partitionOf(Buffer.from(user), 2) === partition);
    assert(found !== undefined);
    return found;
  };

  /** Two clicks an hour apart in one of two partitions; the other has seen nothing and is excluded after five minutes. */
  const oneSided = async (refused = refusal()) => {
    const driver = await drive(perPage, { partitions: 2, settings: { excludeAfter: minutes(5) }, faults: refused.faults });
    await driver.send(clicked, clickOf(userIn(0), newYear), clickOf(userIn(0), newYear + minutes(60)));
    return driver;
  };

  it('stops holding the others back, even if the transaction that says so is lost at first', async () => {
    const refused = refusal();
    const driver = await oneSided(refused);
    assert.deepEqual(await driver.values(finals), []);
    refused.arm(2);
    await driver.advance(minutes(6));
    await driver.send(clicked, clickOf(userIn(0), newYear + minutes(61)));
    await driver.advance(seconds(2));
    assert.deepEqual(await driver.values(finals), [
      { page: 'p1', start: newYear, n: 1 },
      { page: 'p1', start: newYear + minutes(60), n: 1 },
    ]);
    await driver.close();
  });

  it('tells its readers that it is not any more before they get its records, even if another process has said that it is', async () => {
    const processes = await Processes.of(perPage, { partitions: 2, settings: { excludeAfter: minutes(5) } });
    const internal = 'millrace.per-page.by-page.repartition';
    await processes.start('0');
    await processes.put(clicked, clickOf(userIn(0)));
    await processes.advance(minutes(6));
    await processes.stop('0');
    const before = await processes.records(internal);
    const said = before.flatMap((record) => markerOf(record) ?? []);
    assert(said.some(({ writer, excluded }) => writer === 1 && excluded));
    await processes.start('1');
    await processes.put(clicked, clickOf(userIn(1)));
    await processes.advance(seconds(2));
    const [partition] = before.flatMap((record) => (markerOf(record) === undefined ? [record.partition] : []));
    const after = (await processes.records(internal)).filter((record) => record.partition === partition);
    const [first] = after.slice(before.filter((record) => record.partition === partition).length);
    assert.deepEqual(first && markerOf(first), { writer: 1, time: -Infinity, excluded: false });
    await processes.close();
  });
});
