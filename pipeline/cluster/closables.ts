/** What can be closed. */
export interface Closable {
  close(): Promise<void>;
}

/** What was made from a cluster and has to be closed with it. */
export class Closables {
  readonly #made = new Set<Closable>();

  add<T extends Closable>(client: T): T {
    this.#made.add(client);
    return client;
  }

  remove(client: Closable): void {
    this.#made.delete(client);
  }

  /**
   * Closes the members of groups first, since their listeners may still commit with what else was made; the rest from the newest on. One
   * that cannot be closed in order keeps no other open: what the first of them threw is thrown when all have been asked.
   */
  async close(): Promise<void> {
    const isMember = (client: Closable): number => Number('seek' in client);
    const inOrder = [...this.#made].reverse().sort((one, other) => isMember(other) - isMember(one));
    const failures: unknown[] = [];
    for (const client of inOrder) await client.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
