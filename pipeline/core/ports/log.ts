/** What a log line carries besides its message: data, never secrets, never a record's content. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines. A message is a constant sentence; what varies stands in the fields. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing. */
export const noLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
