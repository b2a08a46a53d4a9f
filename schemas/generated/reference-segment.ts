// Generated from reference-segment.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** Segments of one submitter. Topic reference.segments, key tenant and submitter_id_hash, compacted, broadcast. */
export interface ReferenceSegment {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Keyed hash of the identity of the submitter. */
  readonly submitter_id_hash: string;
  /** Segments, the most specific first. */
  readonly segments: ReadonlyArray<string>;
  /** Version of the list that this entry is from. */
  readonly version: string;
  /** When the entry was made, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly updated_at: number;
}

/** Binds {@link ReferenceSegment} to its schema. */
export const referenceSegment: RecordType<ReferenceSegment> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ReferenceSegment","doc":"Segments of one submitter. Topic reference.segments, key tenant and submitter_id_hash, compacted, broadcast.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"submitter_id_hash","doc":"Keyed hash of the identity of the submitter.","type":"string"},{"name":"segments","doc":"Segments, the most specific first.","type":{"type":"array","items":"string"},"default":[]},{"name":"version","doc":"Version of the list that this entry is from.","type":"string"},{"name":"updated_at","doc":"When the entry was made, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
