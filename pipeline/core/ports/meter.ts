/** Label values of a metric, by label name. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Where measurements go. Names are those of the metric table in `pipeline/runtime/metric-table.ts`, without the prefix `millrace_`; a name that is not in it is a defect.
 * Synchronous and cheap: called per chunk or per batch, never per record.
 */
export interface Meter {
  /** Adds to a counter. */
  count(name: string, labels: Labels, by: number): void;
  /** Sets a gauge. */
  gauge(name: string, labels: Labels, value: number): void;
  /** Adds an observation (seconds or counts, as the table says) to a histogram. */
  observe(name: string, labels: Labels, value: number): void;
}

/** Measures nothing. */
export const noMeter: Meter = { count: () => undefined, gauge: () => undefined, observe: () => undefined };
