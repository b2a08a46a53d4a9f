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

const observedOnce = (metric: string, value: number, sign: 1 | -1): Addition => {
  const sum = sign * value;
  return { metric, n: sign, sum: sum === 0 ? 0 : sum, sum_sq: sign * value * value || 0, inference_count: 0 };
};

const loggedOnce: Addition = { metric: 'coverage', n: 0, sum: 0, sum_sq: 0, inference_count: 1 };

const additionsOf = (observation: Observation): ReadonlyArray<Addition> => {
  if (observation.kind === 'INFERENCE') return [loggedOnce];
  const sign = observation.takesOut ? -1 : 1;
  if (observation.kind === 'ANSWER') return [observedOnce('coverage', 1, sign)];
  return metrics.flatMap((metric) => {
    const value = observation[metric];
    return value === null ? [] : [observedOnce(metric, value, sign)];
  });
};

/** What tells corrections of one feedback or answer apart; nothing where it was simply there first. */
const changeOf = ({ kind, cause, revision, takesOut }: Observation): string => {
  const isFirst = kind === 'ANSWER' ? revision === 1 : cause === 'STANDS';
  return isFirst ? '' : `/${revision}${takesOut ? '/out' : ''}`;
};

const idOf = (observation: Observation, metric: string): string => {
  const { kind, tenant, inference_id, feedback_id } = observation;
  const change = changeOf(observation);
  if (feedback_id !== null) return derivedId(feedback_id, `model.quality-corrections/${tenant}/${inference_id}/${metric}${change}`);
  return derivedId(inference_id, `model.quality-corrections/${tenant}/${metric}${kind === 'ANSWER' ? '/answered' : ''}${change}`);
};

const reasonOf = ({ kind, cause }: Observation): QualityCorrection['reason'] => {
  if (kind === 'INFERENCE') return 'LATE_INFERENCE';
  if (cause === 'AMENDS') return 'AMENDED';
  return cause === 'RETRACTS' ? 'RETRACTED' : 'LATE_FEEDBACK';
};

/** What a record that came after its window had closed adds to each metric of it, or takes away. `asOf`: the stream time at which it came, ms. */
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
    reason: reasonOf(value),
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
