import type { Difference } from '../verify/compare.ts';
import type { Result } from '../verify/result.ts';
import type { RollbackRow } from './read-tables.ts';

/** What a run came to, as `--json` prints it on the last line of standard output. */
export interface Figures {
  readonly ok: boolean;
  readonly seed: number;
  readonly clean: boolean;
  /** Messages sent, by topic. */
  readonly sent: Readonly<Record<string, number>>;
  /** How feedback ended; adds up to `sent['feedback.received']`. */
  readonly ended: Readonly<Record<string, number>>;
  readonly inferences: Readonly<Record<string, number>>;
  /** By node and code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly quality: ReadonlyArray<{
    readonly model_name: string;
    readonly model_version: string;
    readonly metric: string;
    readonly n: number;
    readonly value: number;
  }>;
  readonly rollbacks: ReadonlyArray<RollbackRow>;
  readonly training: Readonly<Record<string, number>>;
  /** From Kafka's timestamp of a feedback to that of the record made of it. */
  readonly latency_ms: { readonly p50: number; readonly p99: number };
  readonly seconds: number;
  readonly differences: ReadonlyArray<Difference>;
}

/** The value below which this share of them lies, by nearest rank; NaN if there is none. */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

/** Quality as rows, from the names `model/version/metric`. */
export const qualityRows = (quality: Result['quality']): Figures['quality'] =>
  Object.entries(quality).map(([name, { n, value }]) => {
    const [metric = '', model_version = '', ...model] = name.split('/').toReversed();
    return { model_name: model.toReversed().join('/'), model_version, metric, n, value };
  });
