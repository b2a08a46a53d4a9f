import type { Labels, Meter } from '../../../pipeline/core/ports/meter.ts';

/** A meter that a test can read. */
export interface RecordingMeter extends Meter {
  /** The sum of a counter over all labels that have these among them. */
  counted(name: string, labels?: Labels): number;
  /** The last value of a gauge with exactly these labels. */
  gauged(name: string, labels: Labels): number | undefined;
}

interface Counted {
  readonly name: string;
  readonly labels: Labels;
  readonly by: number;
}

/** Remembers what it is told. */
export const recordingMeter = (): RecordingMeter => {
  const counts: Counted[] = [];
  const gauges = new Map<string, number>();
  const keyOf = (name: string, labels: Labels): string => JSON.stringify([name, Object.entries(labels).sort()]);
  return {
    count: (name, labels, by) => void counts.push({ name, labels, by }),
    gauge: (name, labels, value) => void gauges.set(keyOf(name, labels), value),
    observe: () => undefined,
    counted: (name, labels = {}) =>
      counts
        .filter((each) => each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value))
        .reduce((sum, { by }) => sum + by, 0),
    gauged: (name, labels) => gauges.get(keyOf(name, labels)),
  };
};
