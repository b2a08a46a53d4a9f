import type { Admin, Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { onNode, type Work } from '../kafka/contenders.ts';
import { partitions, topicsOf } from '../kafka/job.ts';
import { MeasuredChild } from '../kafka/measured-child.ts';
import { SumsWatch } from '../kafka/sums-watch.ts';
import type { Cost } from '../support/cost.ts';
import { cpuOf } from './cpu-of.ts';

/** A run of the job by several processes of one group. */
export interface ProcessesWork extends Pick<Work, 'brokers' | 'registry' | 'run' | 'warmUp' | 'valid'> {
  readonly processes: number;
  /** Records of the input, warm-up included. */
  readonly total: number;
}

const lookEvery = 50;
const longest = 600_000;

/** How many records of the input the group has committed. */
const committedOf = async (admin: Admin, run: string): Promise<number> => {
  const topic = topicsOf(run).scores.name;
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  return (await admin.committed(`bench-${run}`, places)).reduce((sum, { offset }) => sum + offset, 0);
};

const cpuOfAll = (children: ReadonlyArray<MeasuredChild>): number =>
  children.reduce((sum, { pid }) => sum + (pid === undefined ? Number.NaN : cpuOf(pid)), 0);

interface Mark {
  readonly records: number;
  readonly at: number;
  readonly cpuMs: number;
}

/** Where the measurement begins: every process has read something, and the group as much as the warm-up. */
const begun = async (admin: Admin, children: ReadonlyArray<MeasuredChild>, { run, warmUp, total }: ProcessesWork): Promise<Mark> => {
  await Promise.all(children.map((child) => child.said('warm')));
  for (;;) {
    const records = await committedOf(admin, run);
    if (records >= total / 2 + warmUp / 2) throw new Error(`of ${total} records ${records} were read before all processes had joined`);
    if (records >= warmUp) return { records, at: performance.now(), cpuMs: cpuOfAll(children) };
    await systemClock.sleep(lookEvery);
  }
};

const measured = async (cluster: Cluster, children: ReadonlyArray<MeasuredChild>, work: ProcessesWork): Promise<Cost> => {
  const watch = await SumsWatch.open(cluster, topicsOf(work.run).sums.name);
  const admin = await cluster.admin();
  try {
    const begin = await begun(admin, children, work);
    const end = await watch.complete(work.valid, () => children.some((child) => child.isOver));
    const cpuMs = cpuOfAll(children) - begin.cpuMs;
    await Promise.all(children.map((child) => child.end()));
    return { records: work.total - begin.records, wallMs: end - begin.at, cpuMs };
  } finally {
    await admin.close();
    await watch.close();
  }
};

/**
 * Runs the job by so many processes, from when all of them take part to when a committed reader sees the last sum. CPU is that of all their
 * threads in that time; the broker's is not in it.
 */
export const measureProcesses = async (cluster: Cluster, work: ProcessesWork): Promise<Cost> => {
  const command = (slot: number): ReadonlyArray<string> => onNode('millrace-run.ts', { ...work, warmUp: 1 }, String(slot));
  const children = Array.from({ length: work.processes }, (_, slot) => new MeasuredChild(command(slot)));
  const deadline = setTimeout(() => children.forEach((child) => child.kill()), longest);
  try {
    return await measured(cluster, children, work);
  } finally {
    clearTimeout(deadline);
    for (const child of children) child.kill();
  }
};
