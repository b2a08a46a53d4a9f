import { MillraceError } from '../../core/errors.ts';

/** One who waits: sees, or is turned away. */
interface Onlooker {
  readonly see: () => void;
  readonly refuse: (error: MillraceError) => void;
}

/** Those who want to see state as it is committed. They are let in at moments at which nothing is staged, and see it at one of them. */
export class Onlookers {
  #waiting: Onlooker[] = [];
  #isOver = false;

  /** Resolves to what `look` gives at the next moment. `look` is synchronous and changes nothing. Rejects once the process ends. */
  wait<R>(look: () => R): Promise<R> {
    return new Promise((resolve, reject) => {
      const see = (): void => {
        try {
          resolve(look());
        } catch (error) {
          reject(error instanceof Error ? error : new MillraceError('engine_defect', 'the state could not be looked at', error));
        }
      };
      this.#waiting.push({ see, refuse: reject });
      if (this.#isOver) this.end();
    });
  }

  /** Nothing is staged now. */
  letIn(): void {
    if (this.#waiting.length === 0) return;
    for (const { see } of this.#waiting.splice(0)) see();
  }

  /** There will be no more moments. */
  end(): void {
    this.#isOver = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(new MillraceError('cluster_unavailable', 'the process is ending'));
  }
}
