import { type Cost, cpuMicros, cpuRate, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import { count, table } from '../support/table.ts';
import { type ContenderName, contenders } from './contenders.ts';
import { mapped } from './mapped.ts';
import type { MeasuredRun } from './measure-run.ts';

/** The medians of one program. */
export interface ProgramResult {
  /** Records a second by the clock on the wall. */
  readonly rate: number;
  readonly cpu_rate: number;
  /** µs of CPU a record. */
  readonly cpu_micros: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly runs: ReadonlyArray<Cost>;
}

/** What Millrace is compared with; Kafka Streams stands for the faster of its two stores. */
const opponents = {
  kafka_streams_at_least_once: { bar: 1.15, of: ['at_least_once_memory', 'at_least_once_rocksdb'] },
  kafka_streams_exactly_once: { bar: 1.4, of: ['exactly_once_memory', 'exactly_once_rocksdb'] },
  hand_written: { bar: 0.9, of: ['hand_written'] },
} as const satisfies Readonly<Record<string, { readonly bar: number; readonly of: ReadonlyArray<ContenderName> }>>;

type Opponent = keyof typeof opponents;

/** Every key `vs_…`: Millrace's rate to the opponent's by the clock on the wall, the median of the ratios of the rounds. */
export type Ratios = { readonly [O in Opponent as `vs_${O}`]: number };

/** The same of the CPU time of a record: below 1 Millrace takes less. */
export type CpuRatios = { readonly [O in Opponent as `cpu_vs_${O}`]: number };

/** How all compare. */
export interface KafkaResult extends Ratios, CpuRatios {
  readonly records: number;
  readonly warm_up_records: number;
  readonly bars: Readonly<Record<Opponent, number>>;
  readonly reached: Readonly<Record<Opponent, boolean>>;
  /** What the check has found equal in every run: records forwarded, and models and minutes with their sums. */
  readonly outputs: { readonly valid: number; readonly sums: number };
  readonly programs: Readonly<Record<ContenderName, ProgramResult>>;
}

/** The runs that count, of each program in the order of the rounds. */
export type Runs = Readonly<Record<ContenderName, ReadonlyArray<MeasuredRun>>>;

const costsOf = (runs: Runs, name: ContenderName): ReadonlyArray<Cost> => runs[name].map(({ cost }) => cost);

const programResult = (runs: Runs, name: ContenderName): ProgramResult => {
  const costs = costsOf(runs, name);
  return {
    rate: Math.round(median(costs.map(wallRate))),
    cpu_rate: Math.round(median(costs.map(cpuRate))),
    cpu_micros: median(costs.map(cpuMicros)),
    settings: runs[name][0]?.settings ?? {},
    runs: costs,
  };
};

const ratio = (runs: Runs, opponent: ContenderName, measure: (cost: Cost) => number): number =>
  ratioOf(costsOf(runs, 'millrace').map(measure), costsOf(runs, opponent).map(measure));

const wall = (runs: Runs, opponent: Opponent): number => Math.min(...opponents[opponent].of.map((name) => ratio(runs, name, wallRate)));

const cpu = (runs: Runs, opponent: Opponent): number => Math.max(...opponents[opponent].of.map((name) => ratio(runs, name, cpuMicros)));

const opponentNames = Object.keys(opponents) as Opponent[];
const contenderNames = Object.keys(contenders) as ContenderName[];

/** What comes of the runs that count. */
export const resultOf = (runs: Runs, about: Pick<KafkaResult, 'records' | 'warm_up_records' | 'outputs'>): KafkaResult => ({
  ...about,
  vs_kafka_streams_at_least_once: wall(runs, 'kafka_streams_at_least_once'),
  vs_kafka_streams_exactly_once: wall(runs, 'kafka_streams_exactly_once'),
  vs_hand_written: wall(runs, 'hand_written'),
  cpu_vs_kafka_streams_at_least_once: cpu(runs, 'kafka_streams_at_least_once'),
  cpu_vs_kafka_streams_exactly_once: cpu(runs, 'kafka_streams_exactly_once'),
  cpu_vs_hand_written: cpu(runs, 'hand_written'),
  bars: mapped(opponentNames, (name) => opponents[name].bar),
  reached: mapped(opponentNames, (name) => wall(runs, name) >= opponents[name].bar),
  programs: mapped(contenderNames, (name) => programResult(runs, name)),
});

const titles: Readonly<Record<Opponent, string>> = {
  kafka_streams_at_least_once: 'Kafka Streams at least once',
  kafka_streams_exactly_once: 'Kafka Streams exactly once',
  hand_written: 'the loop by hand',
};

const verdict = (result: KafkaResult, name: Opponent): string => {
  const { bars, reached } = result;
  const rate = result[`vs_${name}`].toFixed(2);
  const micros = result[`cpu_vs_${name}`].toFixed(2);
  return `Millrace to ${titles[name]}: ${rate} times its rate at ${micros} times its CPU; the bar is ${bars[name]}: ${reached[name] ? 'reached' : 'missed'}`;
};

const settingsLine = ([name, { settings }]: [string, ProgramResult]): string =>
  `${name}: ${Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')}`;

/** The result for a person. */
export const linesOf = (result: KafkaResult): ReadonlyArray<string> => [
  ...table(
    ['Kafka to Kafka', 'records/s', 'records/s a core', 'CPU µs'],
    contenderNames.map((name) => {
      const { rate, cpu_rate, cpu_micros } = result.programs[name];
      return [contenders[name].title, count(rate), count(cpu_rate), cpu_micros.toFixed(2)];
    }),
  ),
  ...opponentNames.map((name) => verdict(result, name)),
  `The outputs of every run are right: ${count(result.outputs.valid)} records forwarded, ${count(result.outputs.sums)} sums.`,
  ...Object.entries(result.programs).map(settingsLine),
];
