/** An entry of the model. */
export interface ModelEntry {
  readonly key: string;
  readonly value: string;
  readonly expiresAt: number;
}

const byKey = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const byExpiry = (a: ModelEntry, b: ModelEntry): number => (a.expiresAt === b.expiresAt ? byKey(a.key, b.key) : a.expiresAt - b.expiresAt);

/** What a store must do, in the plainest way: one array that is copied, sorted and searched each time. */
export class StoreModel {
  #entries: ReadonlyArray<ModelEntry> = [];
  #committed: ReadonlyArray<ModelEntry> = [];
  readonly #touched = new Set<string>();

  /** All entries, by key bytes. */
  get entries(): ReadonlyArray<ModelEntry> {
    return this.#entries.toSorted((a, b) => byKey(a.key, b.key));
  }

  get(key: string): string | undefined {
    return this.#entries.find((entry) => entry.key === key)?.value;
  }

  put(entry: ModelEntry): void {
    this.delete(entry.key);
    this.#touched.add(entry.key);
    this.#entries = [...this.#entries, entry];
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.#touched.add(key);
    this.#entries = this.#entries.filter((entry) => entry.key !== key);
  }

  scan(prefix: string): ReadonlyArray<readonly [key: string, value: string]> {
    return this.entries.filter(({ key }) => key.startsWith(prefix)).map(({ key, value }) => [key, value] as const);
  }

  expire(asOf: number, visit: (key: string, value: string) => void): void {
    for (let due = this.#due(asOf); due !== undefined; due = this.#due(asOf)) {
      this.delete(due.key);
      visit(due.key, due.value);
    }
  }

  /** The entry behind each key that must stand in the changelog since the last publish; undefined when it is gone. */
  changes(): ReadonlyMap<string, ModelEntry | undefined> {
    const wasThere = (key: string): boolean => this.#committed.some((entry) => entry.key === key);
    const now = (key: string): ModelEntry | undefined => this.#entries.find((entry) => entry.key === key);
    const told = [...this.#touched].filter((key) => wasThere(key) || now(key) !== undefined);
    return new Map(told.map((key) => [key, now(key)]));
  }

  publish(): void {
    this.#committed = this.#entries;
    this.#touched.clear();
  }

  discard(): void {
    this.#entries = this.#committed;
    this.#touched.clear();
  }

  #due(asOf: number): ModelEntry | undefined {
    return this.#entries.filter(({ expiresAt }) => expiresAt <= asOf && expiresAt !== Infinity).toSorted(byExpiry)[0];
  }
}
