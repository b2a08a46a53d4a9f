import path from 'node:path';
import type { LaunchServices } from '../../pipeline/runtime/launch/launch-services.ts';
import { openStateDirectory } from '../../pipeline/state/lmdb/open-state-directory.ts';
import { inMemory } from './in-memory.ts';
import type { Services } from './services.ts';

type MakeStore = LaunchServices['makeStore'];

/** Where a process keeps its state: the folder of all processes, and which of them it is. In memory without a folder. */
export interface StateSettings {
  readonly stateDir: string | undefined;
  readonly slot: string;
}

/**
 * Runs something with stores in memory, or on disk in a folder of the slot's own, which no other process may use meanwhile. What it runs
 * closes the stores.
 *
 * @throws MillraceError `state_locked` if another process uses the folder; `bad_config` if the package for it is not installed.
 */
export const usingState = async (
  { stateDir, slot }: StateSettings,
  { clock, log }: Services,
  run: (makeStore: MakeStore) => Promise<void>,
): Promise<void> => {
  if (stateDir === undefined) return run(inMemory);
  const directory = await openStateDirectory({ path: path.join(stateDir, slot), clock, log });
  try {
    await run((spec, place) => directory.open(spec, place));
  } finally {
    await directory.close();
  }
};
