import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Said } from './measured-program.ts';

/** What a program said, and when that was heard by `performance.now()`. */
export type Heard = Said & { readonly at: number };

/** A program that is measured, as the one who measures sees it. */
export class MeasuredChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #heard = new Map<Said['event'], Heard>();
  readonly #waiting = new Map<Said['event'], (heard: Heard) => void>();
  readonly #exit: Promise<unknown>;
  #isOver = false;

  constructor([program = '', ...args]: ReadonlyArray<string>) {
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      // librdkafka's blocking calls hold threads of Node's pool.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#take({ ...(JSON.parse(line) as Said), at: performance.now() }),
    );
    this.#child.stdin.on('error', () => undefined);
    this.#exit = once(this.#child, 'close').finally(() => {
      this.#isOver = true;
    });
    this.#exit.catch(() => undefined);
  }

  /** Its process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it says this. Rejects if it ends without. */
  async said(event: Said['event']): Promise<Heard> {
    const heard = this.#heard.get(event);
    if (heard !== undefined) return heard;
    const saying = new Promise<Heard>((resolve) => this.#waiting.set(event, resolve));
    const ending = this.#exit.then(() => undefined);
    const first = await Promise.race([saying, ending]);
    if (first === undefined) throw new Error(`the program ended before it was ${event}`);
    return first;
  }

  /** Tells it that all its results are there; resolves to the last that it says, when it has ended. */
  async end(): Promise<Heard> {
    this.#child.stdin.write('\n');
    const heard = await this.said('done');
    await this.#exit;
    return heard;
  }

  kill(): void {
    if (!this.#isOver) this.#child.kill('SIGKILL');
  }

  #take(heard: Heard): void {
    this.#heard.set(heard.event, heard);
    this.#waiting.get(heard.event)?.(heard);
  }
}
