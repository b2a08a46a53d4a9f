/**
 * A record schema bound to its TypeScript type. The Avro implementation is `pipeline/avro`; the core knows only this much of it.
 *
 * Values are plain objects with every field present (a nullable field holds `null`), so that all objects of a type have one shape.
 */
export interface RecordType<T> {
  /** The schema's full name, e.g. `millrace.feedback.v1.FeedbackEvent`. */
  readonly name: string;
  /** The schema as canonical JSON text; what is registered and compared. */
  readonly schema: string;
  /** The value's bare body, without the wire format's header. Throws `MillraceError` `not_encodable`, naming the path. */
  encode(value: T): Buffer;
  /** Reads a bare body written under this very schema. Throws `MillraceError` `not_decodable`. */
  decode(bytes: Buffer): T;
  /**
   * How to read the time at a dotted path as ms since the epoch, UTC, whatever the field's unit.
   * Throws `MillraceError` `bad_topic` at declaration if the field is not a timestamp.
   */
  timeAt(path: string): (value: unknown) => number | undefined;
}

/** The value type that a record type stands for. */
export type ValueOf<R> = R extends RecordType<infer T> ? T : never;
