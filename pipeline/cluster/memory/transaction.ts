import type { CommittedOffset } from '../../core/ports/cluster.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { PartitionLog } from './partition-log.ts';

/** What a transaction came to. */
export type Outcome = 'committed' | 'aborted';

/** One transaction: the partitions and groups that it touched, and what became of it. */
export class Transaction {
  readonly transactionalId: string;
  /** When the coordinator gives it up, in ms of the cluster's monotonic time. */
  readonly deadline: number;
  #state: 'open' | Outcome = 'open';
  #marked = Promise.resolve();
  readonly #logs = new Set<PartitionLog>();
  readonly #groups = new Set<ConsumerGroup>();

  constructor(transactionalId: string, deadline: number) {
    this.transactionalId = transactionalId;
    this.deadline = deadline;
  }

  get state(): 'open' | Outcome {
    return this.#state;
  }

  touches(log: PartitionLog): void {
    this.#logs.add(log);
  }

  sends(group: ConsumerGroup, offsets: ReadonlyArray<CommittedOffset>): void {
    this.#groups.add(group);
    group.addPending(this, offsets);
  }

  /** Settles the offsets and writes the markers, in the order in which the partitions were first written: at once, or after `lag`. */
  end(outcome: Outcome, lag?: Promise<void>): void {
    this.#state = outcome;
    const mark = (): void => {
      for (const log of this.#logs) log.mark(this);
    };
    if (lag === undefined) mark();
    else this.#marked = lag.then(mark);
    for (const group of this.#groups) group.settlePending(this, outcome);
  }

  /** Resolves when all its markers are written. */
  get marked(): Promise<void> {
    return this.#marked;
  }
}
