import assert from 'node:assert/strict';
import { reportError } from '../../bin/cli/report-error.ts';
import { type ErrorCode, MillraceError } from '../../pipeline/core/errors.ts';
import { clickType } from '../support/clicks.ts';
import { type Foreign, foreignFor } from '../support/foreign.ts';
import type { Fault } from '../support/kafka-proxy/kafka-proxy.ts';
import { type NumberedClicks, numberedClicks, type UnderTest } from '../support/kafka-proxy/numbered-clicks.ts';
import { type ProxiedKafka, startProxiedKafka } from '../support/kafka-proxy/proxied-kafka.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

/** Codes of Kafka's protocol, as a broker answers. */
const broker = {
  unknown: -1,
  loading: 14,
  notCoordinator: 16,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  unknownMember: 25,
  topicRefused: 29,
  invalidEpoch: 47,
  invalidState: 48,
  invalidMapping: 49,
  concurrent: 51,
  idRefused: 53,
  invalidRecord: 87,
  fenced: 90,
  staleEpoch: 113,
} as const;

/** What a fault has to lead to: what is counted, and nothing else. */
interface Case {
  readonly name: string;
  readonly faults: ReadonlyArray<Fault>;
  readonly aborts?: number;
  /** Producers given up, by code. */
  readonly renewals?: Readonly<Record<string, number>>;
  /** The code with which the process ends. */
  readonly ends?: ErrorCode;
}

const passing: ReadonlyArray<Case> = [
  {
    name: 'partitions are refused while the coordinator loads',
    faults: [{ at: 'addPartitions', deed: { refuse: broker.loading }, times: 3 }],
  },
  { name: 'the coordinator has moved when it shall commit', faults: [{ at: 'commit', deed: { refuse: broker.notCoordinator }, times: 2 }] },
  {
    name: 'the transaction before is still being written',
    faults: [{ at: 'addPartitions', deed: { refuse: broker.concurrent }, times: 3 }],
  },
  { name: 'replicas are missing', faults: [{ at: 'produce', deed: { refuse: broker.notEnoughReplicas }, times: 2 }] },
  {
    name: 'replicas are missing after a record was written',
    faults: [{ at: 'produce', deed: { belie: broker.notEnoughReplicasAfterAppend } }],
  },
  { name: 'the group coordinator loads', faults: [{ at: 'offsetCommit', deed: { belie: broker.loading } }] },
  { name: 'the connection ends before records are written', faults: [{ at: 'produce', deed: { cut: 'before' } }] },
  { name: 'the connection ends after records were written', faults: [{ at: 'produce', deed: { cut: 'after' } }] },
  { name: 'the connection ends before the commit', faults: [{ at: 'commit', deed: { cut: 'before' } }] },
  { name: 'the connection ends after the commit', faults: [{ at: 'commit', deed: { cut: 'after' } }] },
  { name: 'the answer to the commit never comes', faults: [{ at: 'commit', deed: { swallow: true } }] },
];

const abortable: ReadonlyArray<Case> = [
  { name: 'partitions are refused', faults: [{ at: 'addPartitions', deed: { belie: broker.unknown } }], aborts: 1 },
  {
    name: 'records are said to be refused, and were written',
    faults: [{ at: 'produce', deed: { belie: broker.invalidRecord } }],
    aborts: 1,
  },
  // What comes next is out of order for the broker, and only a new epoch begins from one again.
  { name: 'records are refused', faults: [{ at: 'produce', deed: { refuse: broker.invalidRecord } }], aborts: 2 },
  { name: 'offsets are refused', faults: [{ at: 'addOffsets', deed: { refuse: broker.unknown } }], aborts: 1 },
  { name: 'the commit is refused', faults: [{ at: 'commit', deed: { refuse: broker.unknown } }], aborts: 1 },
  {
    name: 'the id of the producer is not known any more',
    faults: [{ at: 'addPartitions', deed: { belie: broker.invalidMapping } }],
    aborts: 1,
  },
  { name: 'the generation has passed', faults: [{ at: 'offsetCommit', deed: { belie: broker.illegalGeneration } }], aborts: 1 },
  { name: 'the epoch of the member is stale', faults: [{ at: 'offsetCommit', deed: { belie: broker.staleEpoch } }], aborts: 1 },
  { name: 'the member is not known any more', faults: [{ at: 'offsetCommit', deed: { belie: broker.unknownMember } }], aborts: 1 },
];

const failed = { producer_failed: 1 };

const fatal: ReadonlyArray<Case> = [
  {
    name: 'partitions are refused for the state of the transaction',
    faults: [{ at: 'addPartitions', deed: { refuse: broker.invalidState } }],
    renewals: failed,
  },
  { name: 'offsets come under an unknown id', faults: [{ at: 'offsetCommit', deed: { belie: broker.invalidMapping } }], renewals: failed },
  {
    name: 'the commit fails for good, and was not done',
    faults: [{ at: 'commit', deed: { refuse: broker.invalidState } }],
    renewals: failed,
  },
  { name: 'the commit fails for good, and was done', faults: [{ at: 'commit', deed: { belie: broker.invalidState } }], renewals: failed },
  {
    name: 'the commit is said to be refused, and was done',
    faults: [{ at: 'commit', deed: { belie: broker.unknown } }],
    renewals: failed,
  },
  {
    name: 'a new producer has to wait for the coordinator',
    faults: [
      { at: 'commit', deed: { belie: broker.invalidState } },
      { at: 'initProducerId', deed: { refuse: broker.concurrent }, times: 3 },
      { at: 'initProducerId', deed: { cut: 'after' } },
    ],
    renewals: failed,
  },
  {
    name: 'there is nothing that an abort could end',
    faults: [{ at: 'addPartitions', deed: { refuse: broker.unknown } }],
    renewals: failed,
  },
];

const ending: ReadonlyArray<Case> = [
  {
    name: 'its records are refused as those of an old epoch',
    faults: [{ at: 'produce', deed: { refuse: broker.invalidEpoch } }],
    ends: 'fenced',
  },
  { name: 'its commit is refused as fenced', faults: [{ at: 'commit', deed: { refuse: broker.fenced } }], ends: 'fenced' },
  {
    name: 'its abort is refused as fenced',
    faults: [
      { at: 'commit', deed: { refuse: broker.unknown } },
      { at: 'abort', deed: { refuse: broker.fenced } },
    ],
    ends: 'fenced',
  },
  { name: 'it may not write the topic', faults: [{ at: 'addPartitions', deed: { refuse: broker.topicRefused } }], ends: 'not_authorized' },
  { name: 'it may not use its id', faults: [{ at: 'commit', deed: { refuse: broker.idRefused } }], ends: 'not_authorized' },
];

describe('transactions on a Kafka that fails on purpose', function () {
  this.timeout(120_000);
  let kafka: ProxiedKafka;
  let foreign: Foreign;
  let clicks: NumberedClicks;

  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    foreign = foreignFor(this);
    kafka = await startProxiedKafka();
    closing.push(kafka.close);
  });

  after(async () => {
    for (const close of closing) await close();
  });

  afterEach(async () => {
    kafka.proxy.clear();
    await clicks.close();
  });

  /** What a reader of other make sees of the output: `user/number`, sorted. */
  const seen = async (): Promise<ReadonlyArray<string>> => {
    const records = (await foreign('read-topic.py', [kafka.direct, clicks.output, 'hex'])) as ReadonlyArray<{ readonly value: string }>;
    const values = records.map(({ value }) => clickType.decode(Buffer.from(value, 'hex').subarray(5)));
    return values.map(({ user, page }) => `${user}/${page.id}`).sort();
  };

  const hasGone = ({ meter }: UnderTest, { aborts = 0, renewals = {} }: Case): void => {
    assert.equal(meter.counted('transaction_aborts_total'), aborts, 'transactions rolled back');
    assert.equal(
      meter.counted('producer_renewals_total'),
      Object.values(renewals).reduce((sum, count) => sum + count, 0),
      'producers given up',
    );
    for (const [code, count] of Object.entries(renewals)) assert.equal(meter.counted('producer_renewals_total', { code }), count, code);
  };

  const strikes = (faults: ReadonlyArray<Fault>): number => faults.reduce((sum, { times = 1 }) => sum + times, 0);

  /** One wave without a fault, one with it, and one after it. */
  const goesOn = async (each: Case): Promise<void> => {
    clicks = await numberedClicks(kafka);
    const process = await clicks.start('0');
    await clicks.send();
    await clicks.out(1);
    kafka.proxy.strike(...each.faults);
    await clicks.send();
    await clicks.out(2);
    await clicks.send();
    await clicks.out(3);
    assert.equal(await process.stop(), undefined);
    assert.equal(kafka.proxy.struck, strikes(each.faults));
    assert.deepEqual(await seen(), clicks.expected(3));
    hasGone(process, each);
  };

  describe('repeat a request without a word', () => {
    for (const each of passing) it(`if ${each.name}`, () => goesOn(each));
  });

  describe('are rolled back, and the producer stays', () => {
    for (const each of abortable) it(`if ${each.name}`, () => goesOn(each));
  });

  describe('go on with a new producer', () => {
    for (const each of fatal) it(`if ${each.name}`, () => goesOn(each));
  });

  describe('that take too long', () => {
    /** Holds what a transaction asks back until it has been rolled back, and lets it arrive then. */
    const late = async (at: 'commit' | 'produce', options: Parameters<typeof numberedClicks>[1], way: Partial<Case>): Promise<void> => {
      clicks = await numberedClicks(kafka, options);
      const process = await clicks.start('0');
      await clicks.send();
      await clicks.out(1);
      kafka.proxy.strike({ at, deed: { holdUntil: clicks.rolledBack() }, times: 10 });
      await clicks.send();
      await clicks.out(2);
      await clicks.send();
      await clicks.out(3);
      assert.equal(await process.stop(), undefined);
      assert.deepEqual(await seen(), clicks.expected(3));
      hasGone(process, { name: at, faults: [], ...way });
    };

    it('are done again with a new producer, if the coordinator has rolled them back', () =>
      late('commit', { transactionTimeoutMs: 3_000 }, { renewals: { transaction_expired: 1 } }));

    it('are rolled back, and the producer stays, if records are not written in time', () =>
      late('produce', { producerSettings: { 'message.timeout.ms': 1_500, 'socket.timeout.ms': 2_000 } }, { aborts: 1 }));
  });

  describe('of two processes under one slot', () => {
    it('are those of the later one: the earlier one ends and says so', async () => {
      clicks = await numberedClicks(kafka);
      const earlier = await clicks.start('0');
      await clicks.send();
      await clicks.out(1);
      const later = await clicks.start('0');
      await clicks.send();
      const error = await earlier.ended;
      assert(error instanceof MillraceError && error.code === 'fenced', String(error));
      assert.match(error.message, /^Another process of the group 'clicks-.*' runs under the slot '0' and has taken over/);
      await clicks.send();
      await clicks.out(3);
      assert.equal(await later.stop(), undefined);
      assert.deepEqual(await seen(), clicks.expected(3));
      hasGone(later, { name: 'later', faults: [] });
    });
  });

  describe('end the process, and the next one goes on', () => {
    for (const each of ending) {
      it(`if ${each.name}`, async () => {
        clicks = await numberedClicks(kafka);
        const process = await clicks.start('0');
        await clicks.send();
        await clicks.out(1);
        kafka.proxy.strike(...each.faults);
        await clicks.send();
        const error = await process.ended;
        assert(error instanceof MillraceError && error.code === each.ends, String(error));
        assert.equal(reportError(error).exitCode, 1);
        if (each.ends === 'fenced') assert.match(error.message, /runs under the slot '0'/);
        assert.equal(kafka.proxy.struck, strikes(each.faults));
        const next = await clicks.start('0');
        await clicks.out(2);
        assert.equal(await next.stop(), undefined);
        assert.deepEqual(await seen(), clicks.expected(2));
        hasGone(process, each);
      });
    }
  });
});
