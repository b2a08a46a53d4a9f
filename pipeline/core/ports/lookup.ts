/** Read-only enrichment by key from outside the stream (a service, a table). The runtime batches, caches and bounds the calls. */
export interface Lookup<V> {
  /** Answers in the order of the keys; `undefined` where there is nothing. May reject: every key of the batch then counts as late. */
  fetch(keys: ReadonlyArray<string>, signal: AbortSignal): Promise<ReadonlyArray<V | undefined>>;
}
