import type { Outputs } from '../../../pipeline/testing/simulate/outputs.ts';
import { topics } from '../../../topologies/feedback/topics.ts';

interface Sums {
  n: number;
  sum: number;
  inferences: number;
  isFinal: boolean;
}

interface Measured {
  readonly model_name: string;
  readonly model_version: string;
  readonly metric: string;
  readonly window_start: number;
  readonly n: number;
  readonly sum: number;
  readonly inference_count: number;
}

/** What a row or a correction is of. */
export const windowOf = ({ model_name, model_version, metric, window_start }: Measured): string =>
  `${model_name} ${model_version} ${metric} ${new Date(window_start / 1_000).toISOString()}`;

/** The inferences of a window stand in all its rows; corrections tell those that came late in that of coverage. */
const inferencesOf = ({ metric, inference_count }: Measured): number => (metric === 'coverage' ? inference_count : 0);

/** What each window holds in the end: its last revision, and all that was added to it after it had closed. */
export const qualityFacts = (outputs: Outputs): ReadonlyArray<string> => {
  const windows = new Map<string, Sums>();
  for (const row of outputs.values(topics.modelQuality)) {
    windows.set(windowOf(row), { n: row.n, sum: row.sum, inferences: inferencesOf(row), isFinal: row.final });
  }
  for (const added of outputs.values(topics.modelQualityCorrections)) {
    const sums = windows.get(windowOf(added)) ?? { n: 0, sum: 0, inferences: 0, isFinal: true };
    sums.n += added.n;
    sums.sum += added.sum;
    sums.inferences += inferencesOf(added);
    windows.set(windowOf(added), sums);
  }
  // Whether a metric has a row of nothing depends on whether it was counted before it was taken back.
  const told = [...windows].filter(([, { n, sum, inferences }]) => n !== 0 || sum !== 0 || inferences !== 0);
  return told.map(
    ([window, { n, sum, inferences, isFinal }]) => `${window}: n ${n}, sum ${sum}, of ${inferences}${isFinal ? ', final' : ''}`,
  );
};
