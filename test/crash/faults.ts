import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { until } from '../support/until.ts';
import type { Fleet } from './fleet.ts';
import type { Progress } from './progress.ts';
import type { Fault } from './schedule.ts';
import type { CrashServices } from './services.ts';

/** How often each kind of fault was done. */
export type Done = Readonly<Record<Fault['kind'], number>>;

/** Does the faults of a schedule. Broker and ClickHouse are each broken once at a time; what falls into a restart comes after it. */
export class Faults {
  readonly #services: CrashServices;
  readonly #fleet: Fleet;
  readonly #progress: Progress;
  readonly #done: Record<Fault['kind'], number> = { kill: 0, bounce: 0, scale: 0, clickhouse: 0 };
  #broker = Promise.resolve();
  #clickhouse = Promise.resolve();
  #waiting = 0;

  constructor(services: CrashServices, fleet: Fleet, progress: Progress) {
    this.#services = services;
    this.#fleet = fleet;
    this.#progress = progress;
  }

  get done(): Done {
    return this.#done;
  }

  /** Resolves when the last fault is done and everything that was ended is up again. */
  async play(schedule: ReadonlyArray<Fault>): Promise<void> {
    for (const fault of schedule) {
      await systemClock.sleep(Math.max(0, (fault.at - this.#progress.seconds) * 1_000));
      this.#begin(fault);
    }
    await until('no fault has to wait', () => this.#waiting === 0, { within: 60_000 });
    await Promise.all([this.#broker, this.#clickhouse]);
    await this.#fleet.whole();
  }

  #begin(fault: Fault): void {
    switch (fault.kind) {
      case 'kill':
        return this.#kill(fault);
      case 'scale':
        return this.#scale(fault);
      case 'bounce':
        this.#broker = this.#broker.then(() => this.#bounce(fault));
        break;
      case 'clickhouse':
        this.#clickhouse = this.#clickhouse.then(() => this.#killClickHouse(fault));
    }
  }

  #kill(fault: Extract<Fault, { kind: 'kill' }>): void {
    const { victim, down } = fault;
    const slot = this.#fleet.kill(victim, down * 1_000);
    if (slot === undefined) {
      // All are down: the kill is done when one is back.
      this.#later(500, () => this.#kill(fault));
      return;
    }
    this.#done.kill += 1;
    this.#progress.say(`kill -9 of process ${slot}, back in ${down} s`);
  }

  #scale(fault: Extract<Fault, { kind: 'scale' }>): void {
    const { by, victim } = fault;
    const slot = by > 0 ? this.#fleet.add() : this.#fleet.remove(victim);
    if (slot === undefined) {
      this.#later(1_000, () => this.#scale(fault));
      return;
    }
    this.#done.scale += 1;
    this.#progress.say(by > 0 ? `process ${slot} comes` : `SIGTERM to process ${slot}, which leaves for good`);
  }

  #later(ms: number, act: () => void): void {
    this.#waiting += 1;
    void systemClock.sleep(ms).then(() => {
      this.#waiting -= 1;
      act();
    });
  }

  async #bounce({ abrupt, down }: Extract<Fault, { kind: 'bounce' }>): Promise<void> {
    const { broker } = this.#services;
    this.#progress.say(`${abrupt ? 'kill -9' : 'restart'} of the broker, away for ${down} s`);
    await (abrupt ? broker.kill() : broker.stop());
    await systemClock.sleep(down * 1_000);
    await broker.restart();
    this.#done.bounce += 1;
    this.#progress.say('the broker serves again');
  }

  async #killClickHouse({ down }: Extract<Fault, { kind: 'clickhouse' }>): Promise<void> {
    const { clickhouse } = this.#services;
    this.#progress.say(`kill -9 of ClickHouse, away for ${down} s`);
    await clickhouse.kill();
    await systemClock.sleep(down * 1_000);
    await clickhouse.restart();
    this.#done.clickhouse += 1;
    this.#progress.say('ClickHouse serves again');
  }
}
