import type { PrometheusMeter } from '../../../pipeline/runtime/prometheus-meter.ts';
import type { Counts } from '../verify/result.ts';

/** A meter that also remembers the events that operators counted, and how often a transaction was rolled back. */
export interface CountingMeter {
  readonly meter: PrometheusMeter;
  /** By node and event, joined with a slash. */
  events(): Counts;
  /** Transactions that were rolled back: what was fed in them was counted, and is counted again. */
  aborts(): number;
}

/** Puts a memory of the operators' events in front of a meter. */
export const eventCounts = (inner: PrometheusMeter): CountingMeter => {
  const counts = new Map<string, number>();
  let aborts = 0;
  return {
    aborts: () => aborts,
    events: () => Object.fromEntries(counts),
    meter: {
      ...inner,
      count: (name, labels, by) => {
        inner.count(name, labels, by);
        if (name === 'transaction_aborts_total') aborts += by;
        if (name !== 'node_events_total') return;
        const key = `${labels.node ?? ''}/${labels.event ?? ''}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
    },
  };
};
