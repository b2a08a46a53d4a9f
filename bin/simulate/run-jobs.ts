import type { SimulationReport } from '../../pipeline/testing/simulate.ts';
import type { Block, Wanted } from './block.ts';
import { childJob, type Job, ownJob } from './job.ts';

const added = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = { ...a };
  for (const [kind, count] of Object.entries(b)) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
};

const together = (a: SimulationReport, b: SimulationReport): SimulationReport => ({
  from: Math.min(a.from, b.from),
  seeds: a.seeds + b.seeds,
  records: a.records + b.records,
  faults: added(a.faults, b.faults),
  fewestFaults: Math.min(a.fewestFaults, b.fewestFaults),
  notCompared: b.notCompared,
  failures: [...a.failures, ...b.failures].sort((one, other) => one.seed - other.seed),
});

/** Seeds of the same ten share their inputs, so tens stay together. */
const ten = 10;
const mostTens = 5;

/** The seeds as blocks that end at tens: large enough to be worth sending, small enough for all jobs to end at about the same time. */
const blocksOf = ({ from, seeds }: Block, jobs: number): ReadonlyArray<Block> => {
  const size = ten * Math.min(mostTens, Math.max(1, Math.floor(seeds / (4 * ten * jobs))));
  const blocks: Block[] = [];
  const end = from + seeds;
  for (let at = from; at < end;) {
    const next = Math.min(end, Math.floor(at / size) * size + size);
    blocks.push({ from: at, seeds: next - at });
    at = next;
  }
  return blocks;
};

/** Runs seeds in several processes at once. `heard` is told of everything so far, each time that a block is over. */
export const runJobs = async (
  wanted: Wanted,
  range: Block & { readonly jobs: number },
  heard: (report: SimulationReport) => void,
): Promise<SimulationReport> => {
  const blocks = [...blocksOf(range, range.jobs)];
  const count = Math.min(range.jobs, blocks.length);
  const jobs = count <= 1 ? [ownJob()] : Array.from({ length: count }, childJob);
  let all: SimulationReport = { from: range.from, seeds: 0, records: 0, faults: {}, fewestFaults: Infinity, notCompared: [], failures: [] };
  const work = async (job: Job): Promise<void> => {
    for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
      const report = await job.run(wanted, block);
      all = together(all, report);
      heard(all);
      if (wanted.stopAtFirst && all.failures.length > 0) return;
    }
  };
  try {
    await Promise.all(jobs.map(work));
  } finally {
    for (const job of jobs) job.end();
  }
  return all;
};
