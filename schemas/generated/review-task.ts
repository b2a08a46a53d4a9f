// Generated from review-task.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { FeedbackType } from './feedback-event.ts';

/** Feedback that a person has to look at. Topic review.tasks, key tenant and inference_id. */
export interface ReviewTask {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** The feedback in question. A UUID. */
  readonly feedback_id: string;
  /** The inference that it judges. A UUID. */
  readonly inference_id: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** Why a person is asked; docs/rules.md defines each. */
  readonly reason: ReviewReason;
  /** Between 0 and 1; the highest first. */
  readonly priority: number;
  /** The kind of statement. */
  readonly feedback_type: FeedbackType;
  /** Name of the signal. */
  readonly key: string;
  /** What the submitter said: the label, the comment, or the preferred id. */
  readonly proposed: string | null;
  /** What the model said. */
  readonly output: string | null;
  /** Keyed hash of the identity of the submitter. */
  readonly submitter_id_hash: string | null;
  /** First segment of the submitter. */
  readonly segment: string | null;
  /** Raw class scores of the chosen candidate, as logged. */
  readonly logits: ReadonlyArray<number> | null;
  /** When the feedback was given, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly event_time: number;
}

/** Why a person is asked. */
export type ReviewReason = 'UNKNOWN' | 'COMMENT' | 'TIE' | 'UNSURE';

/** Binds {@link ReviewTask} to its schema. */
export const reviewTask: RecordType<ReviewTask> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ReviewTask","doc":"Feedback that a person has to look at. Topic review.tasks, key tenant and inference_id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback_id","doc":"The feedback in question.","type":{"type":"string","logicalType":"uuid"}},{"name":"inference_id","doc":"The inference that it judges.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"reason","doc":"Why a person is asked; docs/rules.md defines each.","type":{"type":"enum","name":"millrace.feedback.v1.ReviewReason","doc":"Why a person is asked.","symbols":["UNKNOWN","COMMENT","TIE","UNSURE"],"default":"UNKNOWN"}},{"name":"priority","doc":"Between 0 and 1; the highest first.","type":"double"},{"name":"feedback_type","doc":"The kind of statement.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackType","doc":"The kind of statement.","symbols":["UNKNOWN","EXPLICIT_CORRECTION","IMPLICIT_CLICK","PREFERENCE_PAIR","RATING","LABEL","COMMENT","IMPLICIT"],"default":"UNKNOWN"}},{"name":"key","doc":"Name of the signal.","type":"string"},{"name":"proposed","doc":"What the submitter said: the label, the comment, or the preferred id.","type":["null","string"],"default":null},{"name":"output","doc":"What the model said.","type":["null","string"],"default":null},{"name":"submitter_id_hash","doc":"Keyed hash of the identity of the submitter.","type":["null","string"],"default":null},{"name":"segment","doc":"First segment of the submitter.","type":["null","string"],"default":null},{"name":"logits","doc":"Raw class scores of the chosen candidate, as logged.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"event_time","doc":"When the feedback was given, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
