import { messageOf } from '../../pipeline/core/errors.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Cost } from '../support/cost.ts';
import type { Contender, Work } from './contenders.ts';
import { topicsOf } from './job.ts';
import { MeasuredChild } from './measured-child.ts';
import { SumsWatch } from './sums-watch.ts';

/** What one run of one program took, and the settings that it printed. */
export interface MeasuredRun {
  readonly cost: Cost;
  readonly settings: Readonly<Record<string, string>>;
}

const longest = 900_000;

const measured = async (child: MeasuredChild, watch: SumsWatch, { valid, total }: Extent): Promise<MeasuredRun> => {
  const { settings = {} } = await child.said('ready');
  const warm = await child.said('warm');
  const end = await watch.complete(valid, () => child.isOver);
  const done = await child.end();
  const cpuMs = (done.cpuMs ?? Number.NaN) - (warm.cpuMs ?? Number.NaN);
  return { settings, cost: { records: total - (warm.fed ?? Number.NaN), wallMs: end - warm.at, cpuMs } };
};

interface Extent {
  readonly valid: number;
  /** Records of the input, warm-up included. */
  readonly total: number;
}

/**
 * Runs a program over the whole input. The time is taken from outside, alike for all: from its having read the warm-up to the moment at which
 * a committed reader sees the last of its sums. CPU is that of all threads of its process in that time.
 */
export const measureRun = async (cluster: Cluster, contender: Contender, work: Work & { readonly total: number }): Promise<MeasuredRun> => {
  const watch = await SumsWatch.open(cluster, topicsOf(work.run).sums.name);
  const child = new MeasuredChild(contender.command(work));
  const deadline = setTimeout(() => child.kill(), longest);
  try {
    return await measured(child, watch, work);
  } catch (cause) {
    throw new Error(`${contender.title} was not measured: ${messageOf(cause)}`, { cause });
  } finally {
    clearTimeout(deadline);
    child.kill();
    await watch.close();
  }
};
