import { resultOf } from '../support/child.ts';
import type { Suite } from '../support/suite.ts';
import { count } from '../support/table.ts';
import { slope } from './slope.ts';

/** What the process held after a full collection; sizes in MB (10^6 bytes). */
export interface MemorySample {
  readonly records: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  readonly entries: number;
}

/** The curve and its slope over the second half. */
export interface MemoryResult {
  readonly store: 'memory';
  readonly records: number;
  /** MB a million records, over the second half. */
  readonly rss_growth: number;
  readonly heap_growth: number;
  /** MB a million records at most. */
  readonly bar: number;
  readonly reached: boolean;
  readonly samples: ReadonlyArray<MemorySample>;
}

const bar = 5;

const growth = (samples: ReadonlyArray<MemorySample>, read: (sample: MemorySample) => number): number => {
  const half = samples.slice(Math.floor(samples.length / 2));
  return Math.round(slope(half.map((sample) => ({ x: sample.records / 1e6, y: read(sample) }))) * 100) / 100;
};

const resultFrom = (samples: ReadonlyArray<MemorySample>): MemoryResult => {
  const rss = growth(samples, (sample) => sample.rss);
  return {
    store: 'memory',
    records: samples.at(-1)?.records ?? 0,
    rss_growth: rss,
    heap_growth: growth(samples, ({ heap }) => heap),
    bar,
    reached: rss < bar,
    samples,
  };
};

const width = 60;

/** One line a sample: what the process held, as a bar from zero. */
const chart = (samples: ReadonlyArray<MemorySample>): ReadonlyArray<string> => {
  const most = Math.max(...samples.map(({ rss }) => rss));
  return samples.map(({ records, rss, heap, entries }) => {
    const filled = '█'.repeat(Math.round((rss / most) * width));
    return `${count(records).padStart(10)}  ${rss.toFixed(1).padStart(7)} MB  ${filled.padEnd(width)}  heap ${heap.toFixed(1)} MB, ${count(entries)} entries`;
  });
};

const linesOf = ({ samples, rss_growth, heap_growth, reached }: MemoryResult): ReadonlyArray<string> => [
  ...chart(samples),
  `second half: RSS ${rss_growth} MB and heap ${heap_growth} MB a million records; the bar is ${bar}: ${reached ? 'reached' : 'missed'}`,
];

const extents = { full: { records: 6_000_000, perHour: 100_000 }, quick: { records: 40_000, perHour: 5_000 } };

/** Runs the three kinds of state long past their first expiry, and looks at what the process holds after each full collection. */
export const memorySuite: Suite<MemoryResult> = {
  name: 'memory',
  measure: async ({ isQuick, say }) => {
    const { records, perHour } = extents[isQuick ? 'quick' : 'full'];
    const samples = await resultOf<ReadonlyArray<MemorySample>>({
      file: 'bench/memory/run-memory.ts',
      args: [records, perHour].map(String),
      nodeFlags: ['--expose-gc'],
      say: (line) => say(`memory: ${line}`),
    });
    const result = resultFrom(samples);
    return { result, lines: linesOf(result) };
  },
};
