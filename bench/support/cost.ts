/** What a piece of work took. */
export interface Cost {
  readonly records: number;
  readonly wallMs: number;
  /** Of all threads of the process, so that of the garbage collector is in it. */
  readonly cpuMs: number;
}

/** Adds up what stretches of work take, with pauses between them. */
export class Stopwatch {
  #wallMs = 0;
  #cpuMs = 0;
  #wall = 0;
  #cpu: NodeJS.CpuUsage = { user: 0, system: 0 };

  start(): void {
    this.#cpu = process.cpuUsage();
    this.#wall = performance.now();
  }

  /** Returns the ms of this stretch. */
  stop(): number {
    const ms = performance.now() - this.#wall;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#wallMs += ms;
    this.#cpuMs += (user + system) / 1_000;
    return ms;
  }

  /** What was taken since the last call, for so many records. */
  take(records: number): Cost {
    const cost = { records, wallMs: this.#wallMs, cpuMs: this.#cpuMs };
    this.#wallMs = 0;
    this.#cpuMs = 0;
    return cost;
  }
}

/** Records a second by the clock on the wall. */
export const wallRate = ({ records, wallMs }: Cost): number => Math.round((records / wallMs) * 1_000);

/** Records per second of CPU, which is what one core does. */
export const cpuRate = ({ records, cpuMs }: Cost): number => Math.round((records / cpuMs) * 1_000);

/** µs of CPU a record. */
export const cpuMicros = ({ records, cpuMs }: Cost): number => Math.round((cpuMs / records) * 1e6) / 1_000;
