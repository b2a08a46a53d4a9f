// Generated from model-deployment.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** A step in the life of a model version. Topic model.deployments, key tenant and model_name. */
export interface ModelDeployment {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version. */
  readonly model_version: string;
  /** What happened to it. */
  readonly status: DeploymentStatus;
  /** The version that it is meant to replace and may be rolled back to; null if none. */
  readonly predecessor: string | null;
  /** Where it was deployed. */
  readonly deployment: string | null;
  /** When it happened, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly deployed_at: number;
}

/** A step in the life of a version. */
export type DeploymentStatus = 'UNKNOWN' | 'DEPLOYED' | 'PROMOTED' | 'RETIRED';

/** Binds {@link ModelDeployment} to its schema. */
export const modelDeployment: RecordType<ModelDeployment> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ModelDeployment","doc":"A step in the life of a model version. Topic model.deployments, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version.","type":"string"},{"name":"status","doc":"What happened to it.","type":{"type":"enum","name":"millrace.feedback.v1.DeploymentStatus","doc":"A step in the life of a version.","symbols":["UNKNOWN","DEPLOYED","PROMOTED","RETIRED"],"default":"UNKNOWN"}},{"name":"predecessor","doc":"The version that it is meant to replace and may be rolled back to; null if none.","type":["null","string"],"default":null},{"name":"deployment","doc":"Where it was deployed.","type":["null","string"],"default":null},{"name":"deployed_at","doc":"When it happened, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
