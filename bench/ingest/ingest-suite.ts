import type { Quantiles } from '../latency/quantiles.ts';
import { canTellCpu } from '../processes/cpu-of.ts';
import { missingKafka } from '../support/missing-kafka.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { type HalfLoad, measureHalfLoad, measureOverload, type Overload } from './pressure.ts';
import { type IngestStage, onIngestStage } from './stage.ts';
import { type Extent, measureBatch, measureSingle, type Side } from './throughput.ts';

/** What was measured. Rates are records a second. */
export interface IngestResult {
  /** The API to itself without the call to Kafka, single feedback. */
  readonly ingest_single_vs_bare: number;
  /** The API to a loop by hand without HTTP, batches of a hundred. */
  readonly ingest_batch_vs_hand_written: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly single: Side;
  readonly batch: Side;
  readonly half_load: HalfLoad;
  readonly overload: Overload;
}

const extents: Readonly<Record<'full' | 'quick', Extent>> = { full: { rounds: 5, seconds: 8 }, quick: { rounds: 1, seconds: 1 } };

const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'missed');

const sideRow = (name: string, { rate, cpu_micros }: Side['api']): ReadonlyArray<string> => [name, count(rate), cpu_micros.toFixed(1)];

const timesRow = (name: string, { p50, p90, p99, p999, most }: Quantiles): ReadonlyArray<string> => [
  name,
  ...[p50, p90, p99, p999, most].map((ms) => ms.toFixed(1)),
];

const ratioLine = (name: string, { ratio, bar }: Side): string => `${name}: ${ratio}; the bar is ${bar}: ${verdict(ratio >= bar)}`;

const overloadLine = ({ rate, times, accepted_per_second, shed, failed, unsent, ...rest }: Overload): string =>
  `${count(rate)} requests/s: ${count(accepted_per_second)}/s accepted, ${count(shed)} shed, ${count(failed)} failed, ${count(unsent)} never sent; ` +
  `p99 of the accepted ${times.p99} ms, the bar is ${rest.bar_ms} ms: ${verdict(shed > 0 && failed === 0 && times.p99 <= rest.bar_ms)}; ` +
  `well again after ${count(rest.recovery_ms)} ms, the bar is ${count(rest.recovery_bar_ms)} ms: ${verdict(rest.recovery_ms <= rest.recovery_bar_ms)}`;

const linesOf = ({ single, batch, half_load: half, overload }: IngestResult): ReadonlyArray<string> => [
  ...table(
    ['ingestion', 'records/s', 'CPU µs'],
    [
      sideRow('single feedback', single.api),
      sideRow('  the same without the call to Kafka', single.other),
      sideRow('batches of 100', batch.api),
      sideRow('  a loop by hand, without HTTP', batch.other),
    ],
  ),
  ratioLine('single to bare', single),
  ratioLine('batches to the loop by hand', batch),
  '',
  ...table(
    ['ms', 'p50', 'p90', 'p99', 'p99.9', 'most'],
    [
      timesRow(`acknowledged, at ${count(half.rate)}/s`, half.acknowledged),
      timesRow('  a bare produce at that rate', half.bare),
      timesRow(`accepted, at ${count(overload.rate)}/s`, overload.times),
    ],
  ),
  `p99 ${half.over_bare_ms} ms over the bare one, the bar is ${half.bar_ms} ms: ${verdict(half.over_bare_ms <= half.bar_ms)}`,
  overloadLine(overload),
];

const measure = async (stage: IngestStage, options: SuiteOptions): Promise<IngestResult> => {
  const extent = extents[options.isQuick ? 'quick' : 'full'];
  const single = await measureSingle(stage, extent, options);
  const batch = await measureBatch(stage, extent, options);
  const capacity = Math.round(single.api.rate);
  options.say(`ingest: half load, ${count(capacity / 2)} requests a second`);
  const half_load = await measureHalfLoad(stage, Math.round(capacity / 2), 2 * extent.seconds);
  options.say(`ingest: overload, ${count(3 * capacity)} requests a second`);
  const overload = await measureOverload(stage, capacity, 2 * extent.seconds);
  return {
    ingest_single_vs_bare: single.ratio,
    ingest_batch_vs_hand_written: batch.ratio,
    ...extent,
    single,
    batch,
    half_load,
    overload,
  };
};

/** The ingestion API on a real Kafka: how much it takes, singly and in batches, and what it does at half load and at far too much. */
export const ingestSuite: Suite<IngestResult> = {
  name: 'ingest',
  missing: () => missingKafka() ?? (canTellCpu() ? undefined : 'The CPU time of other processes can be told on Linux only.'),
  measure: async (options) => {
    const result = await onIngestStage((stage) => measure(stage, options));
    return { result, lines: linesOf(result) };
  },
};
