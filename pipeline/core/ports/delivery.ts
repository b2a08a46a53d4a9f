/** The committed records [from, to) of one partition, in order, as a delivery hands them over. */
export interface DeliveryBatch<T> {
  /** `topology/node/topic/partition/from-to/schema`: the same after every crash, so that a receiver can tell a repeat. */
  readonly token: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly rows: ReadonlyArray<{ readonly offset: number; readonly value: T }>;
}

/** Where a delivery hands its batches: ClickHouse, a webhook, anything outside Kafka. */
export interface DeliveryTarget<T> {
  /** Checks at start that the target can take what is sent. Throws `bad_table` naming what is missing. */
  prepare(): Promise<void>;
  /**
   * Hands over one batch at once and whole. The same token twice has the effect of once.
   * `pending` says that this batch may have been handed over before, by an earlier holder of the partition.
   * Throws a retryable `MillraceError` when it should be tried again, with the same token.
   */
  deliver(batch: DeliveryBatch<T>, pending: boolean, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
