import { MillraceError } from '../../core/errors.ts';
import { Closables } from '../closables.ts';
import type { Broker } from './broker.ts';
import type { Operation } from './faults.ts';

/** One process's connection to the broker: what was made over it, and whether the process still lives. */
export class Session {
  readonly broker: Broker;
  readonly clientId: string;
  readonly made = new Closables();
  #ended: string | undefined;

  constructor(broker: Broker, clientId: string) {
    this.broker = broker;
    this.clientId = clientId;
  }

  /** Throws `cluster_unavailable` once the process has crashed, or what was made from it was closed. */
  check(): void {
    if (this.#ended !== undefined) throw new MillraceError('cluster_unavailable', this.#ended);
  }

  crash(): void {
    this.#ended = `The process '${this.clientId}' has crashed.`;
    this.broker.changed();
  }

  get crashed(): boolean {
    return this.#ended !== undefined;
  }

  /** Runs an operation between the faults. */
  async run<T>(operation: Operation, name: string, work: () => T | Promise<T>): Promise<T> {
    const step = { operation, client: this.clientId, name };
    const { faults } = this.broker;
    this.check();
    if (faults.before !== undefined) await faults.before(step);
    this.check();
    this.broker.tick();
    const result = await work();
    if (faults.after !== undefined) await faults.after(step);
    this.check();
    return result;
  }
}
