import { countOf } from '../../../operators/decide/submitters.ts';
import type { OffsetRange } from '../../../operators/windows/offset-range.ts';
import type { InputRange, WindowAggregate } from '../../../schemas/generated/window-aggregate.ts';
import { derivedId } from '../derived-id.ts';
import { micros } from '../micros.ts';
import type { Metric } from './model-quality.ts';
import type { QualityWindow } from './quality-window.ts';

/** The namespace of the ids of quality rows; it never changes. */
const namespace = '2f1b7a60-5c1e-4d0a-8f6e-0d6f3a9b7c11';

const metrics: ReadonlyArray<Metric> = ['accuracy', 'satisfaction', 'click_rate', 'reward'];

type Values = Pick<WindowAggregate, 'n' | 'sum' | 'sum_sq' | 'min' | 'max' | 'mean' | 'label_counts' | 'distinct_submitters' | 'retracted'>;

/** Counts by label; what is beyond the labels counted singly stands under the empty name. */
const labelCounts = ({ value: { labels } }: QualityWindow): Readonly<Record<string, number>> =>
  labels.other === 0 ? labels.counts : { ...labels.counts, '': labels.other };

const valuesOf = (window: QualityWindow, metric: Metric): Values => {
  const { sums, min, max, taken } = window.value[metric];
  const isEmpty = sums.n === 0;
  const isAccuracy = metric === 'accuracy';
  return {
    n: sums.n,
    sum: sums.sum,
    sum_sq: sums.sum_sq,
    min: isEmpty ? null : min,
    max: isEmpty ? null : max,
    mean: sums.mean,
    label_counts: isAccuracy ? labelCounts(window) : {},
    distinct_submitters: isAccuracy ? countOf(window.value.submitters) : null,
    retracted: taken,
  };
};

/** Every inference that was judged counts 1 for coverage. */
const coverageOf = ({ value: { answered: n, unanswered: retracted } }: QualityWindow): Values => {
  const one = n === 0 ? null : 1;
  return { n, sum: n, sum_sq: n, min: one, max: one, mean: one, label_counts: {}, distinct_submitters: null, retracted };
};

/** Where observations come from, as the schemas write it. */
export const inputRanges = (ranges: ReadonlyArray<OffsetRange>): ReadonlyArray<InputRange> =>
  ranges.map(({ topic, partition, from, to }) => ({ topic, partition, from_offset: from, to_offset: to }));

const row = (window: QualityWindow, metric: string, values: Values): WindowAggregate => {
  const { tenant, model_name, model_version } = window.dims;
  const name = [tenant, model_name, model_version, metric, window.start, window.revision].join('/');
  return {
    tenant,
    event_id: derivedId(namespace, `model.quality/${name}`),
    schema_version: 1,
    traceparent: null,
    window_start: micros(window.start),
    window_end: micros(window.end),
    revision: window.revision,
    final: window.final,
    provisional: window.provisional,
    model_name,
    model_version,
    metric,
    key: null,
    segment: null,
    cohort: 'INFERENCE_TIME',
    ...values,
    inference_count: window.value.inferences,
    p50: null,
    p95: null,
    p99: null,
    lag_ms_p50: null,
    lag_ms_p95: null,
    lag_ms_p99: null,
    late: 0,
    stream_time: micros(window.streamTime),
    inputs: inputRanges(window.offsets),
  };
};

/** Whether a metric was ever observed: then its row stays, with an `n` of 0 if everything was taken back. */
const wasObserved = ({ value }: QualityWindow, metric: Metric): boolean => value[metric].sums.n > 0 || value[metric].taken > 0;

/** A window as rows: one of coverage, and one of each metric that was observed. */
export const qualityRows = (window: QualityWindow): ReadonlyArray<WindowAggregate> => [
  row(window, 'coverage', coverageOf(window)),
  ...metrics.filter((metric) => wasObserved(window, metric)).map((metric) => row(window, metric, valuesOf(window, metric))),
];
