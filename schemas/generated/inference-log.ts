// Generated from inference-log.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** The record of one inference. Topic inference.logged, key tenant and inference_id. Names follow OpenTelemetry gen_ai where one exists. */
export interface InferenceLog {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Identity of the inference; what feedback targets. A UUID. */
  readonly inference_id: string;
  /** Trace that it is part of, 32 hex digits. */
  readonly trace_id: string | null;
  /** Span that it is, 16 hex digits. */
  readonly span_id: string | null;
  /** Session that it belongs to. */
  readonly session_id: string | null;
  /** Episode of a longer task that it belongs to. */
  readonly episode_id: string | null;
  /** Identities under which other systems know it, by system. */
  readonly external_keys: Readonly<Record<string, string>>;
  /** Name of the model or policy, the same for all its versions. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** Arm of an experiment. */
  readonly variant: string | null;
  /** Deployment that served it. */
  readonly deployment: string | null;
  /** Hash of everything that shapes the answer besides the version. */
  readonly config_hash: string | null;
  /** What was asked for: `classify`, `recommend`, `chat`, `text_completion`, … */
  readonly operation: string;
  /** What the model was given. */
  readonly input: InferenceInput;
  /** Parameters of the call, e.g. `temperature`. */
  readonly params: Readonly<Record<string, string>>;
  /** The answers, of which `chosen` was used. */
  readonly candidates: ReadonlyArray<Candidate>;
  /** Index of the candidate that was used; the first if null. */
  readonly chosen: number | null;
  /** Weight of each feature in the answer. */
  readonly attributions: Readonly<Record<string, number>> | null;
  /** Embedding of the input. */
  readonly embedding: ReadonlyArray<number> | null;
  /** Why generation ended, e.g. `stop`, `length`. */
  readonly finish_reason: string | null;
  /** Tokens used. */
  readonly usage: Usage | null;
  /** Time to answer, in ms. */
  readonly latency_ms: number | null;
  /** What went wrong, if `status` is ERROR. */
  readonly error: string | null;
  /** How it ended. */
  readonly status: InferenceStatus;
  /** When it began, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly started: number;
  /** When it ended. Microseconds since the epoch, UTC. */
  readonly ended: number | null;
  /** Where a body too large for the log is kept. */
  readonly payload_ref: PayloadRef | null;
}

/** What the model was given. */
export interface InferenceInput {
  /** Conversation; empty for models that take features. */
  readonly messages: ReadonlyArray<Message>;
  /** Numeric features in the order of the model. */
  readonly features: ReadonlyArray<number> | null;
  /** Named features that are not numbers. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** One turn of a conversation. */
export interface Message {
  /** Who speaks: `system`, `user`, `assistant`, `tool`. */
  readonly role: string;
  /** What is said. */
  readonly content: string;
}

/** One answer that the model gave or ranked. */
export interface Candidate {
  /** Identity of the candidate within the inference. */
  readonly candidate_id: string;
  /** The answer: a label, an item, a text. */
  readonly output: string;
  /** Score that the model gives it. */
  readonly score: number | null;
  /** Raw class scores, in the order of the classes. */
  readonly logits: ReadonlyArray<number> | null;
  /** Place where it was shown, counted from 1. */
  readonly position: number | null;
  /** Probability with which the policy chose it, 0 to 1. */
  readonly propensity: number | null;
}

/** Tokens used. */
export interface Usage {
  /** Tokens read. */
  readonly input_tokens: number | null;
  /** Tokens written. */
  readonly output_tokens: number | null;
}

/** How an inference ended. */
export type InferenceStatus = 'UNKNOWN' | 'OK' | 'ERROR';

/** A body that is kept elsewhere. */
export interface PayloadRef {
  /** Where it is. */
  readonly uri: string;
  /** Hash of the body, 64 hex digits. */
  readonly sha256: string;
}

/** Binds {@link InferenceLog} to its schema. */
export const inferenceLog: RecordType<InferenceLog> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.InferenceLog","doc":"The record of one inference. Topic inference.logged, key tenant and inference_id. Names follow OpenTelemetry gen_ai where one exists.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"inference_id","doc":"Identity of the inference; what feedback targets.","type":{"type":"string","logicalType":"uuid"}},{"name":"trace_id","doc":"Trace that it is part of, 32 hex digits.","type":["null","string"],"default":null},{"name":"span_id","doc":"Span that it is, 16 hex digits.","type":["null","string"],"default":null},{"name":"session_id","doc":"Session that it belongs to.","type":["null","string"],"default":null},{"name":"episode_id","doc":"Episode of a longer task that it belongs to.","type":["null","string"],"default":null},{"name":"external_keys","doc":"Identities under which other systems know it, by system.","type":{"type":"map","values":"string"},"default":{}},{"name":"model_name","doc":"Name of the model or policy, the same for all its versions.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"variant","doc":"Arm of an experiment.","type":["null","string"],"default":null},{"name":"deployment","doc":"Deployment that served it.","type":["null","string"],"default":null},{"name":"config_hash","doc":"Hash of everything that shapes the answer besides the version.","type":["null","string"],"default":null},{"name":"operation","doc":"What was asked for: `classify`, `recommend`, `chat`, `text_completion`, …","type":"string"},{"name":"input","doc":"What the model was given.","type":{"type":"record","name":"millrace.feedback.v1.InferenceInput","doc":"What the model was given.","fields":[{"name":"messages","doc":"Conversation; empty for models that take features.","type":{"type":"array","items":{"type":"record","name":"millrace.feedback.v1.Message","doc":"One turn of a conversation.","fields":[{"name":"role","doc":"Who speaks: `system`, `user`, `assistant`, `tool`.","type":"string"},{"name":"content","doc":"What is said.","type":"string"}]}},"default":[]},{"name":"features","doc":"Numeric features in the order of the model.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"attributes","doc":"Named features that are not numbers.","type":{"type":"map","values":"string"},"default":{}}]}},{"name":"params","doc":"Parameters of the call, e.g. `temperature`.","type":{"type":"map","values":"string"},"default":{}},{"name":"candidates","doc":"The answers, of which `chosen` was used.","type":{"type":"array","items":{"type":"record","name":"millrace.feedback.v1.Candidate","doc":"One answer that the model gave or ranked.","fields":[{"name":"candidate_id","doc":"Identity of the candidate within the inference.","type":"string"},{"name":"output","doc":"The answer: a label, an item, a text.","type":"string"},{"name":"score","doc":"Score that the model gives it.","type":["null","double"],"default":null},{"name":"logits","doc":"Raw class scores, in the order of the classes.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"position","doc":"Place where it was shown, counted from 1.","type":["null","int"],"default":null},{"name":"propensity","doc":"Probability with which the policy chose it, 0 to 1.","type":["null","double"],"default":null}]}},"default":[]},{"name":"chosen","doc":"Index of the candidate that was used; the first if null.","type":["null","int"],"default":null},{"name":"attributions","doc":"Weight of each feature in the answer.","type":["null",{"type":"map","values":"double"}],"default":null},{"name":"embedding","doc":"Embedding of the input.","type":["null",{"type":"array","items":"float"}],"default":null},{"name":"finish_reason","doc":"Why generation ended, e.g. `stop`, `length`.","type":["null","string"],"default":null},{"name":"usage","doc":"Tokens used.","type":["null",{"type":"record","name":"millrace.feedback.v1.Usage","doc":"Tokens used.","fields":[{"name":"input_tokens","doc":"Tokens read.","type":["null","long"],"default":null},{"name":"output_tokens","doc":"Tokens written.","type":["null","long"],"default":null}]}],"default":null},{"name":"latency_ms","doc":"Time to answer, in ms.","type":["null","double"],"default":null},{"name":"error","doc":"What went wrong, if `status` is ERROR.","type":["null","string"],"default":null},{"name":"status","doc":"How it ended.","type":{"type":"enum","name":"millrace.feedback.v1.InferenceStatus","doc":"How an inference ended.","symbols":["UNKNOWN","OK","ERROR"],"default":"UNKNOWN"}},{"name":"started","doc":"When it began, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"ended","doc":"When it ended.","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},{"name":"payload_ref","doc":"Where a body too large for the log is kept.","type":["null",{"type":"record","name":"millrace.feedback.v1.PayloadRef","doc":"A body that is kept elsewhere.","fields":[{"name":"uri","doc":"Where it is.","type":"string"},{"name":"sha256","doc":"Hash of the body, 64 hex digits.","type":"string"}]}],"default":null}]}',
);
