import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { contenders } from '../kafka/contenders.ts';
import { validAmong } from '../kafka/job.ts';
import { makeTopics, removeTopics } from '../kafka/run-topics.ts';
import { resultOf } from '../support/child.ts';
import { type Cost, cpuMicros, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import { missingKafka } from '../support/missing-kafka.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { canTellCpu } from './cpu-of.ts';
import { measureProcesses, type ProcessesWork } from './measure-processes.ts';

/** What one process and two of a group took for the same input. */
export interface ProcessesResult {
  readonly records: number;
  readonly one: ReadonlyArray<Cost>;
  readonly two: ReadonlyArray<Cost>;
  /** CPU of both processes for a record, of that of one; the median of the rounds' ratios. */
  readonly cpu_two_to_one: number;
  /** Records a second by the clock on the wall, of those of one. The broker and the reader need their share of the cores. */
  readonly rate_two_to_one: number;
}

const extents = { full: { records: 1_500_000, rounds: 3 }, quick: { records: 400_000, rounds: 1 } };
/** Of the input, what is read before it counts. */
const warmUpShare = 1 / 3;

type Places = Pick<ProcessesWork, 'brokers' | 'registry' | 'total' | 'warmUp' | 'valid'>;

const measureOnce = async (cluster: Cluster, work: ProcessesWork): Promise<Cost> => {
  const { run } = work;
  await makeTopics(cluster, run);
  const cost = await measureProcesses(cluster, work);
  await removeTopics(cluster, run, contenders.millrace.internalTopics(run));
  return cost;
};

const measureOn = async (cluster: Cluster, places: Places, { isQuick, say }: SuiteOptions): Promise<ProcessesResult> => {
  const costs: Readonly<Record<1 | 2, Cost[]>> = { 1: [], 2: [] };
  for (let round = 0; round < extents[isQuick ? 'quick' : 'full'].rounds; round += 1)
    for (const processes of round % 2 === 0 ? ([1, 2] as const) : ([2, 1] as const)) {
      const cost = await measureOnce(cluster, { ...places, processes, run: `processes-${processes}-${round}` });
      costs[processes].push(cost);
      say(`processes: ${processes}: ${count(wallRate(cost))} records/s, ${cpuMicros(cost)} CPU µs a record`);
    }
  return {
    records: places.total,
    one: costs[1],
    two: costs[2],
    cpu_two_to_one: ratioOf(costs[2].map(cpuMicros), costs[1].map(cpuMicros)),
    rate_two_to_one: ratioOf(costs[2].map(wallRate), costs[1].map(wallRate)),
  };
};

const linesOf = ({ one, two, cpu_two_to_one, rate_two_to_one }: ProcessesResult): ReadonlyArray<string> => [
  ...table(
    ['Kafka to Kafka, exactly once', 'records/s', 'CPU µs'],
    [
      ['one process', count(median(one.map(wallRate))), median(one.map(cpuMicros)).toFixed(2)],
      ['two processes', count(median(two.map(wallRate))), median(two.map(cpuMicros)).toFixed(2)],
    ],
  ),
  `Two processes take ${cpu_two_to_one} times the CPU of one for a record, at ${rate_two_to_one} times its rate.`,
];

const measure = async (options: SuiteOptions): Promise<ProcessesResult> => {
  const { records } = extents[options.isQuick ? 'quick' : 'full'];
  const broker = await startKafka({ 'log.segment.bytes': String(512 * 1024 * 1024) });
  const registry = await startEmbeddedRegistry();
  const cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'bench', clock: systemClock });
  try {
    options.say(`processes: writing ${count(records)} records`);
    await resultOf({ file: 'bench/kafka/fill.ts', args: [broker.bootstrap, registry.url, String(records)] });
    const places = { brokers: broker.bootstrap, registry: registry.url, total: records, valid: validAmong(records) };
    return await measureOn(cluster, { ...places, warmUp: Math.round(records * warmUpShare) }, options);
  } finally {
    await cluster.close();
    await registry.close();
    await broker.close();
  }
};

/** The job of the Kafka comparison by one process and by two of one group, by CPU and by the clock on the wall. */
export const processesSuite: Suite<ProcessesResult> = {
  name: 'processes',
  missing: () => (canTellCpu() ? missingKafka() : 'a system that tells the CPU time of other processes (Linux)'),
  measure: async (options) => {
    const result = await measure(options);
    return { result, lines: linesOf(result) };
  },
};
