import type { Change } from '../../core/ports/store.ts';
import type { DiskChange } from './disk-change.ts';
import type { StateFile } from './state-file.ts';

/** Bytes of keys and values that may wait to be written, and what a waiting key takes besides. */
const mostBytes = 48 * 1024 * 1024;
const overhead = 128;

/** Changes of a replayed changelog that wait to be written: the last of each key, so that a batch touches each page of the file once. */
export class Replayed {
  readonly #changes = new Map<string, Buffer | null>();
  #bytes = 0;

  get size(): number {
    return this.#changes.size;
  }

  /** Whether it is time to write them. */
  get isFull(): boolean {
    return this.#bytes > mostBytes;
  }

  add({ key, value }: Change): void {
    this.#changes.set(key.toString(), value);
    this.#bytes += overhead + key.length + (value?.length ?? 0);
  }

  /** As the disk takes them, in an order near its own. A file without entries is not asked what it has. */
  diskChanges(file: StateFile, isEmpty: boolean): ReadonlyArray<DiskChange> {
    const changes: DiskChange[] = [];
    for (const key of [...this.#changes.keys()].sort()) {
      const entry = this.#changes.get(key) ?? null;
      const before = isEmpty ? undefined : file.facts(key);
      if (entry !== null || before !== undefined) changes.push({ key, entry, before });
    }
    return changes;
  }

  clear(): void {
    this.#changes.clear();
    this.#bytes = 0;
  }
}
