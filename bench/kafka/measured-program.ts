/** What a program that is measured says, one JSON object a line. */
export interface Said {
  /** `ready`: it begins, with these settings; `warm`: the measurement begins here; `done`: it was told that all its results are there. */
  readonly event: 'ready' | 'warm' | 'done';
  readonly settings?: Readonly<Record<string, string>>;
  /** Records of the input that it has read. */
  readonly fed?: number;
  /** CPU time of all its threads so far, ms. */
  readonly cpuMs?: number;
}

const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`);

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** The side of a program that is measured: it tells how far it is, and hears when it has done enough. */
export class MeasuredProgram {
  readonly #warmUp: number;
  #isWarm = false;
  #isEnded = false;

  /** Prints its settings. `warmUp`: how many records it reads before the measurement begins. */
  constructor(warmUp: number, settings: Readonly<Record<string, string>>) {
    this.#warmUp = warmUp;
    say({ event: 'ready', settings });
    for (const event of ['data', 'end'] as const) {
      process.stdin.once(event, () => {
        this.#isEnded = true;
      });
    }
  }

  /** Whether whoever measures has seen all results, or is gone. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** To be told how many records of the input have been read in all, whenever that has changed. */
  read(fed: number): void {
    if (this.#isWarm || fed < this.#warmUp) return;
    this.#isWarm = true;
    say({ event: 'warm', fed, cpuMs: cpuMs() });
  }

  /** To be called when `isEnded`. */
  finish(): void {
    say({ event: 'done', cpuMs: cpuMs() });
    process.stdin.destroy();
  }
}
