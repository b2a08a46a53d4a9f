// Generated from quality-correction.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/**
 * What one late record, amendment or retraction adds to a metric of a closed window; windows plus corrections equal everything. Topic
 * model.quality-corrections, key tenant and model_name.
 */
export interface QualityCorrection {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 of the late record and the metric, and of the change if it takes something back. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Begin of the closed window, inclusive, UTC. Microseconds since the epoch, UTC. */
  readonly window_start: number;
  /** End of the closed window, exclusive, UTC. Microseconds since the epoch, UTC. */
  readonly window_end: number;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** The metric, as in WindowAggregate. */
  readonly metric: string;
  /** Observations to add; negative when something was taken back. */
  readonly n: number;
  /** To add to the sum. */
  readonly sum: number;
  /** To add to the sum of squares. */
  readonly sum_sq: number;
  /** Inferences to add; not 0 only on rows of the metric `coverage`. */
  readonly inference_count: number;
  /** Why the closed window changes. */
  readonly reason: CorrectionReason;
  /** The inference that is judged or was logged late. A UUID. */
  readonly inference_id: string;
  /** The late feedback; null for a late inference. A UUID. */
  readonly feedback_id: string | null;
  /** Event time of the late record. Microseconds since the epoch, UTC. */
  readonly event_time: number;
  /** Stream time when it was found to be late. Microseconds since the epoch, UTC. */
  readonly stream_time: number;
}

/** Why a closed window changes. */
export type CorrectionReason = 'UNKNOWN' | 'LATE_FEEDBACK' | 'LATE_INFERENCE' | 'RETRACTED' | 'AMENDED';

/** Binds {@link QualityCorrection} to its schema. */
export const qualityCorrection: RecordType<QualityCorrection> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.QualityCorrection","doc":"What one late record, amendment or retraction adds to a metric of a closed window; windows plus corrections equal everything. Topic model.quality-corrections, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 of the late record and the metric, and of the change if it takes something back.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"window_start","doc":"Begin of the closed window, inclusive, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"window_end","doc":"End of the closed window, exclusive, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"metric","doc":"The metric, as in WindowAggregate.","type":"string"},{"name":"n","doc":"Observations to add; negative when something was taken back.","type":"long"},{"name":"sum","doc":"To add to the sum.","type":"double"},{"name":"sum_sq","doc":"To add to the sum of squares.","type":"double"},{"name":"inference_count","doc":"Inferences to add; not 0 only on rows of the metric `coverage`.","type":"long"},{"name":"reason","doc":"Why the closed window changes.","type":{"type":"enum","name":"millrace.feedback.v1.CorrectionReason","doc":"Why a closed window changes.","symbols":["UNKNOWN","LATE_FEEDBACK","LATE_INFERENCE","RETRACTED","AMENDED"],"default":"UNKNOWN"}},{"name":"inference_id","doc":"The inference that is judged or was logged late.","type":{"type":"string","logicalType":"uuid"}},{"name":"feedback_id","doc":"The late feedback; null for a late inference.","type":["null",{"type":"string","logicalType":"uuid"}],"default":null},{"name":"event_time","doc":"Event time of the late record.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"stream_time","doc":"Stream time when it was found to be late.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
