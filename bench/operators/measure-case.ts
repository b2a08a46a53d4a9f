import { BenchTask } from '../support/bench-task.ts';
import { type Cost, Stopwatch } from '../support/cost.ts';
import { chunkSize, type Fed } from '../support/fed.ts';
import type { ByHand, OperatorCase } from './operator-case.ts';

/** How much is measured. */
export interface Extent {
  readonly rounds: number;
  /** Records of a round. */
  readonly records: number;
}

/** What each round cost, in their order. */
export interface CaseCosts {
  readonly millrace: ReadonlyArray<Cost>;
  readonly byHand: ReadonlyArray<Cost>;
  /** Entries in the state at the end. */
  readonly entries: number;
  readonly commits: number;
}

/** Chunks that are decoded ahead, so that decoding is not in the measurement. */
const blockChunks = 1;
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

  async run(block: ReadonlyArray<Fed>): Promise<void> {
    this.#watch.start();
    for (const fed of block) this.#feed(fed);
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

/** Feeds both, block by block in turn, the one that goes first changing each time. */
class Race {
  readonly #chunk: OperatorCase['chunk'];
  readonly #pair: readonly [Contestant, Contestant];
  #next = 0;
  #turn = 0;

  constructor(chunk: OperatorCase['chunk'], pair: readonly [Contestant, Contestant]) {
    this.#chunk = chunk;
    this.#pair = pair;
  }

  async run(chunks: number): Promise<void> {
    for (const end = this.#next + chunks; this.#next < end;) {
      const length = Math.min(blockChunks, end - this.#next);
      const block = Array.from({ length }, (_, at) => this.#chunk(this.#next + at));
      this.#next += length;
      this.#turn = 1 - this.#turn;
      for (const contestant of this.#turn === 0 ? this.#pair : this.#pair.toReversed()) await contestant.run(block);
    }
  }
}

/** Measures one operator against the loop by hand: warm, with full state, in rounds. `say` hears of each round. */
export const measureCase = async (measured: OperatorCase, { rounds, records }: Extent, say: (line: string) => void): Promise<CaseCosts> => {
  const task = new BenchTask(measured.topology);
  const hand: ByHand = measured.byHand();
  const millrace = new Contestant(
    (fed) => task.feed(fed),
    () => task.commit(),
  );
  const byHand = new Contestant(
    (fed) => hand.take(fed),
    () => hand.commit(),
  );
  const race = new Race((n) => measured.chunk(n), [millrace, byHand]);
  await race.run(measured.warmChunks);
  say('warm');
  const costs: { readonly millrace: Cost[]; readonly byHand: Cost[] } = { millrace: [], byHand: [] };
  const length = Math.ceil(records / chunkSize) * chunkSize;
  millrace.take(0);
  byHand.take(0);
  for (let round = 0; round < rounds; round += 1) {
    await race.run(length / chunkSize);
    costs.millrace.push(millrace.take(length));
    costs.byHand.push(byHand.take(length));
    say(`round ${round + 1} of ${rounds}`);
  }
  await task.commit();
  if (task.written === 0) throw new Error(`${measured.name} wrote nothing`);
  return { ...costs, entries: task.entries, commits: millrace.commits };
};
