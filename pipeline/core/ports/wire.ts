import type { RecordType } from '../record-type.ts';

/** Reads values of one type out of the wire format (a zero byte, a four-byte schema id, the body). */
export interface WireDecoder<T> {
  /** The schema id of these bytes if it must be learnt before `decode` can answer; cheap when it is known. */
  unknownId(bytes: Buffer): number | undefined;
  /** Fetches a writer's schema once. An id that the registry does not know is remembered, too: `decode` then rejects. Throws `registry_unavailable`. */
  learn(id: number): Promise<void>;
  /** Synchronous. Throws `MillraceError` `bad_magic`, `unknown_schema_id` or `not_decodable`. */
  decode(bytes: Buffer): T;
}

/** Writes values of one type in the wire format. Synchronous; throws `MillraceError` `not_encodable`. */
export interface WireEncoder<T> {
  (value: T): Buffer;
  /** Whether these bytes were written under the very schema that this encoder writes. */
  wrote(bytes: Buffer): boolean;
}

/** Writes and reads record types in Confluent's wire format, knowing a schema registry. */
export interface Wire {
  /**
   * Registers the type under the subject `<topic>-value` (FULL_TRANSITIVE) and returns its encoder.
   * Throws `incompatible_schema` or `registry_unavailable`.
   */
  encoder<T>(topic: string, type: RecordType<T>): Promise<WireEncoder<T>>;
  decoder<T>(type: RecordType<T>): WireDecoder<T>;
}
