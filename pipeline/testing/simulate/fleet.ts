import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Life, Processes } from '../processes.ts';
import type { Trace } from './trace.ts';

/** ms after which whoever ended is started again. */
const afterFailure = 100;

/** What a process may end with when the cluster fails it: it is started again, as any supervisor does. */
export const mayEnd = (error: unknown): boolean => error instanceof MillraceError && (error.retryable || error.code === 'fenced');

const text = (error: unknown): string => (error instanceof MillraceError ? `${error.code}: ${error.message}` : messageOf(error));

/** The processes of a run and who starts them again when they end. */
export class Fleet {
  /** What no process may end with. */
  readonly failures: string[] = [];
  readonly #processes: Processes;
  readonly #trace: Trace;
  readonly #lives = new Map<string, Life>();
  readonly #crashed = new Set<string>();
  readonly #stopping = new Set<string>();
  #isOver = false;

  constructor(processes: Processes, trace: Trace) {
    this.#processes = processes;
    this.#trace = trace;
  }

  /** Starts a process in a slot, whoever else may live in it. */
  start(slot: string): void {
    if (this.#isOver) return;
    const life = this.#processes.launch(slot);
    this.#lives.set(life.client, life);
    this.#trace.add(life.client, 'starts');
    life.ended.then(
      () => this.#trace.add(life.client, 'has stopped'),
      (error: unknown) => this.#ended(life, error),
    );
  }

  /** The process that a number from 0 up to 1 means, of those that run. */
  chosen(who: number): Life | undefined {
    const { lives } = this.#processes;
    return lives[Math.floor(who * lives.length)];
  }

  /** Kills the process with this client id, which is started again after `down` ms. */
  crash(client: string, down: number): void {
    const life = this.#lives.get(client);
    if (life === undefined) return;
    this.#crashed.add(client);
    this.#free(life, down);
  }

  /** The group gives up on the process with this client id, if it holds its slot. */
  expire(client: string): void {
    const life = this.#lives.get(client);
    if (life !== undefined && this.#processes.lives.includes(life)) this.#processes.expire(life.slot);
  }

  /** Stops a process in order; it is started again after `down` ms. */
  restart(life: Life, down: number): void {
    if (life.runner === undefined) return;
    this.#trace.add(life.client, 'is told to stop');
    this.#stopping.add(life.client);
    life.runner.stop();
    const again = (): void => this.#startAfter(life.slot, down);
    life.ended.then(again, () => undefined);
  }

  /** Starts nobody any more. */
  over(): void {
    this.#isOver = true;
  }

  #ended(life: Life, error: unknown): void {
    if (this.#crashed.has(life.client)) return;
    this.#trace.add(life.client, `ends with ${text(error)}`);
    if (!mayEnd(error)) this.failures.push(`${life.client} ended with ${text(error)}`);
    this.#free(life, afterFailure);
  }

  /** Ends a life for good. Its slot is taken again later, unless another has taken it already. */
  #free(life: Life, down: number): void {
    life.cluster.crash();
    if (!this.#processes.lives.includes(life)) return;
    this.#processes.crash(life.slot);
    this.#startAfter(life.slot, down);
  }

  #startAfter(slot: string, ms: number): void {
    const start = (): void => {
      if (!this.#processes.slots.includes(slot) || this.#isStopped(slot)) this.start(slot);
    };
    void this.#processes.clock.sleep(ms).then(start);
  }

  #isStopped(slot: string): boolean {
    return this.#processes.lives.some((life) => life.slot === slot && this.#stopping.has(life.client));
  }
}

/** Whether a line tells what a process went through, and not only how it fares. */
const isTold = (message: string): boolean => message.startsWith('task ');

/** Writes what a process says of itself into the trace. */
export const traceLog = (trace: Trace, client: string): Log => {
  const add = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const detail = [fields.task, fields.code].filter((value) => typeof value === 'string').join(' ');
    trace.add(client, detail === '' ? message : `${message} (${detail})`);
  };
  const info = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    if (isTold(message)) add(fields, message);
  };
  return { debug: () => undefined, info, warn: add, error: add };
};
