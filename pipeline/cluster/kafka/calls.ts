import { MillraceError } from '../../core/errors.ts';
import { type Callback, promised } from './client.ts';
import { Lock } from './lock.ts';

/**
 * The calls of a client that lets one through at a time: the others would each hold a thread of Node's pool until it is their turn. And a
 * call that still waits for its turn when the client is destroyed brings the process down, so `close` comes before that.
 */
export class Calls {
  readonly #turns = new Lock();
  #isClosed = false;

  /** Makes a call when those before it are answered. Rejects with the client's own error; throws `engine_defect` once this is closed. */
  make<T>(call: (callback: Callback<T>) => void): Promise<T> {
    return this.#turns.run(() => {
      if (this.#isClosed) throw new MillraceError('engine_defect', 'The cluster is closed.');
      return promised(call);
    });
  }

  /** Refuses the calls that still wait; resolves when the one that is being made is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.idle();
  }
}
