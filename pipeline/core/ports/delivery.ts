/** One row of a batch. */
export interface DeliveryRow<T> {
  readonly offset: number;
  readonly value: T;
  /** The record's key; for targets that keep the order of keys and not that of the partition. */
  readonly key?: Buffer | null;
}

/** The committed records [from, to) of one partition, in order, as a delivery hands them over. */
export interface DeliveryBatch<T> {
  /** `topology/node/topic/partition/from-to/schema`: the same after every crash, so that a receiver can tell a repeat. */
  readonly token: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly rows: ReadonlyArray<DeliveryRow<T>>;
}

/** A row that the receiver does not take, now or later. */
export interface RefusedRow {
  readonly offset: number;
  /** In one word, e.g. `http_422`. */
  readonly rule: string;
  readonly detail: string;
}

/** Where a delivery hands its batches: ClickHouse, a webhook, anything outside Kafka. */
export interface DeliveryTarget<T> {
  /** Checks at start that the target can take what is sent. Throws `bad_table` naming what is missing. */
  prepare(): Promise<void>;
  /**
   * Hands over one batch at once and whole. The same token twice has the effect of once.
   * `pending` says that this batch may have been handed over before: by an earlier holder of the partition, or so long ago that the
   * receiver may have forgotten its token.
   * Resolves to the rows that were refused and are to be put into the dead letter, if there are any.
   * Throws a retryable `MillraceError` when it should be tried again, with the same batch.
   */
  deliver(batch: DeliveryBatch<T>, pending: boolean, signal: AbortSignal): Promise<ReadonlyArray<RefusedRow> | undefined>;
  close(): Promise<void>;
}
