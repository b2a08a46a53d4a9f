import { spawn } from 'node:child_process';

/** A program of the benchmark and how Node runs it. */
export interface Program {
  readonly file: string;
  readonly args: ReadonlyArray<string>;
  /** Flags of Node's own. */
  readonly nodeFlags?: ReadonlyArray<string>;
  /** Takes each line but the last that it writes to standard output. */
  readonly say?: (line: string) => void;
}

/** Hands on whole lines, each once the next one has begun; gives the last one at the end. */
class Lines {
  #rest = '';
  #last = '';
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#last !== '') this.#say(this.#last);
      this.#last = line;
    }
  }

  get last(): string {
    return this.#rest === '' ? this.#last : this.#rest;
  }
}

/**
 * Runs a program in a process of its own, so that no measurement inherits another's heap and compiled code, and reads the last line of its
 * output as JSON. Rejects if it ends with another code than 0.
 */
export const resultOf = <T>({ file, args, nodeFlags = [], say = () => undefined }: Program): Promise<T> =>
  new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [...nodeFlags, '--import', 'ts-blank-space/register', file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // librdkafka's blocking calls hold threads of Node's pool.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    const lines = new Lines(say);
    running.stdout.setEncoding('utf8').on('data', (text: string) => lines.add(text));
    running.on('error', reject);
    running.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(lines.last === '' ? 'null' : lines.last) as T);
      else reject(new Error(`${file} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
