// Generated from inference-carry.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { InferenceSummary } from './attributed-feedback.ts';

/**
 * What the attribution keeps of an inference while feedback may still meet it: state, on no topic but the changelog of the node
 * `attribute`.
 */
export interface InferenceCarry {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Ids, version, times, and the candidate that was used. */
  readonly inference: InferenceSummary;
  /** Raw class scores of the chosen candidate, as logged. */
  readonly logits: ReadonlyArray<number> | null;
  /** Embedding of the input, as logged. */
  readonly embedding: ReadonlyArray<number> | null;
  /** Weight of each feature in the answer, as logged. */
  readonly attributions: Readonly<Record<string, number>> | null;
}

/** Binds {@link InferenceCarry} to its schema. */
export const inferenceCarry: RecordType<InferenceCarry> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.InferenceCarry","doc":"What the attribution keeps of an inference while feedback may still meet it: state, on no topic but the changelog of the node `attribute`.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"inference","doc":"Ids, version, times, and the candidate that was used.","type":{"type":"record","name":"millrace.feedback.v1.InferenceSummary","doc":"What is kept of the inference.","fields":[{"name":"inference_id","doc":"Identity of the inference.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"variant","doc":"Arm of an experiment.","type":["null","string"],"default":null},{"name":"deployment","doc":"Deployment that served it.","type":["null","string"],"default":null},{"name":"operation","doc":"What was asked for.","type":"string"},{"name":"status","doc":"How it ended.","type":{"type":"enum","name":"millrace.feedback.v1.InferenceStatus","doc":"How an inference ended.","symbols":["UNKNOWN","OK","ERROR"],"default":"UNKNOWN"}},{"name":"output","doc":"Output of the chosen candidate; null when there is none or it is longer than 1,000 characters.","type":["null","string"],"default":null},{"name":"score","doc":"Score of the chosen candidate.","type":["null","double"],"default":null},{"name":"position","doc":"Place where the chosen candidate was shown, counted from 1.","type":["null","int"],"default":null},{"name":"propensity","doc":"Probability with which the policy chose it.","type":["null","double"],"default":null},{"name":"candidate_count","doc":"How many candidates there were.","type":"int"},{"name":"latency_ms","doc":"Time to answer, in ms.","type":["null","double"],"default":null},{"name":"started","doc":"When it began, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}}]}},{"name":"logits","doc":"Raw class scores of the chosen candidate, as logged.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"embedding","doc":"Embedding of the input, as logged.","type":["null",{"type":"array","items":"float"}],"default":null},{"name":"attributions","doc":"Weight of each feature in the answer, as logged.","type":["null",{"type":"map","values":"double"}],"default":null}]}',
);
