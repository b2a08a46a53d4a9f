import { childNodeOptions } from '../../bin/supervise/child-command.ts';
import { resultOf } from '../support/child.ts';
import { cpuMicros, cpuRate, type Cost, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import { count, table } from '../support/table.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { cases } from './cases.ts';
import type { CaseCosts, Extent } from './measure-case.ts';

interface CaseRun extends CaseCosts {
  readonly name: string;
  readonly about: string;
  readonly bar: number;
  readonly flink?: number;
}

/** What is told of one operator. Rates are records a second; the medians of the rounds. */
export interface OperatorResult {
  readonly name: string;
  readonly about: string;
  /** Per second of CPU: what one core does. */
  readonly rate: number;
  readonly wall_rate: number;
  readonly cpu_micros: number;
  readonly bar: number;
  readonly reached: boolean;
  readonly by_hand_rate: number;
  readonly by_hand_cpu_micros: number;
  /** The median over the rounds of CPU a record by hand to CPU a record here. */
  readonly vs_by_hand: number;
  readonly flink: number | null;
  readonly state_entries: number;
  readonly commits: number;
  readonly rounds: { readonly millrace: ReadonlyArray<Cost>; readonly by_hand: ReadonlyArray<Cost> };
}

const resultFrom = (
  { name, about, bar, flink, costs: millrace, entries, commits }: CaseRun,
  byHand: ReadonlyArray<Cost>,
): OperatorResult => {
  const rate = Math.round(median(millrace.map(cpuRate)));
  return {
    name,
    about,
    rate,
    wall_rate: Math.round(median(millrace.map(wallRate))),
    cpu_micros: median(millrace.map(cpuMicros)),
    bar,
    reached: rate >= bar,
    by_hand_rate: Math.round(median(byHand.map(cpuRate))),
    by_hand_cpu_micros: median(byHand.map(cpuMicros)),
    vs_by_hand: ratioOf(millrace.map(cpuRate), byHand.map(cpuRate)),
    flink: flink ?? null,
    state_entries: entries,
    commits,
    rounds: { millrace, by_hand: byHand },
  };
};

const extents: Readonly<Record<'full' | 'quick', Extent & { readonly keys: number }>> = {
  full: { keys: 1_000_000, rounds: 5, records: 500_000 },
  quick: { keys: 2_000, rounds: 1, records: 10_000 },
};

const heapMegabytes = 6_000;

const linesOf = (results: ReadonlyArray<OperatorResult>): ReadonlyArray<string> =>
  table(
    ['operator', 'records/s a core', 'bar', '', 'CPU µs', 'by hand', 'ratio', 'records/s wall', 'state'],
    results.map((result) => [
      result.name,
      count(result.rate),
      count(result.bar),
      result.reached ? 'reached' : 'missed',
      result.cpu_micros.toFixed(2),
      count(result.by_hand_rate),
      result.vs_by_hand.toFixed(2),
      count(result.wall_rate),
      count(result.state_entries),
    ]),
  );

const measureOne = async (name: string, { isQuick, say }: SuiteOptions): Promise<OperatorResult> => {
  const { keys, rounds, records } = extents[isQuick ? 'quick' : 'full'];
  const run = (side: 'millrace' | 'hand'): Promise<CaseRun> =>
    resultOf<CaseRun>({
      file: 'bench/operators/run-case.ts',
      args: [name, side, keys, rounds, records].map(String),
      nodeFlags: childNodeOptions({ nodeOptions: [`--max-old-space-size=${heapMegabytes}`], env: process.env }),
      say: (line) => say(`${name}, ${side === 'hand' ? 'by hand' : side}: ${line}`),
    });
  const byHand = await run('hand');
  const result = resultFrom(await run('millrace'), byHand.costs);
  say(`${name}: ${count(result.rate)} records a second and core, ${result.vs_by_hand} of the loop by hand`);
  return result;
};

/** Runs each side of every case in a process of its own: two states in one would take the caches from each other. */
export const operatorsSuite: Suite<ReadonlyArray<OperatorResult>> = {
  name: 'operators',
  measure: async (options) => {
    const result: OperatorResult[] = [];
    for (const name of Object.keys(cases)) result.push(await measureOne(name, options));
    return { result, lines: linesOf(result) };
  },
};
