import type { Topology } from '../../pipeline/core/graph.ts';
import { redrive, type Redriven, type RedriveOptions } from '../../pipeline/runtime/redrive/redrive.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { CommandContext } from '../cli/context.ts';
import { replayTeller } from '../cli/replay-progress.ts';
import { endingOn } from '../services/ending-on.ts';
import type { Services } from '../services/services.ts';

/** Redrives while a person watches: shows progress unless a program reads, and ends in order when a signal asks for it. */
export const watchedRedrive = async (
  { topology, services }: { readonly topology: Topology; readonly services: Services },
  options: Omit<RedriveOptions, 'progress' | 'signal'>,
  { context, isJson }: { readonly context: CommandContext; readonly isJson: boolean },
): Promise<Redriven> => {
  const { print, isTerminal, signals } = context;
  const teller = replayTeller({ print, isTerminal, isJson, verb: 'read' }, systemClock);
  const ending = endingOn(signals);
  const { cluster, clock } = services;
  try {
    return await redrive(
      topology,
      { cluster, clock },
      { ...options, signal: ending.signal, progress: ({ done, all }) => teller.at({ done, all, fed: done }) },
    );
  } finally {
    teller.done();
    ending.over();
  }
};
