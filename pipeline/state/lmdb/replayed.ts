import type { Change } from '../../core/ports/store.ts';
import { BlockMemory } from '../memory/block-memory.ts';
import { KeyScratch } from '../memory/key-scratch.ts';
import { SlotTable } from '../memory/slot-table.ts';
import type { DiskChange } from './disk-change.ts';
import type { StateFile } from './state-file.ts';

/** Bytes of keys and values that may wait to be written, and what a waiting key takes besides. */
const mostBytes = 48 * 1024 * 1024;
const overhead = 64;

/** Every entry begins with its expiry. */
const leastBytes = 8;

/** Stands for an entry that is gone: shorter than any. */
const gone = Buffer.alloc(1);

/** A key that waits, and where. */
interface Waiting {
  readonly key: string;
  readonly slot: number;
}

const byKey = (a: Waiting, b: Waiting): number => (a.key < b.key ? -1 : 1);

/**
 * Changes of a replayed changelog that wait to be written: the last of each key, so that a batch touches each page of the file once. They
 * wait outside the heap: as objects, a hundred thousand of them cost the collector more than reading and writing them.
 */
export class Replayed {
  readonly #node: string;
  readonly #scratch = new KeyScratch();
  #table: SlotTable | undefined;
  #bytes = 0;

  /** `node`: whose state it is, for messages. */
  constructor(node: string) {
    this.#node = node;
  }

  get size(): number {
    return this.#table?.size ?? 0;
  }

  /** Whether it is time to write them. */
  get isFull(): boolean {
    return this.#bytes > mostBytes;
  }

  /** Throws `RangeError` for bytes that are too short to be an entry. */
  add({ key, value }: Change): void {
    if (value !== null && value.length < leastBytes) throw new RangeError(`an entry of ${value.length} bytes has no expiry`);
    this.#table ??= new SlotTable(new BlockMemory(this.#node));
    const scratch = this.#scratch.setBytes(key);
    const found = this.#table.find(scratch);
    const slot = found < 0 ? this.#table.add(scratch) : found;
    this.#table.setValue(slot, value ?? gone);
    this.#bytes += overhead + key.length + (value?.length ?? 0);
  }

  /** As the disk takes them, in an order near its own. A file without entries is not asked what it has. */
  diskChanges(file: StateFile, isEmpty: boolean): ReadonlyArray<DiskChange> {
    const changes: DiskChange[] = [];
    for (const { key, slot } of this.#sorted()) {
      const value = this.#table?.valueBytes(slot, 0) ?? gone;
      const entry = value.length < leastBytes ? null : value;
      const before = isEmpty ? undefined : file.facts(key);
      if (entry !== null || before !== undefined) changes.push({ key, entry, before });
    }
    return changes;
  }

  /** Gives the memory back, too. */
  clear(): void {
    this.#table = undefined;
    this.#bytes = 0;
  }

  #sorted(): ReadonlyArray<Waiting> {
    const table = this.#table;
    if (table === undefined) return [];
    // Nothing is ever removed, so every slot has a key.
    return Array.from({ length: table.end }, (_, slot) => ({ key: table.key(slot), slot })).sort(byKey);
  }
}
