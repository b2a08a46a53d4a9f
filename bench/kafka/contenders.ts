import { internalTopic } from '../../pipeline/core/internal-topics.ts';
import { topicsOf } from './job.ts';

/** What every program is told of its work. */
export interface Work {
  readonly brokers: string;
  readonly registry: string;
  /** Names the run: in its topics, groups and transactions. */
  readonly run: string;
  /** Records of the input that are read before the measurement begins. */
  readonly warmUp: number;
  /** How many records it is to forward and count, warm-up included. */
  readonly valid: number;
  /** The ids of the two schemas in the registry. */
  readonly scoreId: number;
  readonly sumId: number;
  /** An empty folder for what it keeps on disk. */
  readonly folder: string;
  /** The folders that set-up has made for the program on Kafka Streams. */
  readonly streams: StreamsFolders;
}

/** Where the jars of Kafka Streams lie, and the compiled classes of `bench/kafka/streams`. */
export interface StreamsFolders {
  readonly jars: string;
  readonly classes: string;
}

/** One of the programs that do the job. */
export interface Contender {
  readonly title: string;
  /** How it is started. It speaks as `Said` describes, and ends when something is written to its standard input. */
  readonly command: (work: Work) => ReadonlyArray<string>;
  /** The topics that it makes for itself. */
  readonly internalTopics: (run: string) => ReadonlyArray<string>;
}

/** How a program of this folder is started. */
export const onNode = (
  file: string,
  { brokers, registry, run, warmUp }: Pick<Work, 'brokers' | 'registry' | 'run' | 'warmUp'>,
  ...more: ReadonlyArray<string>
): ReadonlyArray<string> => [
  process.execPath,
  '--import',
  'ts-blank-space/register',
  `bench/kafka/${file}`,
  ...[brokers, registry, run, warmUp, ...more].map(String),
];

/** How a class of `bench/kafka/streams` is started; options are `name=value`. */
export const onJava = (
  { jars, classes }: StreamsFolders,
  program: string,
  options: Readonly<Record<string, unknown>>,
): ReadonlyArray<string> => [
  'java',
  '-Xmx1g',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
  '-cp',
  `${classes}:${jars}/*`,
  `millrace.bench.${program}`,
  ...Object.entries(options).map(([name, value]) => `${name}=${String(value)}`),
];

const applicationOf = (run: string): string => `streams-${run}`;

const streams = (guarantee: 'at_least_once' | 'exactly_once_v2', store: 'memory' | 'rocksdb'): Contender => ({
  title: `Kafka Streams, ${guarantee}, ${store === 'memory' ? 'in memory' : 'RocksDB'}`,
  command: ({ brokers, run, warmUp, valid, scoreId, sumId, folder, streams: folders }) => {
    const { scores, valid: forwarded, sums } = topicsOf(run);
    return onJava(folders, 'StreamsPeer', {
      ...{ bootstrap: brokers, application: applicationOf(run), stateDir: folder, guarantee, store },
      ...{ scores: scores.name, valid: forwarded.name, sums: sums.name, warmUp, validRecords: valid },
      ...{ scoreSchema: scores.type.schema, scoreId, sumSchema: sums.type.schema, sumId },
    });
  },
  internalTopics: (run) => [`${applicationOf(run)}-by-model-repartition`, `${applicationOf(run)}-sum-1m-changelog`],
});

/** All that are compared, by the name that they have in the result. */
export const contenders = {
  millrace: {
    title: 'Millrace',
    command: (work) => onNode('millrace-run.ts', work),
    internalTopics: (run) => [
      internalTopic(`bench-${run}`, 'by-model', 'repartition'),
      ...['part-1m', 'sum-1m'].map((node) => internalTopic(`bench-${run}`, node, 'changelog')),
      topicsOf(run).deadLetter.name,
    ],
  },
  hand_written: {
    title: 'by hand',
    command: (work) => onNode('hand-written-run.ts', work),
    internalTopics: (run) => [topicsOf(run).parts.name],
  },
  at_least_once_memory: streams('at_least_once', 'memory'),
  at_least_once_rocksdb: streams('at_least_once', 'rocksdb'),
  exactly_once_memory: streams('exactly_once_v2', 'memory'),
  exactly_once_rocksdb: streams('exactly_once_v2', 'rocksdb'),
} as const satisfies Readonly<Record<string, Contender>>;

/** The name of a contender. */
export type ContenderName = keyof typeof contenders;
