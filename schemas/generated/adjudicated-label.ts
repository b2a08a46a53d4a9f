// Generated from adjudicated-label.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** What reviewers agreed on for one task. Topic review.labels, key tenant and inference_id. */
export interface AdjudicatedLabel {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** event_id of the review task. A UUID. */
  readonly task_id: string;
  /** The feedback that was in question. A UUID. */
  readonly feedback_id: string;
  /** The inference that it judges. A UUID. */
  readonly inference_id: string;
  /** The outcome. */
  readonly label: string;
  /** The submitter of the feedback was right. */
  readonly accepted: boolean;
  /** Keyed hashes of the identities of the raters. */
  readonly rater_id_hashes: ReadonlyArray<string>;
  /** Share of the raters who agree, 0 to 1. */
  readonly agreement: number | null;
  /** Why, in the words of the raters. */
  readonly rationale: string | null;
  /** When it was decided, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly decided_at: number;
}

/** Binds {@link AdjudicatedLabel} to its schema. */
export const adjudicatedLabel: RecordType<AdjudicatedLabel> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.AdjudicatedLabel","doc":"What reviewers agreed on for one task. Topic review.labels, key tenant and inference_id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"task_id","doc":"event_id of the review task.","type":{"type":"string","logicalType":"uuid"}},{"name":"feedback_id","doc":"The feedback that was in question.","type":{"type":"string","logicalType":"uuid"}},{"name":"inference_id","doc":"The inference that it judges.","type":{"type":"string","logicalType":"uuid"}},{"name":"label","doc":"The outcome.","type":"string"},{"name":"accepted","doc":"The submitter of the feedback was right.","type":"boolean"},{"name":"rater_id_hashes","doc":"Keyed hashes of the identities of the raters.","type":{"type":"array","items":"string"},"default":[]},{"name":"agreement","doc":"Share of the raters who agree, 0 to 1.","type":["null","double"],"default":null},{"name":"rationale","doc":"Why, in the words of the raters.","type":["null","string"],"default":null},{"name":"decided_at","doc":"When it was decided, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}}]}',
);
