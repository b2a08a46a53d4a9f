/**
 * The staged view of one node's state within one task: what an operator sees. Synchronous. What is put becomes durable with the
 * task's next commit and is gone if that commit fails. Values are never mutated once they were put.
 */
export interface Store<V> {
  get(key: string): V | undefined;
  /** `expiresAt`: ms of stream time, or `Infinity` for never. */
  put(key: string, value: V, expiresAt: number): void;
  delete(key: string): void;
  /** Live entries whose key begins with `prefix`, by key bytes. O(entries) in memory: for rare and small looks only. */
  scan(prefix: string): Iterable<readonly [key: string, value: V]>;
  /**
   * Takes out what has expired by `asOf` (ms of stream time; an entry has expired when `expiresAt <= asOf`), in the order (expiry,
   * key bytes), visiting each as it goes. Cheap when nothing has: one comparison. The visitor may put and delete; without one nothing is
   * decoded.
   */
  expire(asOf: number, visit?: (key: string, value: V) => void): void;
}

/** A changed entry as the changelog holds it; `value` is null when it is gone. */
export interface Change {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/**
 * The whole of a store, as the runtime drives it: stage by stage through a commit.
 *
 * Between two publishes everything is staged: `changes` tells what the changelog must hold, `publish` makes it the state, `discard`
 * returns to the last published state.
 */
export interface StateStore<V> extends Store<V> {
  /** One change for each key that was touched since the last publish, encoded. */
  changes(): Iterable<Change>;
  /** Makes what is staged the committed state; `position` is the changelog offset after which a restart has to replay. */
  publish(position: number): Promise<void>;
  /** Forgets what is staged. */
  discard(): void;
  /**
   * Applies a changelog record, outside any stage. It may be applied again: `position` stays where it is until `publish`, so whoever
   * replays publishes the offset that was reached, at the end and, if it takes long, on the way.
   */
  restore(change: Change): void;
  /** Forgets everything, for a changelog that does not go on where the store stands; `position` is 0 then. */
  clear(): void;
  /** The changelog offset from which restore must read; 0 for a store that keeps nothing. */
  position(): number;
  /** Live entries, staged ones included, and their approximate encoded bytes. */
  size(): { readonly entries: number; readonly bytes: number };
  close(): Promise<void>;
}

/** Whose state a store keeps, and which changelog goes on where it stands. */
export interface StorePlace {
  readonly topology: string;
  /** The task's id, e.g. `feedback-in/3`. */
  readonly task: string;
  readonly node: string;
  /** The hash of the node's fingerprint. */
  readonly fingerprint: string;
  readonly changelog: StoreChangelog;
  /** Bytes that the node may keep in memory, in this task; undefined: as many as the store allows. Means nothing to a store on disk. */
  readonly limitBytes: number | undefined;
}

/** The partition of a changelog that belongs to a store. */
export interface StoreChangelog {
  readonly topic: string;
  /** The topic's id, which a topic that was deleted and made again does not have any more; undefined where the cluster tells none. */
  readonly topicId: string | undefined;
  readonly partition: number;
  /** The offset from which on it counts: what is before was written until a reset. */
  readonly begin: number;
  /** How long the topic keeps a deletion, in ms. A store that was away for longer than half of it may have missed one. */
  readonly keepsDeletions: number;
}
