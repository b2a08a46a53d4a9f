import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { redriveTopic } from '../../core/internal-topics.ts';
import { patiently } from '../../core/patiently.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Cluster, LogRecord, NewRecord, TransactionalProducer } from '../../core/ports/cluster.ts';
import { createLedger, ledgerKey, ledgerRecord, readLedger } from './ledger.ts';
import { type Letter, letterOf } from './letter.ts';
import { readLetters } from './read-letters.ts';
import { redrivenRecord } from './redriven-record.ts';
import { isMeant, type Selection } from './selection.ts';
import { judgeOf, type Reason, type Verdict, type Way } from './verdict.ts';

/** How far a redrive has come. */
export interface RedriveProgress {
  /** Offsets of the dead letter that are behind it, and all that are asked for. Transaction markers count. */
  readonly done: number;
  readonly all: number;
  readonly redriven: number;
}

/** What is to be redriven. */
export interface RedriveOptions {
  /** The dead letter that is read: the topology's own, or that of a delivery. */
  readonly deadLetter: string;
  readonly selection: Selection;
  /** A record that was refused so often stays where it is. */
  readonly mostAttempts: number;
  /** Says what would be done and writes nothing. */
  readonly isDry: boolean;
  readonly progress?: ((progress: RedriveProgress) => void) | undefined;
  /** Ends it after the transaction in hand. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of a redrive, in letters. */
export interface Redriven {
  /** Those that were meant. */
  readonly meant: number;
  /** Those of them that were sent back, or would be. */
  readonly redriven: number;
  /** Those that stay, by the reason. */
  readonly left: Readonly<Partial<Record<Reason, number>>>;
  /** False if it was ended before all of them were seen. */
  readonly isComplete: boolean;
}

/** What a redrive needs. */
export interface RedriveDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

/** Letters in a transaction at most. */
const perTransaction = 500;
const patience = { firstMs: 100, mostMs: 5_000, budgetMs: 60_000 };

interface Outgoing {
  readonly key: string;
  readonly records: ReadonlyArray<NewRecord>;
}

/** One reading of the dead letter, from a ledger that nobody else writes. */
class Pass {
  readonly #topology: Topology;
  readonly #judge: (letter: Letter) => Verdict;
  readonly #deps: RedriveDeps;
  readonly #options: RedriveOptions;
  readonly #producer: TransactionalProducer | undefined;
  readonly #ledger: Set<string>;
  /** What this redrive has tried to send: if it stands in the ledger, it was this redrive that sent it. */
  readonly #tried: Set<string>;
  /** What this pass has counted as redriven. */
  readonly #counted = new Set<string>();
  readonly #left: Partial<Record<Reason, number>> = {};
  #meant = 0;

  constructor(
    of: { readonly topology: Topology; readonly deps: RedriveDeps; readonly options: RedriveOptions },
    sending: { readonly producer: TransactionalProducer | undefined; readonly ledger: Set<string>; readonly tried: Set<string> },
  ) {
    this.#topology = of.topology;
    this.#judge = judgeOf(of.topology);
    this.#deps = of.deps;
    this.#options = of.options;
    this.#producer = sending.producer;
    this.#ledger = sending.ledger;
    this.#tried = sending.tried;
  }

  async run(): Promise<Redriven> {
    const { deadLetter, selection, progress, signal } = this.#options;
    const isComplete = await readLetters(this.#deps.cluster, { topic: deadLetter, range: selection.range, signal }, async (records, at) => {
      await this.#take(records);
      progress?.({ ...at, redriven: this.#counted.size });
    });
    return { meant: this.#meant, redriven: this.#counted.size, left: this.#left, isComplete };
  }

  async #take(records: ReadonlyArray<LogRecord>): Promise<void> {
    const outgoing = records.flatMap((record) => this.#outgoing(letterOf(record)));
    for (let at = 0; at < outgoing.length; at += perTransaction) await this.#send(outgoing.slice(at, at + perTransaction));
  }

  /** What is to be written for a letter; nothing if it stays. */
  #outgoing(letter: Letter): ReadonlyArray<Outgoing> {
    if (!isMeant(this.#options.selection, letter)) return [];
    this.#meant += 1;
    const verdict = this.#verdict(letter);
    if ('way' in verdict) return [this.#outgoingOf(letter, verdict.way)];
    if (verdict.reason !== 'ours') this.#left[verdict.reason] = (this.#left[verdict.reason] ?? 0) + 1;
    return [];
  }

  #verdict(letter: Letter): Verdict | { readonly reason: 'ours' } {
    const verdict = this.#judge(letter);
    if ('reason' in verdict) return verdict;
    const key = ledgerKey(verdict.way);
    if (this.#ledger.has(key)) return { reason: this.#isOurs(key) ? 'ours' : 'redriven' };
    return letter.attempts >= this.#options.mostAttempts ? { reason: 'attempts' } : verdict;
  }

  /** Whether an earlier pass of this redrive has sent it; true once, for the first of its letters. */
  #isOurs(key: string): boolean {
    if (!this.#tried.has(key) || this.#counted.has(key)) return false;
    this.#counted.add(key);
    return true;
  }

  #outgoingOf(letter: Letter, way: Way): Outgoing {
    const { name } = this.#topology;
    const key = ledgerKey(way);
    this.#ledger.add(key);
    const entry = ledgerRecord(name, way, { letter: letter.at, at: this.#deps.clock.now() });
    return { key, records: [redrivenRecord(name, letter, way), entry] };
  }

  async #send(outgoing: ReadonlyArray<Outgoing>): Promise<void> {
    const producer = this.#producer;
    if (producer !== undefined) {
      for (const { key } of outgoing) this.#tried.add(key);
      await producer.begin();
      for (const record of outgoing.flatMap(({ records }) => records)) while (!producer.produce(record)) await producer.drain();
      await producer.commit();
    }
    for (const { key } of outgoing) this.#counted.add(key);
  }
}

/** Takes the transactional id, which ends what an earlier redrive left open and fences it, then reads what was redriven by then. */
const send = async (
  of: { readonly topology: Topology; readonly deps: RedriveDeps; readonly options: RedriveOptions },
  tried: Set<string>,
): Promise<Redriven> => {
  const { name } = of.topology;
  const producer = await of.deps.cluster.transactionalProducer(redriveTopic(name));
  try {
    return await new Pass(of, { producer, tried, ledger: await readLedger(of.deps.cluster, name) }).run();
  } finally {
    await producer.close().catch(() => undefined);
  }
};

const checkCluster = ({ traits }: Cluster): void => {
  if (!traits.transactions)
    throw new MillraceError('bad_config', 'the embedded broker has no transactions, so nothing can be redriven exactly once on it');
};

/**
 * Sends dead letters back to where their records were read, each to be led to the node that refused it.
 *
 * A letter and its entry in the ledger are one transaction, under an id that only one redrive of a topology can have: redriven twice, or ended in
 * the middle and run again, each is sent once. The topology need not run meanwhile. What it refuses again is a new letter with one more attempt.
 * Letters that are written while it reads are left for the next time. Memory: a text for each letter that was ever redriven.
 *
 * @throws MillraceError `bad_config` if offsets are given that are not there or the cluster has no transactions; `unknown_topic` if the dead
 * letter does not exist; `fenced` if another redrive of the topology has begun meanwhile, which goes on; what does not heal within a minute.
 */
export const redrive = async (topology: Topology, deps: RedriveDeps, options: RedriveOptions): Promise<Redriven> => {
  checkCluster(deps.cluster);
  const of = { topology, deps, options };
  const tried = new Set<string>();
  if (options.isDry) {
    const ledger = await readLedger(deps.cluster, topology.name);
    return new Pass(of, { producer: undefined, tried, ledger }).run();
  }
  await createLedger(deps.cluster, topology.name);
  return patiently(() => send(of, tried), { clock: deps.clock, limits: patience });
};
