import { BenchTask } from '../support/bench-task.ts';
import { type Cost, Stopwatch } from '../support/cost.ts';
import { chunkSize, type Fed } from '../support/fed.ts';
import type { OperatorCase } from './operator-case.ts';

/** How much is measured. */
export interface Extent {
  readonly rounds: number;
  /** Records of a round. */
  readonly records: number;
}

/** What each round cost, in their order. */
export interface CaseCosts {
  readonly costs: ReadonlyArray<Cost>;
  /** Entries in the state at the end; 0 of a loop by hand. */
  readonly entries: number;
  readonly commits: number;
}

/** As the runner's. */
const commitEveryMs = 100;

/** Something that is fed and commits once a tenth of a second of its own time. */
class Contestant {
  commits = 0;
  readonly #watch = new Stopwatch();
  readonly #feed: (fed: Fed) => void;
  readonly #commit: () => Promise<void> | void;
  #sinceCommit = 0;

  constructor(feed: (fed: Fed) => void, commit: () => Promise<void> | void) {
    this.#feed = feed;
    this.#commit = commit;
  }

  async run(fed: Fed): Promise<void> {
    this.#watch.start();
    this.#feed(fed);
    this.#sinceCommit += this.#watch.stop();
    if (this.#sinceCommit < commitEveryMs) return;
    this.#sinceCommit = 0;
    this.commits += 1;
    this.#watch.start();
    await this.#commit();
    this.#watch.stop();
  }

  take(records: number): Cost {
    return this.#watch.take(records);
  }
}

interface Sides {
  readonly contestant: Contestant;
  /** Ends the run; returns the entries in its state. */
  readonly end: () => Promise<number>;
}

const millraceOf = (measured: OperatorCase): Sides => {
  const task = new BenchTask(measured.topology);
  return {
    contestant: new Contestant(
      (fed) => task.feed(fed),
      () => task.commit(),
    ),
    end: async () => {
      await task.commit();
      if (task.written === 0) throw new Error(`${measured.name} wrote nothing`);
      return task.entries;
    },
  };
};

const byHandOf = (measured: OperatorCase): Sides => {
  const hand = measured.byHand();
  return {
    contestant: new Contestant(
      (fed) => hand.take(fed),
      () => hand.commit(),
    ),
    end: () => Promise.resolve(0),
  };
};

/** Measures one side of a case: warm, with full state, in rounds. Each chunk is decoded before it is fed, outside the measurement. */
export const measureCase = async (
  measured: OperatorCase,
  side: 'millrace' | 'hand',
  { rounds, records, say }: Extent & { readonly say: (line: string) => void },
): Promise<CaseCosts> => {
  const { contestant, end } = side === 'millrace' ? millraceOf(measured) : byHandOf(measured);
  let next = 0;
  const run = async (chunks: number): Promise<void> => {
    for (const last = next + chunks; next < last; next += 1) await contestant.run(measured.chunk(next));
  };
  await run(measured.warmChunks);
  say('warm');
  const costs: Cost[] = [];
  const chunks = Math.ceil(records / chunkSize);
  contestant.take(0);
  for (let round = 0; round < rounds; round += 1) {
    await run(chunks);
    costs.push(contestant.take(chunks * chunkSize));
    say(`round ${round + 1} of ${rounds}`);
  }
  return { costs, entries: await end(), commits: contestant.commits };
};
