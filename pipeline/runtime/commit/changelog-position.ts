/**
 * Up to where a task's store has its changelog, as told to the store with each publish: never too far, and little behind.
 *
 * While a task lives, nobody else's records for its changelog can be committed. So every offset that is not above the end of the log at the
 * time of a commit of the task stands for what its store has. Two such offsets are known: the position before, moved on by the records of
 * the commit, which have one offset each; and any end that was seen before the commit was staged. The first lags behind by what transactions
 * write besides (markers, aborted records), until the second makes up for it. What is behind is replayed again, to the same effect.
 */
export class ChangelogPosition {
  #at = 0;
  #seen = 0;
  #staged = { records: 0, seen: 0 };

  /** The offset from which a restart has to replay. */
  get at(): number {
    return this.#at;
  }

  /** All that is committed below this offset has been applied to the store. */
  restored(at: number): void {
    this.#at = at;
  }

  /** The broker told that the log ends here. */
  saw(end: number): void {
    this.#seen = end;
  }

  /** A commit is about to write so many records. */
  stage(records: number): void {
    this.#staged = { records, seen: this.#seen };
  }

  /** What was staged is committed, in a transaction that was refused if others own the task by now. Returns where the store stands. */
  committed(): number {
    this.#at = Math.max(this.#at + this.#staged.records, this.#staged.seen);
    this.#staged = { records: 0, seen: 0 };
    return this.#at;
  }
}
