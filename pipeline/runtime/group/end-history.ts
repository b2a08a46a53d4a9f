interface Mark {
  readonly at: number;
  readonly end: number;
}

const most = 512;

/**
 * Which ends of a partition were seen when: tells since when a record that has not been read yet is known to be in the log. Keeps 512 marks at most; of
 * a partition that stays behind for longer they come to lie further apart, by up to a 256th of the time for which it has been behind.
 */
export class EndHistory {
  #marks: Mark[] = [];
  #latest: Mark | undefined;
  /** The least time between two marks, in ms. */
  #apart = 0;

  /** The end that was told last; undefined before the first. */
  get end(): number | undefined {
    return this.#latest?.end;
  }

  /** The partition ended at `end` (the offset after its last record) at this time, ms of any one clock. */
  saw(end: number, at: number): void {
    const before = this.#latest;
    if (before !== undefined && end <= before.end) return;
    if (before !== undefined && before.at - (this.#marks.at(-1)?.at ?? -Infinity) >= this.#apart) this.#marks.push(before);
    this.#latest = { at, end };
    if (this.#marks.length > most) this.#thinOut();
  }

  /** The time at which the record at this offset was first known to be there; undefined if none is known to be. Forgets what lies below. */
  since(position: number): number | undefined {
    const first = this.#marks.findIndex(({ end }) => end > position);
    if (first === -1) {
      this.#marks = [];
      this.#apart = 0;
      return this.#latest !== undefined && this.#latest.end > position ? this.#latest.at : undefined;
    }
    this.#marks.splice(0, first);
    return this.#marks[0]?.at;
  }

  #thinOut(): void {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#marks = this.#marks.filter((_, nth) => nth % 2 === 0);
    this.#apart = (2 * (last.at - first.at)) / most;
  }
}
