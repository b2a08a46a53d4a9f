import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log, LogFields } from '../../../pipeline/core/ports/log.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import type { StateStore } from '../../../pipeline/core/ports/store.ts';
import type { RunnerDeps } from '../../../pipeline/runtime/open-process.ts';
import { type LmdbLibrary, loadLmdb } from '../../../pipeline/state/lmdb/load-lmdb.ts';
import { openStore } from '../../../pipeline/state/lmdb/open-store.ts';
import type { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';

/** In memory where the system has files there: labels are forced to the disk, and a storm opens thousands of files. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The slot of a client id: `process-0.2` is the second life in slot 0. */
const slotOf = (client: string): string => /^process-([^.]+)/.exec(client)?.[1] ?? client;

/**
 * The disks of the processes of a test, one a slot. A life begins with a copy of what the one before has on disk at that moment, as after
 * a kill: what that one may still do goes elsewhere.
 */
export class Disks {
  /** What was logged by all lives, with its message. */
  readonly lines: (readonly [message: string, fields: LogFields])[] = [];
  readonly #library: LmdbLibrary;
  readonly #root = mkdtempSync(path.join(parent, 'millrace-disks-'));
  readonly #disks = new Map<string, string>();
  readonly #earlier = new Map<string, string>();
  readonly #open = new Set<StateStore<unknown>>();
  #made = 0;

  private constructor(library: LmdbLibrary) {
    this.#library = library;
  }

  static async open(): Promise<Disks> {
    return new Disks(await loadLmdb());
  }

  /** For a process whose client id this is. */
  deps(clock: VirtualClock, client: string): Pick<RunnerDeps, 'makeStore' | 'log'> {
    const directory = this.#copy(this.#disks.get(slotOf(client)));
    this.#disks.set(slotOf(client), directory);
    const tell = (fields: LogFields, message: string): void => void this.lines.push([message, fields]);
    const log: Log = { ...noLog, info: tell, warn: tell };
    const makeStore: RunnerDeps['makeStore'] = (spec, place) => {
      const store = openStore({ library: this.#library, directory, clock, log }, spec, place);
      this.#open.add(store);
      const publish = store.publish.bind(store);
      store.publish = (position) => clock.during(publish(position));
      return store;
    };
    return { makeStore, log };
  }

  /** The next life in the slot begins with an empty disk. */
  lose(slot: string): void {
    this.#disks.delete(slot);
  }

  /** Keeps a copy of a disk as it is now. */
  snapshot(slot: string): void {
    this.#earlier.set(slot, this.#copy(this.#disks.get(slot)));
  }

  /** The next life in the slot begins with the snapshot, if there is one. */
  goBack(slot: string): void {
    const earlier = this.#earlier.get(slot);
    if (earlier !== undefined) this.#disks.set(slot, earlier);
  }

  /** The fields of each line with this message. */
  told(message: string): ReadonlyArray<LogFields> {
    return this.lines.flatMap(([said, fields]) => (said === message ? [fields] : []));
  }

  /** Closes what is open still and removes all. */
  async remove(): Promise<void> {
    for (const store of this.#open) await store.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #copy(from: string | undefined): string {
    this.#made += 1;
    const folder = path.join(this.#root, String(this.#made));
    mkdirSync(folder);
    if (from !== undefined) cpSync(from, folder, { recursive: true });
    return folder;
  }
}
