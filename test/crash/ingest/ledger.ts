import { writeFile } from 'node:fs/promises';

/** One record that a client wants to have in the log, and what it was told about it. */
export interface Entry {
  readonly kind: 'feedback' | 'inference';
  readonly tenant: string;
  /** The key under which it is repeated. */
  readonly key: string;
  /** The id that an inference brings; null if the API makes it of the key. */
  readonly own_id: string | null;
  /** What feedback says of which inference. */
  readonly rating: number | null;
  readonly target: string | null;
  /** The id of every 202, in order. */
  readonly ids: string[];
  /** Requests that had it; how many of them were sent and never answered; how many were answered 503. */
  attempts: number;
  unanswered: number;
  shed: number;
  /** Whether the client said something else under the same key afterwards. */
  contradicted: boolean;
}

/** What the clients did in all. */
export interface Tally {
  readonly records: number;
  readonly requests: number;
  /** Requests of which nobody took the connection. */
  readonly refused: number;
  /** Requests that were sent and never answered: a process died meanwhile. */
  readonly unanswered: number;
  readonly shed: number;
  /** Records of which a request was not answered, so that they were repeated. */
  readonly retried: number;
  /** Records that were repeated although they had been answered. */
  readonly repeated: number;
  readonly contradicted: number;
  /** Contradictions that the API told as 409. */
  readonly conflicts: number;
}

/** All that clients wanted, in the order in which they began. */
export class Ledger {
  readonly entries: Entry[] = [];
  requests = 0;
  refused = 0;
  unanswered = 0;
  shed = 0;
  conflicts = 0;
  /** Records that have been answered 202 at least once. */
  accepted = 0;
  /** Answers that no client may get. */
  readonly wrong: string[] = [];

  add(entry: Pick<Entry, 'kind' | 'tenant' | 'key' | 'own_id' | 'rating' | 'target'>): Entry {
    const added: Entry = { ...entry, ids: [], attempts: 0, unanswered: 0, shed: 0, contradicted: false };
    this.entries.push(added);
    return added;
  }

  /** Notes a 202. */
  answered(entry: Entry, id: string): void {
    if (entry.ids.length === 0) this.accepted += 1;
    entry.ids.push(id);
  }

  /** Notes a request that was sent and has no answer. */
  cut(entries: ReadonlyArray<Entry>): void {
    this.unanswered += 1;
    for (const entry of entries) entry.unanswered += 1;
  }

  get tally(): Tally {
    const count = (is: (entry: Entry) => boolean): number => this.entries.filter(is).length;
    return {
      records: this.entries.length,
      requests: this.requests,
      refused: this.refused,
      unanswered: this.unanswered,
      shed: this.shed,
      retried: count(({ unanswered }) => unanswered > 0),
      repeated: count(({ ids }) => ids.length > 1),
      contradicted: count(({ contradicted }) => contradicted),
      conflicts: this.conflicts,
    };
  }

  /** Writes the entries, one JSON object a line. */
  write(file: string): Promise<void> {
    return writeFile(file, this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
}
