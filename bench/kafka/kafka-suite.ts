import { prepared } from '../../test/support/prepared.ts';
import type { Suite } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { compareOnKafka, type KafkaResult } from './compare.ts';

const extents = { full: { records: 1_000_000, rounds: 5 }, quick: { records: 20_000, rounds: 1 } };

const linesOf = (result: KafkaResult): ReadonlyArray<string> => [
  ...table(
    ['Kafka to Kafka, exactly once', 'records/s', 'records/s a core', 'CPU µs'],
    (['millrace', 'by_hand'] as const).map((name) => {
      const { rate, cpu_rate, cpu_micros } = result[name];
      return [name.replace('_', ' '), count(rate), count(cpu_rate), cpu_micros.toFixed(2)];
    }),
  ),
  `Millrace to the loop by hand: ${result.vs_by_hand} of its rate, ${result.cpu_vs_by_hand} times its CPU; the bar is ${result.bar}: ${result.reached ? 'reached' : 'missed'}`,
];

/** The same job on Millrace and by hand, exactly once, on a real Kafka on this machine. */
export const kafkaSuite: Suite<KafkaResult> = {
  name: 'kafka',
  missing: () => {
    const found = prepared('kafka');
    return 'missing' in found ? `Apache Kafka: ${found.missing}` : undefined;
  },
  measure: async ({ isQuick, say, records }) => {
    const extent = extents[isQuick ? 'quick' : 'full'];
    const result = await compareOnKafka({ ...extent, records: records ?? extent.records, say: (line) => say(`kafka: ${line}`) });
    return { result, lines: linesOf(result) };
  },
};
