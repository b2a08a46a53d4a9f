// Generated from reference-signal.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { ValueKind } from './feedback-event.ts';

/** A signal that a tenant accepts: the metric registry. Topic reference.signals, key tenant and key, compacted, broadcast. */
export interface ReferenceSignal {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Name of the signal, e.g. `thumbs`. */
  readonly key: string;
  /** Kind of its values. */
  readonly value_kind: ValueKind;
  /** Lowest number accepted, inclusive; null for no bound. */
  readonly min: number | null;
  /** Highest number accepted, inclusive; null for no bound. */
  readonly max: number | null;
  /** Labels or corrections accepted; empty for any. */
  readonly labels: ReadonlyArray<string>;
  /** What the signal means. */
  readonly description: string | null;
  /** Version of the list that this entry is from. */
  readonly version: string;
  /** When the entry was made, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly updated_at: number;
}

/** Binds {@link ReferenceSignal} to its schema. */
export const referenceSignal: RecordType<ReferenceSignal> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ReferenceSignal","doc":"A signal that a tenant accepts: the metric registry. Topic reference.signals, key tenant and key, compacted, broadcast.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"key","doc":"Name of the signal, e.g. `thumbs`.","type":"string"},{"name":"value_kind","doc":"Kind of its values.","type":{"type":"enum","name":"millrace.feedback.v1.ValueKind","doc":"Which value field is set.","symbols":["UNKNOWN","BOOL","NUMBER","LABEL","TEXT","CORRECTION","PREFERENCE","RANKING","IMPLICIT"],"default":"UNKNOWN"}},{"name":"min","doc":"Lowest number accepted, inclusive; null for no bound.","type":["null","double"],"default":null},{"name":"max","doc":"Highest number accepted, inclusive; null for no bound.","type":["null","double"],"default":null},{"name":"labels","doc":"Labels or corrections accepted; empty for any.","type":{"type":"array","items":"string"},"default":[]},{"name":"description","doc":"What the signal means.","type":["null","string"],"default":null},{"name":"version","doc":"Version of the list that this entry is from.","type":"string"},{"name":"updated_at","doc":"When the entry was made, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
