// Generated from command-ack.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** What an actuator did with a command. Topic model.command-acks, key tenant and model_name. */
export interface CommandAck {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 of the command, actuator and status: what is said again after a crash has the same. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** The command that is answered. A UUID. */
  readonly command_id: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** Who answers, e.g. `mlflow`. */
  readonly actuator: string;
  /** What became of the command. */
  readonly status: AckStatus;
  /** What there is to say about it. */
  readonly message: string | null;
  /** When the actuator answered, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly acknowledged_at: number;
}

/**
 * What became of a command. ACCEPTED: it waits, mostly for an approval. APPLIED: what it orders is so. REFUSED: it never will be. FAILED:
 * it was given up. DRY_RUN: it is not meant to be applied, and was not. CONFLICT: the world is no longer as it was when the command was
 * decided, so nothing was changed. TIMED_OUT: it was not answered in time; it is still tried.
 */
export type AckStatus = 'UNKNOWN' | 'ACCEPTED' | 'APPLIED' | 'REFUSED' | 'FAILED' | 'DRY_RUN' | 'CONFLICT' | 'TIMED_OUT';

/** Binds {@link CommandAck} to its schema. */
export const commandAck: RecordType<CommandAck> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.CommandAck","doc":"What an actuator did with a command. Topic model.command-acks, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 of the command, actuator and status: what is said again after a crash has the same.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"command_id","doc":"The command that is answered.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"actuator","doc":"Who answers, e.g. `mlflow`.","type":"string"},{"name":"status","doc":"What became of the command.","type":{"type":"enum","name":"millrace.feedback.v1.AckStatus","doc":"What became of a command. ACCEPTED: it waits, mostly for an approval. APPLIED: what it orders is so. REFUSED: it never will be. FAILED: it was given up. DRY_RUN: it is not meant to be applied, and was not. CONFLICT: the world is no longer as it was when the command was decided, so nothing was changed. TIMED_OUT: it was not answered in time; it is still tried.","symbols":["UNKNOWN","ACCEPTED","APPLIED","REFUSED","FAILED","DRY_RUN","CONFLICT","TIMED_OUT"],"default":"UNKNOWN"}},{"name":"message","doc":"What there is to say about it.","type":["null","string"],"default":null},{"name":"acknowledged_at","doc":"When the actuator answered, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
