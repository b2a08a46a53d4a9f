/** What a client does to the cluster, as far as a fault can be put before or after it. */
export type Operation = 'init' | 'begin' | 'produce' | 'send' | 'sendOffsets' | 'commit' | 'abort' | 'poll' | 'commitOffsets' | 'committed';

/** One operation about to happen, or just done. */
export interface Step {
  readonly operation: Operation;
  /** The client id of the connection, so that a fault can strike one process. */
  readonly client: string;
  /** The transactional id, the group id, or '' for a client that has neither. */
  readonly name: string;
}

/**
 * Where a simulator breaks things. What `before` throws, the operation throws without having happened; what `after` throws, it throws
 * although it has. A promise is waited for (a slow broker), but not by `produce`, which is synchronous: there, throw or return.
 */
export interface MemoryFaults {
  before?(step: Step): Promise<void> | void;
  after?(step: Step): Promise<void> | void;
  /**
   * How many ms the partitions that a transaction wrote to hear later of its commit than its group does: a real cluster writes the
   * markers of a transaction one by one, after the commit was answered. 0 if left out.
   */
  markerLag?(): number;
}
