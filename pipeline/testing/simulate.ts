import type { Topology } from '../core/graph.ts';
import { failureLine, shrunkLines } from './simulate/failure-text.ts';
import { shrink } from './simulate/shrink.ts';
import type { Simulation } from './simulate/simulation.ts';
import { type SeedResult, Simulator } from './simulate/simulator.ts';

/** How a topology is simulated. */
export interface SimulateOptions extends Simulation {
  /** The first seed; 1 if left out. */
  readonly from?: number;
  /** How many seeds; 100 if left out. */
  readonly seeds?: number;
  /** Whether a failing seed is made small before it is told; true if left out. */
  readonly shrink?: boolean;
  /** Whether the first failing seed is the last that is run. */
  readonly stopAtFirst?: boolean;
  /** Hears of each seed when it is over. */
  readonly onSeed?: (result: SeedResult) => void;
}

/** A seed whose outputs are not those of the quiet run. */
export interface SeedFailure {
  readonly seed: number;
  /** What is wrong, in a line. */
  readonly what: string;
  /** How it came about, as lines for a person: the smallest run that was found to fail. */
  readonly trace: ReadonlyArray<string>;
}

/** What a simulation came to. */
export interface SimulationReport {
  readonly from: number;
  /** Seeds that were run. */
  readonly seeds: number;
  /** Records that were sent, over all seeds. */
  readonly records: number;
  /** How many faults came to pass over all seeds, by kind, and the fewest in any seed. */
  readonly faults: Readonly<Record<string, number>>;
  readonly fewestFaults: number;
  /** Outputs that are not compared, since nobody says how. */
  readonly notCompared: ReadonlyArray<string>;
  readonly failures: ReadonlyArray<SeedFailure>;
}

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const failureOf = async (simulator: Simulator, result: SeedResult, options: SimulateOptions): Promise<SeedFailure> => {
  const what = failureLine(result);
  if (options.shrink === false) return { seed: result.seed, what, trace: [] };
  const plan = await simulator.plan(result.seed);
  return { seed: result.seed, what, trace: shrunkLines(plan, await shrink(simulator, plan)) };
};

/** Gathers what seeds came to. */
class Gathered {
  readonly failures: SeedFailure[] = [];
  #seeds = 0;
  #records = 0;
  #fewest = Infinity;
  readonly #faults: Record<string, number> = {};

  add({ records, faults }: SeedResult): void {
    this.#seeds += 1;
    this.#records += records;
    this.#fewest = Math.min(this.#fewest, total(faults));
    for (const [kind, count] of Object.entries(faults)) this.#faults[kind] = (this.#faults[kind] ?? 0) + count;
  }

  report(from: number, notCompared: ReadonlyArray<string>): SimulationReport {
    const { failures } = this;
    return { from, seeds: this.#seeds, records: this.#records, faults: this.#faults, fewestFaults: this.#fewest, notCompared, failures };
  }
}

/**
 * Runs a topology under seeds: each on at least three processes and four partitions, with a thousand records if it is given no inputs, while processes
 * crash before and after the steps of commits, the group is rebalanced, members expire, the cluster is slow, refuses and loses answers. The outputs
 * must be those of one process that nothing happens to.
 *
 * In virtual time, on the runtime of production over a cluster in memory; the same seed gives the same run. A failing seed is shrunk to fewer faults
 * and records, and told as a trace.
 *
 * @throws MillraceError `bad_config` if the inputs do not fit the topology.
 * @example
 * const report = await simulate(dailyTotals, { seeds: 50 });
 * assert.deepEqual(report.failures, []);
 */
export const simulate = async (topology: Topology, options: SimulateOptions = {}): Promise<SimulationReport> => {
  const { from = 1, seeds = 100 } = options;
  const simulator = await Simulator.of(topology, options);
  const gathered = new Gathered();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await simulator.run(seed);
    gathered.add(result);
    options.onSeed?.(result);
    if (result.differences.length === 0) continue;
    gathered.failures.push(await failureOf(simulator, result, options));
    if (options.stopAtFirst === true) break;
  }
  return gathered.report(from, simulator.comparison.ignored);
};
