// Generated from quality-alert.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** What people are told of the quality of a model version. Topic model.alerts, key tenant and model_name. */
export interface QualityAlert {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /**
   * UUIDv5 of policy, model, version, signal and the place of the notice among those of the signal: the same after a crash or a replay. A
   * UUID.
   */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Name of the policy that decided. */
  readonly policy: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** What is watched, e.g. `accuracy`. */
  readonly signal: string;
  /** How the signal stands now. */
  readonly severity: AlertSeverity;
  /** What was told before; OK before anything was. */
  readonly previous: AlertSeverity;
  /** Whether the severity has changed, still is what it was, or the signal is given up, since nothing came of it any more. */
  readonly cause: AlertCause;
  /** Stream time since which the severity is so. Microseconds since the epoch, UTC. */
  readonly since: number;
  /** Stream time of the notice. Microseconds since the epoch, UTC. */
  readonly told_at: number;
  /** Value of the window that came last. */
  readonly value: number;
  /** Its number of observations. */
  readonly n: number;
  /** Begin of that window. Microseconds since the epoch, UTC. */
  readonly window_start: number;
}

/** How a signal stands; docs/alerts.md defines each. */
export type AlertSeverity = 'UNKNOWN' | 'OK' | 'WARNING' | 'ALERT' | 'NO_DATA';

/** Why people are told. */
export type AlertCause = 'UNKNOWN' | 'CHANGED' | 'REMINDER' | 'FORGOTTEN';

/** Binds {@link QualityAlert} to its schema. */
export const qualityAlert: RecordType<QualityAlert> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.QualityAlert","doc":"What people are told of the quality of a model version. Topic model.alerts, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 of policy, model, version, signal and the place of the notice among those of the signal: the same after a crash or a replay.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"policy","doc":"Name of the policy that decided.","type":"string"},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"signal","doc":"What is watched, e.g. `accuracy`.","type":"string"},{"name":"severity","doc":"How the signal stands now.","type":{"type":"enum","name":"millrace.feedback.v1.AlertSeverity","doc":"How a signal stands; docs/alerts.md defines each.","symbols":["UNKNOWN","OK","WARNING","ALERT","NO_DATA"],"default":"UNKNOWN"}},{"name":"previous","doc":"What was told before; OK before anything was.","type":"millrace.feedback.v1.AlertSeverity"},{"name":"cause","doc":"Whether the severity has changed, still is what it was, or the signal is given up, since nothing came of it any more.","type":{"type":"enum","name":"millrace.feedback.v1.AlertCause","doc":"Why people are told.","symbols":["UNKNOWN","CHANGED","REMINDER","FORGOTTEN"],"default":"UNKNOWN"}},{"name":"since","doc":"Stream time since which the severity is so.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"told_at","doc":"Stream time of the notice.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"value","doc":"Value of the window that came last.","type":"double"},{"name":"n","doc":"Its number of observations.","type":"long"},{"name":"window_start","doc":"Begin of that window.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
