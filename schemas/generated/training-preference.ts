// Generated from training-preference.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { AttributionStatus } from './attributed-feedback.ts';
import type { FeedbackSource } from './feedback-event.ts';

/** One output preferred to others. Topic training.preferences, key tenant and inference_id. */
export interface TrainingPreference {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** The feedback that the example was made from. A UUID. */
  readonly feedback_id: string;
  /** The inference that it judges; its input is in inference.logged under this id. A UUID. */
  readonly inference_id: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered, from the inference log. */
  readonly model_version: string;
  /** What was asked for. */
  readonly operation: string;
  /** Name of the signal. */
  readonly key: string;
  /** Where the judgement comes from. */
  readonly source: FeedbackSource;
  /** Keyed hash of the identity of the submitter. */
  readonly submitter_id_hash: string | null;
  /** First segment of the submitter. */
  readonly segment: string | null;
  /** MATCHED, or MATCHED_LATE after it had been an orphan. */
  readonly attribution_status: AttributionStatus;
  /** Share of the feedback that belongs to this inference. */
  readonly weight: number;
  /** Event time of the feedback minus start of the inference, in µs. */
  readonly lag_us: number;
  /** When the feedback was given, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly event_time: number;
  /** When the inference began, UTC. Microseconds since the epoch, UTC. */
  readonly inference_started: number;
  /** Inference or candidate that is preferred. */
  readonly chosen_id: string;
  /** Inferences or candidates that it was preferred to. */
  readonly rejected_ids: ReadonlyArray<string>;
  /** How strong the preference is, 0 to 1. */
  readonly strength: number | null;
  /** The inference named by inference_id is the preferred one. */
  readonly target_chosen: boolean;
  /** Output of the inference named by inference_id. */
  readonly output: string | null;
  /** Why, in the words of the submitter. */
  readonly rationale: string | null;
  /** Raw class scores of the chosen candidate, as logged. */
  readonly logits: ReadonlyArray<number> | null;
  /** Embedding of the input, as logged. */
  readonly embedding: ReadonlyArray<number> | null;
  /** Weight of each feature in the answer, as logged. */
  readonly attributions: Readonly<Record<string, number>> | null;
}

/** Binds {@link TrainingPreference} to its schema. */
export const trainingPreference: RecordType<TrainingPreference> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.TrainingPreference","doc":"One output preferred to others. Topic training.preferences, key tenant and inference_id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback_id","doc":"The feedback that the example was made from.","type":{"type":"string","logicalType":"uuid"}},{"name":"inference_id","doc":"The inference that it judges; its input is in inference.logged under this id.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered, from the inference log.","type":"string"},{"name":"operation","doc":"What was asked for.","type":"string"},{"name":"key","doc":"Name of the signal.","type":"string"},{"name":"source","doc":"Where the judgement comes from.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackSource","doc":"Where a judgement comes from.","symbols":["UNKNOWN","HUMAN","END_USER","LLM_JUDGE","CODE","IMPLICIT"],"default":"UNKNOWN"}},{"name":"submitter_id_hash","doc":"Keyed hash of the identity of the submitter.","type":["null","string"],"default":null},{"name":"segment","doc":"First segment of the submitter.","type":["null","string"],"default":null},{"name":"attribution_status","doc":"MATCHED, or MATCHED_LATE after it had been an orphan.","type":{"type":"enum","name":"millrace.feedback.v1.AttributionStatus","doc":"How an attribution ended.","symbols":["UNKNOWN","MATCHED","MATCHED_LATE","ORPHAN","CONFLICT"],"default":"UNKNOWN"}},{"name":"weight","doc":"Share of the feedback that belongs to this inference.","type":"double"},{"name":"lag_us","doc":"Event time of the feedback minus start of the inference, in µs.","type":"long"},{"name":"event_time","doc":"When the feedback was given, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"inference_started","doc":"When the inference began, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"chosen_id","doc":"Inference or candidate that is preferred.","type":"string"},{"name":"rejected_ids","doc":"Inferences or candidates that it was preferred to.","type":{"type":"array","items":"string"},"default":[]},{"name":"strength","doc":"How strong the preference is, 0 to 1.","type":["null","double"],"default":null},{"name":"target_chosen","doc":"The inference named by inference_id is the preferred one.","type":"boolean"},{"name":"output","doc":"Output of the inference named by inference_id.","type":["null","string"],"default":null},{"name":"rationale","doc":"Why, in the words of the submitter.","type":["null","string"],"default":null},{"name":"logits","doc":"Raw class scores of the chosen candidate, as logged.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"embedding","doc":"Embedding of the input, as logged.","type":["null",{"type":"array","items":"float"}],"default":null},{"name":"attributions","doc":"Weight of each feature in the answer, as logged.","type":["null",{"type":"map","values":"double"}],"default":null}]}',
);
