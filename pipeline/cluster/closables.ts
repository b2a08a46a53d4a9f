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

  /** Closes the members of groups first, since their listeners may still commit with what else was made; the rest from the newest on. */
  async close(): Promise<void> {
    const isMember = (client: Closable): number => Number('seek' in client);
    const inOrder = [...this.#made].reverse().sort((one, other) => isMember(other) - isMember(one));
    for (const client of inOrder) await client.close();
  }
}
