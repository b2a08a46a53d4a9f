import { LRUCache } from 'lru-cache';
import type { NewRecord } from '../../../pipeline/core/ports/cluster.ts';
import type { Prepared } from '../record-kind.ts';

/** How much is remembered. */
export interface RepeatLimits {
  /** Records. */
  readonly entries: number;
  /** Bytes of those that the log has not confirmed yet. */
  readonly bytes: number;
}

/** A record that was named by its client. `sent`: until the log has it, how it fares. */
interface Known {
  readonly tenant: string;
  readonly hash: number;
  readonly pending?: { readonly record: NewRecord; readonly sent: Promise<void>; readonly hasFailed: () => boolean } | undefined;
}

/** What an entry takes besides a record, in bytes. */
const overhead = 256;

const confirmed: Promise<void> = Promise.resolve();

const sizeOf = ({ pending }: Known): number => overhead + (pending?.record.value?.length ?? 0);

/**
 * The records that this process has written lately, by id, so that a repeat is told. A repeat of what the log has is not written again; one
 * of what is on its way waits for that; one of what failed writes the same bytes again. The least recently used go first.
 */
export class Repeats {
  readonly #known: LRUCache<string, Known>;
  readonly #write: (record: NewRecord) => Promise<void>;

  constructor(write: (record: NewRecord) => Promise<void>, { entries, bytes }: RepeatLimits) {
    this.#write = write;
    this.#known = new LRUCache({ max: entries, maxSize: entries * overhead + bytes, sizeCalculation: sizeOf });
  }

  /** Resolves when the log has the record; undefined if its id is known with other content. */
  write({ knownBy, isNamed, tenant, hash, record }: Prepared): Promise<void> | undefined {
    if (!isNamed) return this.#write(record);
    const key = `${record.topic}|${knownBy}`;
    const known = this.#known.get(key);
    if (known === undefined) return this.#send(key, { tenant, hash }, record);
    if (known.hash !== hash) return undefined;
    const { pending } = known;
    if (pending === undefined) return confirmed;
    return pending.hasFailed() ? this.#send(key, { tenant, hash }, pending.record) : pending.sent;
  }

  /** How a record fares that a tenant has named; undefined if it is not known here. */
  find({
    tenant,
    topic,
    id,
  }: {
    readonly tenant: string;
    readonly topic: string;
    readonly id: string;
  }): 'received' | 'accepted' | undefined {
    const known = this.#known.peek(`${topic}|${id}`);
    if (known?.tenant !== tenant) return undefined;
    return known.pending === undefined ? 'accepted' : 'received';
  }

  #send(key: string, content: Pick<Known, 'tenant' | 'hash'>, record: NewRecord): Promise<void> {
    let failed = false;
    const sent = this.#write(record);
    const known: Known = { ...content, pending: { record, sent, hasFailed: () => failed } };
    this.#known.set(key, known);
    sent.then(
      () => {
        if (this.#known.peek(key) === known) this.#known.set(key, content);
      },
      () => (failed = true),
    );
    return sent;
  }
}
