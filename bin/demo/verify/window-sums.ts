import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Observation } from './observations.ts';
import type { Quality, WindowSum } from './result.ts';

const minute = 60_000_000;

type Sums = { -readonly [F in keyof WindowSum]: WindowSum[F] };

const start = ({ started }: InferenceLog): number => started - (((started % minute) + minute) % minute);

/** The sums of all windows: a row for each metric with an observation, and one for coverage wherever there is an inference: the inferences that were judged. */
export class WindowSums {
  readonly rows = new Map<string, Sums>();
  readonly #judged = new Set<string>();

  /** Counts an inference that was logged. */
  logged(inference: InferenceLog): void {
    this.#row(inference, 'coverage').inference_count += 1;
  }

  /** Adds an observation to the window of its inference. */
  observed(inference: InferenceLog, [metric, value]: Observation): void {
    const row = this.#row(inference, metric);
    row.n += 1;
    row.sum += value;
    row.sum_sq += value * value;
  }

  /** Says that somebody judged the inference. */
  judged(inference: InferenceLog): void {
    const id = `${inference.tenant}/${inference.inference_id}`;
    if (!this.#judged.has(id)) this.observed(inference, ['coverage', 1]);
    this.#judged.add(id);
  }

  #row(inference: InferenceLog, metric: string): Sums {
    const from = start(inference);
    const key = `${from}-${from + minute}/${inference.model_name}/${inference.model_version}/${metric}`;
    const row = this.rows.get(key) ?? { n: 0, sum: 0, sum_sq: 0, inference_count: 0 };
    this.rows.set(key, row);
    return row;
  }
}

/** The metrics of each version over all windows. */
export const qualityOf = (rows: Iterable<readonly [string, WindowSum]>): Readonly<Record<string, Quality>> => {
  const totals = new Map<string, Sums>();
  for (const [key, { n, sum, sum_sq, inference_count }] of rows) {
    const version = key.slice(key.indexOf('/') + 1);
    const total = totals.get(version) ?? { n: 0, sum: 0, sum_sq: 0, inference_count: 0 };
    totals.set(version, {
      n: total.n + n,
      sum: total.sum + sum,
      sum_sq: total.sum_sq + sum_sq,
      inference_count: total.inference_count + inference_count,
    });
  }
  const quality = [...totals].map(([key, { n, sum, inference_count }]) => {
    const value = key.endsWith('/coverage') ? n / inference_count : sum / n;
    return [key, { n, value }] as const;
  });
  return Object.fromEntries(quality);
};
