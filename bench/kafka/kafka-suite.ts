import { spawnSync } from 'node:child_process';
import { prepared } from '../../test/support/prepared.ts';
import type { Suite } from '../support/suite.ts';
import { compareOnKafka } from './compare.ts';
import { type KafkaResult, linesOf } from './result.ts';

const extents = { full: { records: 1_000_000, rounds: 5 }, quick: { records: 20_000, rounds: 1 } };

/** Of the records that count, how many more each run reads before: enough for compiled code, in Java too. */
const warmUpShare = 0.5;

const needed = [
  ['kafka', 'Apache Kafka'],
  ['streams-jars', 'Kafka Streams'],
  ['streams-classes', 'the program on Kafka Streams'],
] as const;

/** Sees to it that Kafka and Kafka Streams are there, which says on standard error what it does. Returns what is missing after that. */
const prepare = (): string | undefined => {
  spawnSync(process.execPath, ['scripts/setup.mjs', '--quiet', '--bench'], { stdio: ['ignore', 'inherit', 'inherit'] });
  for (const [service, title] of needed) {
    const found = prepared(service);
    if ('missing' in found) return `${title}: ${found.missing}`;
  }
  return undefined;
};

const folderOf = (service: (typeof needed)[number][0]): string => {
  const found = prepared(service);
  if ('missing' in found) throw new Error(found.missing);
  return found.path;
};

/** The same job on Millrace, on Kafka Streams and by hand, on a real Kafka on this machine. */
export const kafkaSuite: Suite<KafkaResult> = {
  name: 'kafka',
  missing: prepare,
  measure: async ({ isQuick, say, records: asked }) => {
    const { records, rounds } = extents[isQuick ? 'quick' : 'full'];
    const measured = asked ?? records;
    const result = await compareOnKafka({
      records: measured,
      warmUp: Math.round(measured * warmUpShare),
      rounds,
      streams: { jars: folderOf('streams-jars'), classes: folderOf('streams-classes') },
      say: (line) => say(`kafka: ${line}`),
    });
    return { result, lines: linesOf(result) };
  },
};
