import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { Comparison, type Difference, type Facts } from './compare.ts';
import { defaultInputs } from './default-inputs.ts';
import type { Message } from './message.ts';
import { partitions, type Plan, planOf, quietPlan, type Sending } from './plan.ts';
import { type Run, runPlan } from './run.ts';
import type { Simulation } from './simulation.ts';
import { Stage } from './stage.ts';
import { traitsOf } from './traits.ts';

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  /** Records sent, repeats aside. */
  readonly records: number;
  /** How many faults came to pass, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Where the disturbed run is not as the quiet one; empty if all is well. */
  readonly differences: ReadonlyArray<Difference>;
}

/** A run and where it is not as it should be. */
export interface Judged {
  readonly run: Run;
  readonly differences: ReadonlyArray<Difference>;
  /** Whether the quiet run is wrong by itself, so that no fault is to blame. */
  readonly isQuietWrong: boolean;
}

/** So many seeds in a row share their inputs: what comes of these in peace has to be found out once for all of them. */
const seedsPerInputs = 10;

/** Runs seeds of one topology and compares each with what comes of the same inputs in peace. */
export class Simulator {
  readonly comparison: Comparison;
  readonly #topology: Topology;
  readonly #simulation: Simulation;
  readonly #stage: Stage;
  #quiet: { readonly group: number; readonly inputs: ReadonlyArray<Message>; readonly facts: Facts } | undefined;

  private constructor(topology: Topology, simulation: Simulation, stage: Stage) {
    this.#topology = topology;
    this.#simulation = simulation;
    this.#stage = stage;
    this.comparison = new Comparison(topology, simulation);
  }

  static async of(topology: Topology, simulation: Simulation): Promise<Simulator> {
    return new Simulator(topology, simulation, await Stage.of(topology, simulation));
  }

  /** What a seed stands for. */
  async plan(seed: number): Promise<Plan> {
    return planOf(seed, (await this.#inputs(seed)).inputs, traitsOf(this.#topology));
  }

  /** Runs a seed. */
  async run(seed: number): Promise<SeedResult> {
    const plan = await this.plan(seed);
    const { run, differences } = await this.judge(plan, (await this.#inputs(seed)).facts);
    return { seed, records: plan.sendings.length, faults: run.struck, differences };
  }

  /** Runs a plan and judges it by what comes of its inputs in peace. */
  async judge(plan: Plan, quiet?: Facts): Promise<Judged> {
    const expected = quiet ?? (await this.#quietFacts(plan.sendings));
    const run = await runPlan(this.#stage, plan);
    const differences = this.comparison.differences(expected, run.outputs);
    const ended: ReadonlyArray<Difference> =
      run.failures.length === 0 ? [] : [{ where: 'processes', missing: [], unexpected: run.failures }];
    return { run, differences: [...ended, ...differences], isQuietWrong: expected.problems.length > 0 };
  }

  async #inputs(seed: number): Promise<{ readonly inputs: ReadonlyArray<Message>; readonly facts: Facts }> {
    const group = Math.floor(seed / seedsPerInputs);
    if (this.#quiet?.group === group) return this.#quiet;
    const inputs = this.#simulation.inputs?.(group, partitions) ?? defaultInputs(this.#topology, group);
    const facts = await this.#quietFacts(inputs.map((message, number) => ({ number, at: 0, message })));
    this.#quiet = { group, inputs, facts };
    return this.#quiet;
  }

  async #quietFacts(sendings: ReadonlyArray<Sending>): Promise<Facts> {
    const { outputs, failures } = await runPlan(this.#stage, quietPlan(sendings));
    if (failures.length > 0) {
      throw new MillraceError('bad_topology', `"${this.#topology.name}" fails although nothing happens to it: ${failures.join('; ')}`);
    }
    return this.comparison.factsOf(outputs);
  }
}
