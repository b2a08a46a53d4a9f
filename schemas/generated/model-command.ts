// Generated from model-command.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { InputRange } from './window-aggregate.ts';

/** An order about a model version, with its evidence. Topic model.commands, key tenant and model_name. */
export interface ModelCommand {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** The same as command_id for the first record of a command. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** UUIDv5 of policy, model and from_version: a restart neither loses nor repeats a command. A UUID. */
  readonly command_id: string;
  /** What is ordered. */
  readonly kind: CommandKind;
  /** Whether it is meant to be carried out. */
  readonly mode: CommandMode;
  /** Name of the policy that decided. */
  readonly policy: string;
  /** Its version. */
  readonly policy_version: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version to leave. */
  readonly from_version: string;
  /** The version to go to; null if the command names none. */
  readonly to_version: string | null;
  /** The verdict in one sentence. */
  readonly reason: string;
  /** Stream time of the decision. Microseconds since the epoch, UTC. */
  readonly decided_at: number;
  /** What the decision stands on. */
  readonly evidence: Evidence;
}

/** What is ordered. PROMOTE is the mirror image of ROLLBACK: from_version is the one that serves, to_version the candidate. */
export type CommandKind = 'UNKNOWN' | 'ROLLBACK' | 'PAUSE' | 'NOTIFY' | 'PROMOTE';

/**
 * Whether a command is meant to be carried out. ON_APPROVAL: once a person has approved it, which is a further record of the same
 * command_id with ENFORCE.
 */
export type CommandMode = 'UNKNOWN' | 'ENFORCE' | 'DRY_RUN' | 'ON_APPROVAL';

/** What the decision stands on; it recomputes from the offsets named. */
export interface Evidence {
  /** The comparator, e.g. `relativeToBaseline`. */
  readonly rule: string;
  /** The metric judged. */
  readonly metric: string;
  /** The bound that was crossed. */
  readonly threshold: number;
  /** The effect found, in the terms of the rule: for a relative rule (candidate - baseline) / baseline. */
  readonly effect: number;
  /** Lower end of the confidence interval of the effect. */
  readonly interval_low: number | null;
  /** Upper end of the confidence interval of the effect. */
  readonly interval_high: number | null;
  /** Error level of the rule; null for plain thresholds. */
  readonly alpha: number | null;
  /** Observations required on each side. */
  readonly min_samples: number;
  /** Breaches in a row that the policy asks for. */
  readonly consecutive: number;
  /** The version that is left. */
  readonly candidate: SideEvidence;
  /** The version that it is compared with; null for an absolute rule. */
  readonly baseline: SideEvidence | null;
  /** Submitters behind the candidate; null where not kept. */
  readonly distinct_submitters: number | null;
  /** Begin of the first window judged. Microseconds since the epoch, UTC. */
  readonly span_start: number;
  /** End of the last window judged. Microseconds since the epoch, UTC. */
  readonly span_end: number;
  /** Where the observations came from. */
  readonly inputs: ReadonlyArray<InputRange>;
  /** Fingerprint of the topology that decided. */
  readonly fingerprint: string;
  /** A ClickHouse query that lists the windows behind the numbers. */
  readonly query: string;
}

/** What was known of one version when the decision was made. */
export interface SideEvidence {
  /** The version. */
  readonly model_version: string;
  /** Observations. */
  readonly n: number;
  /** Sum of the observed values. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly sum_sq: number;
  /** sum / n. */
  readonly mean: number;
  /** Windows that took part. */
  readonly windows: number;
}

/** Binds {@link ModelCommand} to its schema. */
export const modelCommand: RecordType<ModelCommand> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.ModelCommand","doc":"An order about a model version, with its evidence. Topic model.commands, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"The same as command_id for the first record of a command.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"command_id","doc":"UUIDv5 of policy, model and from_version: a restart neither loses nor repeats a command.","type":{"type":"string","logicalType":"uuid"}},{"name":"kind","doc":"What is ordered.","type":{"type":"enum","name":"millrace.feedback.v1.CommandKind","doc":"What is ordered. PROMOTE is the mirror image of ROLLBACK: from_version is the one that serves, to_version the candidate.","symbols":["UNKNOWN","ROLLBACK","PAUSE","NOTIFY","PROMOTE"],"default":"UNKNOWN"}},{"name":"mode","doc":"Whether it is meant to be carried out.","type":{"type":"enum","name":"millrace.feedback.v1.CommandMode","doc":"Whether a command is meant to be carried out. ON_APPROVAL: once a person has approved it, which is a further record of the same command_id with ENFORCE.","symbols":["UNKNOWN","ENFORCE","DRY_RUN","ON_APPROVAL"],"default":"UNKNOWN"}},{"name":"policy","doc":"Name of the policy that decided.","type":"string"},{"name":"policy_version","doc":"Its version.","type":"string"},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"from_version","doc":"The version to leave.","type":"string"},{"name":"to_version","doc":"The version to go to; null if the command names none.","type":["null","string"],"default":null},{"name":"reason","doc":"The verdict in one sentence.","type":"string"},{"name":"decided_at","doc":"Stream time of the decision.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"evidence","doc":"What the decision stands on.","type":{"type":"record","name":"millrace.feedback.v1.Evidence","doc":"What the decision stands on; it recomputes from the offsets named.","fields":[{"name":"rule","doc":"The comparator, e.g. `relativeToBaseline`.","type":"string"},{"name":"metric","doc":"The metric judged.","type":"string"},{"name":"threshold","doc":"The bound that was crossed.","type":"double"},{"name":"effect","doc":"The effect found, in the terms of the rule: for a relative rule (candidate - baseline) / baseline.","type":"double"},{"name":"interval_low","doc":"Lower end of the confidence interval of the effect.","type":["null","double"],"default":null},{"name":"interval_high","doc":"Upper end of the confidence interval of the effect.","type":["null","double"],"default":null},{"name":"alpha","doc":"Error level of the rule; null for plain thresholds.","type":["null","double"],"default":null},{"name":"min_samples","doc":"Observations required on each side.","type":"long"},{"name":"consecutive","doc":"Breaches in a row that the policy asks for.","type":"int"},{"name":"candidate","doc":"The version that is left.","type":{"type":"record","name":"millrace.feedback.v1.SideEvidence","doc":"What was known of one version when the decision was made.","fields":[{"name":"model_version","doc":"The version.","type":"string"},{"name":"n","doc":"Observations.","type":"long"},{"name":"sum","doc":"Sum of the observed values.","type":"double"},{"name":"sum_sq","doc":"Sum of their squares.","type":"double"},{"name":"mean","doc":"sum / n.","type":"double"},{"name":"windows","doc":"Windows that took part.","type":"long"}]}},{"name":"baseline","doc":"The version that it is compared with; null for an absolute rule.","type":["null","millrace.feedback.v1.SideEvidence"],"default":null},{"name":"distinct_submitters","doc":"Submitters behind the candidate; null where not kept.","type":["null","long"],"default":null},{"name":"span_start","doc":"Begin of the first window judged.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"span_end","doc":"End of the last window judged.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"inputs","doc":"Where the observations came from.","type":{"type":"array","items":{"type":"record","name":"millrace.feedback.v1.InputRange","doc":"Records of one partition that went into a result.","fields":[{"name":"topic","doc":"Source topic.","type":"string"},{"name":"partition","doc":"Its partition.","type":"int"},{"name":"from_offset","doc":"First offset that took part.","type":"long"},{"name":"to_offset","doc":"Last offset that took part, inclusive.","type":"long"}]}},"default":[]},{"name":"fingerprint","doc":"Fingerprint of the topology that decided.","type":"string"},{"name":"query","doc":"A ClickHouse query that lists the windows behind the numbers.","type":"string"}]}}]}',
);
