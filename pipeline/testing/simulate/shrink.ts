import type { Difference } from './compare.ts';
import type { Plan } from './plan.ts';
import type { Judged, Simulator } from './simulator.ts';
import { type Effort, smallest } from './smallest.ts';

/** As little of a failing plan as still fails in the same place, and what comes of it. */
export interface Shrunk extends Judged {
  readonly plan: Plan;
}

/** Records that may be run in all, in quiet and in disturbed runs: some ten seconds. */
const mostRecords = 80_000;
/** What a run costs besides its records. */
const perRun = 100;

const placesOf = (differences: ReadonlyArray<Difference>): ReadonlySet<string> => new Set(differences.map(({ where }) => where));

/** Tries plans, and keeps the smallest that fails where the first one did. */
class Shrinking {
  readonly #simulator: Simulator;
  readonly #where: ReadonlySet<string>;
  readonly #isQuietWrong: boolean;
  readonly #effort: Effort = { left: mostRecords };
  kept: Shrunk;

  constructor(simulator: Simulator, failed: Shrunk) {
    this.#simulator = simulator;
    this.#where = placesOf(failed.differences);
    this.#isQuietWrong = failed.isQuietWrong;
    this.kept = failed;
  }

  async faults(): Promise<void> {
    await smallest(this.kept.plan.faults, this.#effort, (faults) => this.#fails({ ...this.kept.plan, faults }));
  }

  /** What the quiet run does wrong may come of the inputs alone: without some of them anything would. */
  async records(): Promise<void> {
    if (this.#isQuietWrong) return;
    await smallest(this.kept.plan.sendings, this.#effort, (sendings) => this.#fails({ ...this.kept.plan, sendings }));
  }

  /** Takes away what makes a run hard to read: waiting at random, small chunks, other processes. */
  async surroundings(): Promise<void> {
    const { chunkSize: _, ...settings } = this.kept.plan.settings;
    await this.#fails({ ...this.kept.plan, jitter: 0 });
    await this.#fails({ ...this.kept.plan, settings: { ...settings, chunkSize: 1_000 } });
    for (const processes of [1, 2]) {
      if (processes < this.kept.plan.processes && (await this.#fails({ ...this.kept.plan, processes }))) return;
    }
  }

  async #fails(plan: Plan): Promise<boolean> {
    this.#effort.left -= plan.sendings.length * 2 + perRun;
    const judged = await this.#simulator.judge(plan);
    if (judged.isQuietWrong !== this.#isQuietWrong) return false;
    if (!judged.differences.some(({ where }) => this.#where.has(where))) return false;
    this.kept = { plan, ...judged };
    return true;
  }
}

/** Makes a failing plan as small as it can within bounds: fewer faults, fewer records, then fewer of both once more. */
export const shrink = async (simulator: Simulator, plan: Plan): Promise<Shrunk> => {
  const shrinking = new Shrinking(simulator, { plan, ...(await simulator.judge(plan)) });
  await shrinking.faults();
  await shrinking.records();
  await shrinking.surroundings();
  await shrinking.faults();
  await shrinking.records();
  return shrinking.kept;
};
