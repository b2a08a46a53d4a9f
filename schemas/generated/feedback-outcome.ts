// Generated from feedback-outcome.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { AttributionStatus } from './attributed-feedback.ts';
import type { FeedbackType } from './feedback-event.ts';

/**
 * Where one feedback ended, as far as it was not refused: row of the table feedback_outcomes. A later one replaces an earlier one, as when
 * an orphan is matched late, or feedback is amended or retracted.
 */
export interface FeedbackOutcome {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 in the namespace `feedback_id` of `feedback_outcomes/<tenant>/<target id>`: the same in every replay. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Identity of the feedback. A UUID. */
  readonly feedback_id: string;
  /** What it judges. */
  readonly target_id: string;
  /** A training example, a task for a person, an orphan for want of its inference, or nothing, since it was taken back. */
  readonly outcome: Outcome;
  /** The topic that the record made of it is in; empty if it was taken back. */
  readonly topic: string;
  /** How it was tied to its inference. */
  readonly attribution_status: AttributionStatus;
  /** The kind of statement. */
  readonly feedback_type: FeedbackType;
  /** Name of the signal. */
  readonly key: string;
  /** Name of the model or policy; null while the inference is not known. */
  readonly model_name: string | null;
  /** The version that answered. */
  readonly model_version: string | null;
  /** First segment of the submitter. */
  readonly segment: string | null;
  /** Event time of the feedback minus start of the inference, in µs. */
  readonly lag_us: number | null;
  /** When the feedback was given, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly event_time: number;
}

/** Where feedback ends. */
export type Outcome = 'UNKNOWN' | 'TRAINING' | 'REVIEW' | 'ORPHANED' | 'RETRACTED';

/** Binds {@link FeedbackOutcome} to its schema. */
export const feedbackOutcome: RecordType<FeedbackOutcome> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.FeedbackOutcome","doc":"Where one feedback ended, as far as it was not refused: row of the table feedback_outcomes. A later one replaces an earlier one, as when an orphan is matched late, or feedback is amended or retracted.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 in the namespace `feedback_id` of `feedback_outcomes/<tenant>/<target id>`: the same in every replay.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback_id","doc":"Identity of the feedback.","type":{"type":"string","logicalType":"uuid"}},{"name":"target_id","doc":"What it judges.","type":"string"},{"name":"outcome","doc":"A training example, a task for a person, an orphan for want of its inference, or nothing, since it was taken back.","type":{"type":"enum","name":"millrace.feedback.v1.Outcome","doc":"Where feedback ends.","symbols":["UNKNOWN","TRAINING","REVIEW","ORPHANED","RETRACTED"],"default":"UNKNOWN"}},{"name":"topic","doc":"The topic that the record made of it is in; empty if it was taken back.","type":"string"},{"name":"attribution_status","doc":"How it was tied to its inference.","type":{"type":"enum","name":"millrace.feedback.v1.AttributionStatus","doc":"How an attribution ended.","symbols":["UNKNOWN","MATCHED","MATCHED_LATE","ORPHAN","CONFLICT"],"default":"UNKNOWN"}},{"name":"feedback_type","doc":"The kind of statement.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackType","doc":"The kind of statement.","symbols":["UNKNOWN","EXPLICIT_CORRECTION","IMPLICIT_CLICK","PREFERENCE_PAIR","RATING","LABEL","COMMENT","IMPLICIT"],"default":"UNKNOWN"}},{"name":"key","doc":"Name of the signal.","type":"string"},{"name":"model_name","doc":"Name of the model or policy; null while the inference is not known.","type":["null","string"],"default":null},{"name":"model_version","doc":"The version that answered.","type":["null","string"],"default":null},{"name":"segment","doc":"First segment of the submitter.","type":["null","string"],"default":null},{"name":"lag_us","doc":"Event time of the feedback minus start of the inference, in µs.","type":["null","long"],"default":null},{"name":"event_time","doc":"When the feedback was given, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
