import { map } from 'rxjs';
import { withRecords, withValue } from '../../../pipeline/core/chunk.ts';
import type { Operator } from '../../../pipeline/core/operator.ts';
import type { LateRecord } from '../../../operators/windows/windowed.ts';
import type { QualityCorrection } from '../../../schemas/generated/quality-correction.ts';
import { derivedId } from '../derived-id.ts';
import { micros } from '../micros.ts';
import type { Metric } from './model-quality.ts';
import type { Observation } from './observation.ts';
import type { VersionDims } from './quality-window.ts';

type Late = LateRecord<Observation, VersionDims>;

type Addition = Pick<QualityCorrection, 'metric' | 'n' | 'sum' | 'sum_sq' | 'inference_count'>;

const metrics: ReadonlyArray<Metric> = ['accuracy', 'satisfaction', 'click_rate', 'reward'];

const observedOnce = (metric: string, value: number): Addition => ({ metric, n: 1, sum: value, sum_sq: value * value, inference_count: 0 });

const loggedOnce: Addition = { metric: 'coverage', n: 0, sum: 0, sum_sq: 0, inference_count: 1 };

const additionsOf = (observation: Observation): ReadonlyArray<Addition> => {
  if (observation.kind === 'INFERENCE') return [loggedOnce];
  if (observation.kind === 'ANSWER') return [observedOnce('coverage', 1)];
  return metrics.flatMap((metric) => {
    const value = observation[metric];
    return value === null ? [] : [observedOnce(metric, value)];
  });
};

const idOf = ({ kind, tenant, inference_id, feedback_id }: Observation, metric: string): string => {
  if (feedback_id !== null) return derivedId(feedback_id, `model.quality-corrections/${tenant}/${inference_id}/${metric}`);
  return derivedId(inference_id, `model.quality-corrections/${tenant}/${metric}${kind === 'ANSWER' ? '/answered' : ''}`);
};

/** What a record that came after its window had closed adds to each metric of it. `asOf`: the stream time at which it came, ms. */
export const correctionsOf = ({ start, end, value }: Late, asOf: number): ReadonlyArray<QualityCorrection> =>
  additionsOf(value).map((addition) => ({
    tenant: value.tenant,
    event_id: idOf(value, addition.metric),
    schema_version: 1,
    traceparent: value.traceparent,
    window_start: micros(start),
    window_end: micros(end),
    model_name: value.model_name,
    model_version: value.model_version,
    ...addition,
    reason: value.kind === 'INFERENCE' ? 'LATE_INFERENCE' : 'LATE_FEEDBACK',
    inference_id: value.inference_id,
    feedback_id: value.feedback_id,
    event_time: value.event_time,
    stream_time: micros(asOf),
  }));

/** Turns late records into what they add to their closed windows, one row a metric: windows plus corrections equal everything. No state. */
export const lateCorrections = (name: string): Operator<Late, QualityCorrection> => ({
  shape: 'step',
  name,
  kind: 'late-corrections',
  params: {},
  build: () =>
    map((chunk) =>
      withRecords(
        chunk,
        chunk.records.flatMap((record) => correctionsOf(record.value, record.asOf).map((correction) => withValue(record, correction))),
      ),
    ),
});
