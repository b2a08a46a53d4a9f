import type { Topology } from '../../pipeline/core/graph.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { CommandContext } from '../cli/context.ts';
import { replayTeller } from '../cli/replay-progress.ts';
import { endingOn } from './ending-on.ts';
import { replayOn, type ReplayOrder, type ReplayReport } from './replay-on.ts';
import type { Services } from './services.ts';

/** Replays while a person watches: shows progress unless a program reads, and ends in order when a signal asks for it. */
export const watchedReplay = async (
  topology: Topology,
  services: Services,
  { order, context, isJson }: { readonly order: Omit<ReplayOrder, 'watch'>; readonly context: CommandContext; readonly isJson: boolean },
): Promise<ReplayReport> => {
  const { print, isTerminal, signals } = context;
  const teller = replayTeller({ print, isTerminal, isJson }, systemClock);
  const ending = endingOn(signals);
  try {
    return await replayOn(topology, services, { ...order, watch: { progress: teller.at, signal: ending.signal } });
  } finally {
    teller.done();
    ending.over();
  }
};
