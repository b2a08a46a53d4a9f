import { topics } from '../../topologies/feedback/topics.ts';
import { missingKafka } from '../support/missing-kafka.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { type Passage, passagesOf } from './latencies.ts';
import { bareTopic, type Rate } from './load.ts';
import { bounds, histogramOf, type Quantiles, quantilesOf } from './quantiles.ts';
import { settled } from './settled.ts';
import { type LatencyStage, onStage } from './stage.ts';

/** What was measured. All times in ms. */
export interface LatencyResult {
  readonly records_per_second: number;
  readonly seconds: number;
  readonly feedback: number;
  readonly missing: number;
  readonly repeated: number;
  readonly sender_behind_ms: number;
  /** From produce to the committed training record. */
  readonly loop: Quantiles;
  readonly loop_bar_ms: number;
  /** From produce to consume of a topic that nothing stands between but the broker, in the same time. */
  readonly bare: Quantiles;
  /** Between the two, at the 99th percentile. There is one transactional hop. */
  readonly hop_ms: number;
  readonly hop_bar_ms: number;
  readonly stages: Readonly<Record<'acknowledged' | 'written' | 'committed', Quantiles>>;
  readonly histogram: {
    readonly up_to_ms: ReadonlyArray<number | null>;
    readonly loop: ReadonlyArray<number>;
    readonly bare: ReadonlyArray<number>;
  };
}

const loopBar = 1_000;
const hopBar = 300;
const extents: Readonly<Record<'full' | 'quick', Rate>> = { full: { pairs: 2_500, seconds: 300 }, quick: { pairs: 50, seconds: 3 } };
/** Before what counts: compiled code, an assignment that stands. */
const warmUpSeconds = 15;
const stagesOf = (passages: ReadonlyArray<Passage>): LatencyResult['stages'] => ({
  acknowledged: quantilesOf(passages.map((passage) => passage.acknowledged)),
  written: quantilesOf(passages.map((passage) => passage.written)),
  committed: quantilesOf(passages.map((passage) => passage.committed)),
});

const resultFrom = ({ load, arrivals, bare }: LatencyStage, { pairs, seconds }: Rate): LatencyResult => {
  const { passages, missing } = passagesOf(load.sent, arrivals, topics.feedbackReceived.name);
  const totals = passages.map(({ total }) => total);
  const bareTotals = passagesOf(load.sent, bare, bareTopic).passages.map(({ total }) => total);
  const loop = quantilesOf(totals);
  const reference = quantilesOf(bareTotals);
  return {
    records_per_second: 2 * pairs,
    seconds,
    feedback: passages.length,
    missing,
    repeated: arrivals.repeated,
    sender_behind_ms: Math.round(load.behind),
    loop,
    loop_bar_ms: loopBar,
    bare: reference,
    hop_ms: Math.round((loop.p99 - reference.p99) * 10) / 10,
    hop_bar_ms: hopBar,
    stages: stagesOf(passages),
    histogram: {
      up_to_ms: bounds.map((bound) => (Number.isFinite(bound) ? bound : null)),
      loop: histogramOf(totals),
      bare: histogramOf(bareTotals),
    },
  };
};

const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'missed');
const row = (name: string, { p50, p90, p99, p999, most }: Quantiles): ReadonlyArray<string> => [
  name,
  ...[p50, p90, p99, p999, most].map((ms) => ms.toFixed(1)),
];

const linesOf = (result: LatencyResult): ReadonlyArray<string> => [
  ...table(
    [`ms at ${count(result.records_per_second)} records/s`, 'p50', 'p90', 'p99', 'p99.9', 'most'],
    [
      row('feedback to committed training record', result.loop),
      row('  until the broker has it', result.stages.acknowledged),
      row('  until the result is written', result.stages.written),
      row('  until it is committed and read', result.stages.committed),
      row('bare produce to consume', result.bare),
    ],
  ),
  `p99 ${result.loop.p99} ms, the bar is ${count(loopBar)} ms: ${verdict(result.loop.p99 < loopBar)}; ${result.hop_ms} ms over the bare one, the bar is ${hopBar} ms: ${verdict(result.hop_ms <= hopBar)}`,
  `${count(result.feedback)} of ${count(result.feedback + result.missing)} arrived, ${result.repeated} twice`,
];

const measure = async (stage: LatencyStage, { isQuick, say }: SuiteOptions): Promise<LatencyResult> => {
  const rate = extents[isQuick ? 'quick' : 'full'];
  await stage.start('0');
  const warmUp = { ...rate, seconds: isQuick ? 2 : warmUpSeconds };
  say(`latency: warming up for ${warmUp.seconds} s`);
  await stage.load.run(warmUp, 0);
  await settled(stage);
  for (const noted of [stage.load, stage.arrivals, stage.bare]) noted.forget();
  say(`latency: ${count(2 * rate.pairs)} records a second for ${rate.seconds} s`);
  await stage.load.run(rate, 1_000_000);
  await settled(stage);
  return resultFrom(stage, rate);
};

/** From the produce of feedback to the committed training record, on the feedback topology as it is shipped, beside a bare produce and consume. */
export const latencySuite: Suite<LatencyResult> = {
  name: 'latency',
  missing: missingKafka,
  measure: async (options) => {
    const result = await onStage((stage) => measure(stage, options));
    return { result, lines: linesOf(result) };
  },
};
