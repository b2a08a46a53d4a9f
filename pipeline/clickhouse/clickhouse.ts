/** What may go with a statement. Settings belong into its text (`SETTINGS …`): what is sent beside it would outlive it on chDB. */
export interface StatementOptions {
  /** Values for the `{name:Type}` places in the text. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Stops waiting. What ClickHouse has begun may still take effect. */
  readonly signal?: AbortSignal;
}

/** An insert: its text up to and including `FORMAT …`, and the rows in that format. */
export interface Insert {
  readonly into: string;
  readonly rows: string;
}

/**
 * A ClickHouse, wherever it runs: a server behind HTTP, or chDB in this process.
 *
 * Every failure is a `MillraceError`: `table_unavailable` if the same may succeed later (no answer, overload), `bad_table` if the
 * schema or the rights are not there, `delivery_refused` if the rows themselves are not accepted, `bad_config` if the login is wrong.
 */
export interface ClickHouse {
  /** Where it is, without credentials; for messages. */
  readonly address: string;
  /** Runs a statement that gives no rows. */
  command(sql: string, options?: StatementOptions): Promise<void>;
  /** The rows of a query as objects. Integers of 64 bits may come as text: read them with `Number` or `BigInt`. */
  select(sql: string, options?: StatementOptions): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
  /** Resolves when the rows are in the table. */
  insert(insert: Insert, options?: Pick<StatementOptions, 'signal'>): Promise<void>;
  /** Waits for what is under way in this process, then lets go of the database. */
  close(): Promise<void>;
}
