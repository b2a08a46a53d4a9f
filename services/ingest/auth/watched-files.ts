import { readFile } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../../pipeline/core/errors.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';

/** Between two looks at the files, in ms. */
const lookEvery = 1_000;

/** What watching needs. */
export interface WatchPorts {
  readonly clock: Clock;
  readonly log: Log;
}

/** Files that make one value together. */
export interface WatchOrder<T> {
  readonly files: ReadonlyArray<string>;
  /** What they hold, in the plural, e.g. `API keys`. */
  readonly what: string;
  /** Makes the value of the texts of the files, in their order. Throws `bad_config` if they are not what they should be; repeats nothing of them. */
  readonly read: (texts: ReadonlyArray<string>) => T;
  /** Told of each new value. */
  readonly changed?: ((now: T, before: T) => void) | undefined;
}

const textOf = (file: string, what: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of ${what} cannot be read: ${messageOf(error)}`, error);
  });

/**
 * The value of some files as it is now: they are read every second, whoever replaces them and however. While one cannot be read, or they are
 * broken, the value that they had before stays.
 */
export class WatchedFiles<T> {
  readonly #order: WatchOrder<T>;
  readonly #ports: WatchPorts;
  readonly #ended = new AbortController();
  #texts: ReadonlyArray<string>;
  #current: T;
  #isBroken = false;

  private constructor(order: WatchOrder<T>, texts: ReadonlyArray<string>, ports: WatchPorts) {
    this.#order = order;
    this.#ports = ports;
    this.#texts = texts;
    this.#current = order.read(texts);
  }

  /** Reads the files and begins to watch them. Throws `bad_config` if one cannot be read or they are not what they should be. */
  static async open<T>(order: WatchOrder<T>, ports: WatchPorts): Promise<WatchedFiles<T>> {
    const texts = await Promise.all(order.files.map((file) => textOf(file, order.what)));
    const watched = new WatchedFiles(order, texts, ports);
    void watched.#watch();
    return watched;
  }

  get current(): T {
    return this.#current;
  }

  close(): void {
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    for (;;) {
      await this.#ports.clock.sleep(lookEvery, signal);
      if (signal.aborted) return;
      await this.#look().catch((error: unknown) => this.#broken(error));
    }
  }

  async #look(): Promise<void> {
    const { files, what, read, changed } = this.#order;
    const texts = await Promise.all(files.map((file) => textOf(file, what)));
    const isSame = texts.every((text, index) => text === this.#texts[index]);
    const before = this.#current;
    if (!isSame) {
      this.#current = read(texts);
      this.#texts = texts;
      this.#ports.log.info({ of: what }, 'a file was read anew');
    }
    this.#isBroken = false;
    if (!isSame) changed?.(this.#current, before);
  }

  #broken(error: unknown): void {
    if (!this.#isBroken)
      this.#ports.log.error({ of: this.#order.what, error: messageOf(error) }, 'a file is broken; what it held before stays');
    this.#isBroken = true;
  }
}
