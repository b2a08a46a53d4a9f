import { readFile } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../../pipeline/core/errors.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import { readKeys } from './key-file.ts';
import { KeyRing } from './key-ring.ts';

/** Between two looks at the file, in ms. */
const lookEvery = 1_000;

/** What watching needs. */
export interface WatchPorts {
  readonly clock: Clock;
  readonly log: Log;
}

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of API keys cannot be read: ${messageOf(error)}`, error);
  });

/**
 * The keys of a file, as they are now: the file is read every second, whoever replaces it and however. While it cannot be read, or is
 * broken, the keys that it had before stay.
 */
export class WatchedKeys {
  readonly #file: string;
  readonly #ports: WatchPorts;
  readonly #ended = new AbortController();
  #text: string;
  #ring: KeyRing;
  #isBroken = false;

  private constructor(file: string, text: string, ports: WatchPorts) {
    this.#file = file;
    this.#text = text;
    this.#ports = ports;
    this.#ring = new KeyRing(readKeys(text));
  }

  /** Reads the file and begins to watch it. Throws `bad_config` if it cannot be read or is no file of keys. */
  static async open(file: string, ports: WatchPorts): Promise<WatchedKeys> {
    const keys = new WatchedKeys(file, await textOf(file), ports);
    void keys.#watch();
    return keys;
  }

  get ring(): KeyRing {
    return this.#ring;
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
    const text = await textOf(this.#file);
    if (text === this.#text) {
      this.#isBroken = false;
      return;
    }
    this.#ring = new KeyRing(readKeys(text));
    this.#text = text;
    this.#isBroken = false;
    this.#ports.log.info({ keys: this.#ring.size }, 'API keys were read anew');
  }

  #broken(error: unknown): void {
    if (!this.#isBroken) this.#ports.log.error({ error: messageOf(error) }, 'API keys stay as they were');
    this.#isBroken = true;
  }
}
