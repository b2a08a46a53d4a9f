/**
 * Adds up what happens record by record, to be told chunk by chunk: a meter looks its labels up, which is too dear for each record.
 *
 * @example const refused = new Tally((node, rule, times) => meter.count('records_rejected_total', { node, rule }, times));
 */
export class Tally {
  readonly #tell: (node: string, what: string, times: number) => void;
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(tell: (node: string, what: string, times: number) => void) {
    this.#tell = tell;
  }

  add(node: string, what: string, times: number): void {
    let counts = this.#counts.get(node);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(node, counts);
    }
    counts.set(what, (counts.get(what) ?? 0) + times);
  }

  /** Tells what was added since the last time. */
  flush(): void {
    for (const [node, counts] of this.#counts) {
      for (const [what, times] of counts) if (times > 0) this.#tell(node, what, times);
      counts.clear();
    }
  }
}
