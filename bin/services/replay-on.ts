import type { Topology } from '../../pipeline/core/graph.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import type { OutputComparison } from '../../pipeline/runtime/replay/compare-outputs.ts';
import { compareReplay } from '../../pipeline/runtime/replay/compare-replay.ts';
import type { ReplayWatch } from '../../pipeline/runtime/replay/replay-loop.ts';
import { removeReplay } from '../../pipeline/runtime/replay/replay-topics.ts';
import { type Replayed, runReplay } from '../../pipeline/runtime/replay/run-replay.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import type { ReplayRequest } from '../cli/replay-request.ts';
import type { Services } from './services.ts';

/** What a replay is to do besides running. */
export interface ReplayOrder extends ReplayRequest {
  /** Compare its outputs with what is there. */
  readonly diff: boolean;
  /** Remove its topics at the end. */
  readonly clean: boolean;
  readonly watch: ReplayWatch;
}

/** What came of a replay, as plain data. */
export interface ReplayReport extends Omit<Replayed, 'topology'> {
  readonly topology: string;
  readonly id: string;
  /** Undefined if nothing was compared. */
  readonly comparisons: ReadonlyArray<OutputComparison> | undefined;
  readonly isRemoved: boolean;
}

/** Whether every result is the same on both sides; results that are not final yet do not count. */
export const isAlike = ({ comparisons = [] }: Pick<ReplayReport, 'comparisons'>): boolean =>
  comparisons.every(({ different, onlyHere, onlyThere }) => different + onlyHere + onlyThere === 0);

const run = async (topology: Topology, services: Services, order: ReplayOrder): Promise<ReplayReport> => {
  const { cluster, wire, clock } = services;
  const { id, range, choice, diff, clean, watch } = order;
  const makeStore: Parameters<typeof runReplay>[1]['makeStore'] = (spec, { node, limitBytes }) =>
    memoryStore(spec, { node, ...(limitBytes === undefined ? {} : { limitBytes }) });
  const ports = { cluster, wire, clock, meter: noMeter, log: noLog, makeStore };
  const replayed = await runReplay(topology, ports, { id, range, ...watch });
  const { ranges, outputs, progress, isComplete } = replayed;
  const comparisons = diff ? await compareReplay(topology, ports, { replayed, choice }) : undefined;
  return { topology: topology.name, id, ranges, outputs, progress, isComplete, comparisons, isRemoved: clean };
};

/** Replays on these services, compares and cleans up as ordered. */
export const replayOn = async (topology: Topology, services: Services, order: ReplayOrder): Promise<ReplayReport> => {
  const report = await run(topology, services, order);
  if (order.clean) await removeReplay(services.cluster, topology, order.id);
  return report;
};
