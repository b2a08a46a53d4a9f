import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { Millrace } from '../../test/support/millrace.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { missingKafka } from '../support/missing-kafka.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { type Passage, passagesOf } from './latencies.ts';
import { quantilesOf } from './quantiles.ts';
import { settled } from './settled.ts';
import { type LatencyStage, onStage } from './stage.ts';
import { wallNow } from './wall-now.ts';

/** What a kill of one of two processes cost the readers. Times in ms. */
export interface Failover {
  /** What was done after the kill. */
  readonly then: 'left to the other' | 'started again at once';
  /** The longest that a feedback took to its committed training record: what readers wait for the killed process's partitions. */
  readonly pause_ms: number;
  /** The same in the partitions of the other process: what its own rebalance costs. */
  readonly pause_elsewhere_ms: number;
  readonly p50_before_ms: number;
  /** How much feedback took more than a second. */
  readonly delayed: number;
  readonly feedback: number;
  readonly missing: number;
  readonly repeated: number;
}

const second = 1_000;
const extents = {
  full: { pairs: 200, before: 15, after: 75 },
  quick: { pairs: 20, before: 3, after: 60 },
} as const;

type Extent = (typeof extents)[keyof typeof extents];

/** A partition was the killed process's if its longest wait is at least this share of the longest of all. */
const ownShare = 0.5;

const waitsByPartition = (passages: ReadonlyArray<Passage>): ReadonlyArray<number> => {
  const longest = new Map<string, number>();
  for (const { partition, total } of passages) longest.set(partition, Math.max(longest.get(partition) ?? 0, total));
  return [...longest.values()];
};

const failoverFrom = ({ load, arrivals }: LatencyStage, killedAt: number): Omit<Failover, 'then'> => {
  const { passages, missing } = passagesOf(load.sent, arrivals, topics.feedbackReceived.name);
  const waits = waitsByPartition(passages.filter(({ sentAt, total }) => sentAt + total > killedAt));
  const pause = Math.max(...waits);
  return {
    pause_ms: Math.round(pause),
    pause_elsewhere_ms: Math.round(Math.max(0, ...waits.filter((wait) => wait < ownShare * pause))),
    p50_before_ms: quantilesOf(passages.filter(({ sentAt }) => sentAt < killedAt - second).map(({ total }) => total)).p50,
    delayed: passages.filter(({ total }) => total > second).length,
    feedback: passages.length,
    missing,
    repeated: arrivals.repeated,
  };
};

const killOne = async (stage: LatencyStage, extent: Extent, { victim, then, from }: Kill): Promise<Failover> => {
  for (const noted of [stage.load, stage.arrivals, stage.bare]) noted.forget();
  const sending = stage.load.run({ pairs: extent.pairs, seconds: extent.before + extent.after }, from);
  await systemClock.sleep((extent.before + 1) * second);
  const killedAt = wallNow();
  await victim.kill();
  if (then === 'started again at once') await stage.start('1');
  await sending;
  await settled(stage);
  return { then, ...failoverFrom(stage, killedAt) };
};

interface Kill {
  readonly victim: Millrace;
  readonly then: Failover['then'];
  /** The number of the first pair that is sent. */
  readonly from: number;
}

const measure = async (stage: LatencyStage, { isQuick, say }: SuiteOptions): Promise<ReadonlyArray<Failover>> => {
  const extent = extents[isQuick ? 'quick' : 'full'];
  await stage.start('0');
  const results: Failover[] = [];
  for (const then of ['left to the other', 'started again at once'] as const) {
    const victim = await stage.start('1');
    say(`failover: one of two processes is killed in ${extent.before + 1} s, and ${then}`);
    results.push(await killOne(stage, extent, { victim, then, from: results.length * 1_000_000 }));
  }
  return results;
};

const linesOf = (results: ReadonlyArray<Failover>): ReadonlyArray<string> =>
  table(
    [
      'one of two processes killed, and',
      'longest wait, ms',
      'elsewhere, ms',
      'p50 before, ms',
      'over a second',
      'arrived',
      'missing',
      'twice',
    ],
    results.map((result) => [
      result.then,
      ...[result.pause_ms, result.pause_elsewhere_ms, result.p50_before_ms, result.delayed, result.feedback].map(count),
      count(result.missing),
      count(result.repeated),
    ]),
  );

/** How long readers wait when one of two processes is killed: for its open transaction, its session and its state. */
export const failoverSuite: Suite<ReadonlyArray<Failover>> = {
  name: 'failover',
  missing: missingKafka,
  measure: async (options) => {
    const result = await onStage((stage) => measure(stage, options));
    return { result, lines: linesOf(result) };
  },
};
