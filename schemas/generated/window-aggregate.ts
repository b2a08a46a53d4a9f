// Generated from window-aggregate.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/**
 * One metric of one model version in one window of inference time; a later revision replaces an earlier one. Topic model.quality, key
 * tenant and model_name.
 */
export interface WindowAggregate {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 of the row and its revision. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Begin of the window, inclusive, UTC. Microseconds since the epoch, UTC. */
  readonly window_start: number;
  /** End of the window, exclusive, UTC. Microseconds since the epoch, UTC. */
  readonly window_end: number;
  /** Counts the revisions of this row from 1; the highest is current. */
  readonly revision: number;
  /** The window has closed: no further revision comes, only corrections. */
  readonly final: boolean;
  /** Emitted because input was quiet; the window stays open. */
  readonly provisional: boolean;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** What is measured: `accuracy`, `satisfaction`, `reward`, `click_rate` or `coverage`; docs/rules.md defines each. */
  readonly metric: string;
  /** Signal that the row is restricted to; null for all signals. */
  readonly key: string | null;
  /** Segment that the row is restricted to; null for all segments. */
  readonly segment: string | null;
  /** Which time the window is keyed by. */
  readonly cohort: Cohort;
  /** Number of observations. */
  readonly n: number;
  /** Sum of the observed values. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly sum_sq: number;
  /** Lowest value; null if n is 0. */
  readonly min: number | null;
  /** Highest value; null if n is 0. */
  readonly max: number | null;
  /** sum / n; null if n is 0. */
  readonly mean: number | null;
  /** Inferences of the version in the window, answered or not: the denominator of coverage; the same on every row of the window. */
  readonly inference_count: number;
  /** Observations by label told, for corrections and labels. */
  readonly label_counts: Readonly<Record<string, number>>;
  /**
   * How many different submitters there were: exact below 64, then an estimate with a standard error of about 13 %; null where not kept.
   */
  readonly distinct_submitters: number | null;
  /** Median of the values, from a sketch (DDSketch, 1 % relative); null where not kept. */
  readonly p50: number | null;
  /** 95th percentile of the values. */
  readonly p95: number | null;
  /** 99th percentile of the values. */
  readonly p99: number | null;
  /** Median time from inference to feedback in ms, from a sketch; null where not kept. */
  readonly lag_ms_p50: number | null;
  /** 95th percentile of that time. */
  readonly lag_ms_p95: number | null;
  /** 99th percentile of that time. */
  readonly lag_ms_p99: number | null;
  /** Records for this window that came after its close and went to model.quality-corrections, as far as known. */
  readonly late: number;
  /** Observations that were counted and then taken back, by a retraction or by an amendment that put another in their place. */
  readonly retracted: number;
  /** Stream time of the revision. Microseconds since the epoch, UTC. */
  readonly stream_time: number;
  /** Where the observations came from; between the offsets may be records of other windows. */
  readonly inputs: ReadonlyArray<InputRange>;
}

/** Which time a window is keyed by. */
export type Cohort = 'UNKNOWN' | 'ARRIVAL' | 'INFERENCE_TIME';

/** Records of one partition that went into a result. */
export interface InputRange {
  /** Source topic. */
  readonly topic: string;
  /** Its partition. */
  readonly partition: number;
  /** First offset that took part. */
  readonly from_offset: number;
  /** Last offset that took part, inclusive. */
  readonly to_offset: number;
}

/** Binds {@link WindowAggregate} to its schema. */
export const windowAggregate: RecordType<WindowAggregate> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.WindowAggregate","doc":"One metric of one model version in one window of inference time; a later revision replaces an earlier one. Topic model.quality, key tenant and model_name.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 of the row and its revision.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"window_start","doc":"Begin of the window, inclusive, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"window_end","doc":"End of the window, exclusive, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"revision","doc":"Counts the revisions of this row from 1; the highest is current.","type":"long"},{"name":"final","doc":"The window has closed: no further revision comes, only corrections.","type":"boolean"},{"name":"provisional","doc":"Emitted because input was quiet; the window stays open.","type":"boolean"},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"metric","doc":"What is measured: `accuracy`, `satisfaction`, `reward`, `click_rate` or `coverage`; docs/rules.md defines each.","type":"string"},{"name":"key","doc":"Signal that the row is restricted to; null for all signals.","type":["null","string"],"default":null},{"name":"segment","doc":"Segment that the row is restricted to; null for all segments.","type":["null","string"],"default":null},{"name":"cohort","doc":"Which time the window is keyed by.","type":{"type":"enum","name":"millrace.feedback.v1.Cohort","doc":"Which time a window is keyed by.","symbols":["UNKNOWN","ARRIVAL","INFERENCE_TIME"],"default":"UNKNOWN"}},{"name":"n","doc":"Number of observations.","type":"long"},{"name":"sum","doc":"Sum of the observed values.","type":"double"},{"name":"sum_sq","doc":"Sum of their squares.","type":"double"},{"name":"min","doc":"Lowest value; null if n is 0.","type":["null","double"],"default":null},{"name":"max","doc":"Highest value; null if n is 0.","type":["null","double"],"default":null},{"name":"mean","doc":"sum / n; null if n is 0.","type":["null","double"],"default":null},{"name":"inference_count","doc":"Inferences of the version in the window, answered or not: the denominator of coverage; the same on every row of the window.","type":"long"},{"name":"label_counts","doc":"Observations by label told, for corrections and labels.","type":{"type":"map","values":"long"},"default":{}},{"name":"distinct_submitters","doc":"How many different submitters there were: exact below 64, then an estimate with a standard error of about 13 %; null where not kept.","type":["null","long"],"default":null},{"name":"p50","doc":"Median of the values, from a sketch (DDSketch, 1 % relative); null where not kept.","type":["null","double"],"default":null},{"name":"p95","doc":"95th percentile of the values.","type":["null","double"],"default":null},{"name":"p99","doc":"99th percentile of the values.","type":["null","double"],"default":null},{"name":"lag_ms_p50","doc":"Median time from inference to feedback in ms, from a sketch; null where not kept.","type":["null","double"],"default":null},{"name":"lag_ms_p95","doc":"95th percentile of that time.","type":["null","double"],"default":null},{"name":"lag_ms_p99","doc":"99th percentile of that time.","type":["null","double"],"default":null},{"name":"late","doc":"Records for this window that came after its close and went to model.quality-corrections, as far as known.","type":"long","default":0},{"name":"retracted","doc":"Observations that were counted and then taken back, by a retraction or by an amendment that put another in their place.","type":"long","default":0},{"name":"stream_time","doc":"Stream time of the revision.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"inputs","doc":"Where the observations came from; between the offsets may be records of other windows.","type":{"type":"array","items":{"type":"record","name":"millrace.feedback.v1.InputRange","doc":"Records of one partition that went into a result.","fields":[{"name":"topic","doc":"Source topic.","type":"string"},{"name":"partition","doc":"Its partition.","type":"int"},{"name":"from_offset","doc":"First offset that took part.","type":"long"},{"name":"to_offset","doc":"Last offset that took part, inclusive.","type":"long"}]}},"default":[]}]}',
);
