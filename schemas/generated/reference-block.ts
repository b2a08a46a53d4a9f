// Generated from reference-block.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** A submitter whose feedback is refused. Topic reference.blocklist, key tenant and submitter_id_hash, compacted, broadcast. */
export interface ReferenceBlock {
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
  /** Why. */
  readonly reason: string;
  /** Version of the list that this entry is from. */
  readonly version: string;
  /** When the entry was made, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly updated_at: number;
}

/** Binds {@link ReferenceBlock} to its schema. */
export const referenceBlock: RecordType<ReferenceBlock> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ReferenceBlock","doc":"A submitter whose feedback is refused. Topic reference.blocklist, key tenant and submitter_id_hash, compacted, broadcast.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"submitter_id_hash","doc":"Keyed hash of the identity of the submitter.","type":"string"},{"name":"reason","doc":"Why.","type":"string"},{"name":"version","doc":"Version of the list that this entry is from.","type":"string"},{"name":"updated_at","doc":"When the entry was made, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
