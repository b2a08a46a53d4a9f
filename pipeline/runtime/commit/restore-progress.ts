import type { TaskEnv } from '../task/task-env.ts';

const second = 1_000;

/** Shows how far a restore has come, once a second. */
export class RestoreProgress {
  readonly #env: TaskEnv;
  readonly #task: string;
  readonly #offsets: number;
  readonly #started: number;
  #shown: number;
  #records = 0;

  /** `offsets`: how many the changelogs are to be read for, at most one record each. */
  constructor(env: TaskEnv, task: string, offsets: number) {
    this.#env = env;
    this.#task = task;
    this.#offsets = offsets;
    this.#started = env.clock.monotonic();
    this.#shown = this.#started;
  }

  add(records: number): void {
    this.#records += records;
    this.#env.meter.count('restore_records_total', { topology: this.#env.topology.name }, records);
    const now = this.#env.clock.monotonic();
    if (now - this.#shown < second) return;
    this.#shown = now;
    this.#env.log.info(this.#fields(now), 'restoring state');
  }

  done(): void {
    this.#env.log.info(this.#fields(this.#env.clock.monotonic()), 'state restored');
  }

  #fields(now: number): Readonly<Record<string, unknown>> {
    const elapsed = Math.max(now - this.#started, 1);
    const rate = Math.round((this.#records * second) / elapsed);
    return { task: this.#task, records: this.#records, offsets: this.#offsets, ms: Math.round(elapsed), records_per_second: rate };
  }
}
