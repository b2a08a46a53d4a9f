import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { resultOf } from '../support/child.ts';
import { type Cost, cpuMicros, cpuRate, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import { count } from '../support/table.ts';

const programs = { millrace: 'bench/kafka/millrace-run.ts', hand: 'bench/kafka/hand-written-run.ts' } as const;
type Program = keyof typeof programs;

/** How much is measured. */
export interface CompareOptions {
  readonly records: number;
  /** Rounds that count; one more goes before them, to warm the broker's cache. */
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** The medians of one program. */
export interface ProgramResult {
  /** Records a second by the clock on the wall. */
  readonly rate: number;
  readonly cpu_rate: number;
  readonly cpu_micros: number;
  readonly runs: ReadonlyArray<Cost>;
}

/** How the two compare: the medians of the ratios of the rounds. */
export interface KafkaResult {
  readonly records: number;
  readonly millrace: ProgramResult;
  readonly by_hand: ProgramResult;
  readonly vs_by_hand: number;
  readonly cpu_vs_by_hand: number;
  readonly bar: number;
  readonly reached: boolean;
}

const bar = 0.9;

const summed = (runs: ReadonlyArray<Cost>): ProgramResult => ({
  rate: Math.round(median(runs.map(wallRate))),
  cpu_rate: Math.round(median(runs.map(cpuRate))),
  cpu_micros: median(runs.map(cpuMicros)),
  runs,
});

const compared = (records: number, millrace: ReadonlyArray<Cost>, byHand: ReadonlyArray<Cost>): KafkaResult => {
  const ratio = ratioOf(millrace.map(wallRate), byHand.map(wallRate));
  return {
    records,
    millrace: summed(millrace),
    by_hand: summed(byHand),
    vs_by_hand: ratio,
    cpu_vs_by_hand: ratioOf(millrace.map(cpuMicros), byHand.map(cpuMicros)),
    bar,
    reached: ratio >= bar,
  };
};

const orders = [
  ['millrace', 'hand'],
  ['hand', 'millrace'],
] as const;

/**
 * The same job on Millrace and as a hand-written loop, on one broker and the same input, in turn, each run in a process of its own.
 * Both are exactly once.
 */
export const compareOnKafka = async ({ records, rounds, say }: CompareOptions): Promise<KafkaResult> => {
  const broker = await startKafka({ 'log.segment.bytes': String(512 * 1024 * 1024) });
  const registry = await startEmbeddedRegistry();
  const runs = Array.from({ length: rounds + 1 }, (_, round) => round);
  const costs: Record<Program, Cost[]> = { millrace: [], hand: [] };
  const run = (program: Program, round: number): Promise<Cost> =>
    resultOf<Cost>({ file: programs[program], args: [broker.bootstrap, registry.url, `${program[0]}${round}`, String(records)] });
  try {
    say(`writing ${count(records)} records`);
    const names = runs.flatMap((round) => [`m${round}`, `h${round}`]);
    await resultOf({ file: 'bench/kafka/fill.ts', args: [broker.bootstrap, registry.url, String(records), ...names] });
    for (const round of runs) {
      for (const program of orders[round % 2] ?? orders[0]) {
        const cost = await run(program, round);
        const warm = round === 0 ? ' (warm-up)' : '';
        say(`${program.padEnd(8)} ${count(wallRate(cost))} records/s, ${cpuMicros(cost)} CPU µs a record${warm}`);
        if (round > 0) costs[program].push(cost);
      }
    }
    return compared(records, costs.millrace, costs.hand);
  } finally {
    await registry.close();
    await broker.close();
  }
};
