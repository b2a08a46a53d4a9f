import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogFields } from '../../../../pipeline/core/ports/log.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import type { StateStore, StorePlace } from '../../../../pipeline/core/ports/store.ts';
import { folderOf } from '../../../../pipeline/state/lmdb/store-place.ts';
import { openStateDirectory, type StateDirectory } from '../../../../pipeline/state/lmdb/open-state-directory.ts';
import { texts } from '../../../../pipeline/testing/contracts/store/subject.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

/** A place for tests, with what is to be different about it. */
export const placeOf = (different: Partial<StorePlace> = {}): StorePlace => ({
  topology: 'feedback',
  task: 'feedback-in/3',
  node: 'dedupe',
  fingerprint: '00c0ffee',
  changelog: { topic: 'millrace.feedback.dedupe.changelog', topicId: 'topic-1', partition: 3, begin: 0, keepsDeletions: 86_400_000 },
  limitBytes: undefined,
  ...different,
});

/** A folder that is gone after the test, and all that a test does with state in it. */
export class StateFolder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'millrace-state-'));
  readonly clock = new VirtualClock();
  /** What was logged as a warning. */
  readonly warnings: LogFields[] = [];
  readonly #stores: StateStore<string>[] = [];
  readonly #directories: StateDirectory[] = [];

  async directory(at = this.path): Promise<StateDirectory> {
    const log = { ...noLog, warn: (fields: LogFields) => this.warnings.push(fields) };
    const directory = await openStateDirectory({ path: at, clock: this.clock, log });
    this.#directories.push(directory);
    return directory;
  }

  /** A store in a directory of its own. */
  async open(place = placeOf()): Promise<StateStore<string>> {
    const directory = await this.directory();
    const store = directory.open(texts, place);
    this.#stores.push(store);
    return store;
  }

  /** Closes everything that was opened. */
  async close(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
    for (const directory of this.#directories.splice(0)) await directory.close();
  }

  /** Where the files of a place are. */
  files(place = placeOf()): { readonly folder: string; readonly data: string; readonly label: string; readonly aside: string } {
    const folder = folderOf(this.path, place);
    return { folder, data: path.join(folder, 'state.mdb'), label: path.join(folder, 'label.json'), aside: `${folder}.set-aside` };
  }

  /** The folder as it is at this moment, elsewhere: what is left of a process that is killed now. */
  copy(): string {
    const copy = mkdtempSync(path.join(tmpdir(), 'millrace-state-'));
    cpSync(this.path, copy, { recursive: true });
    return copy;
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.path, { recursive: true, force: true });
  }
}
