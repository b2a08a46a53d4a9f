import type { StateSpec } from '../../core/operator.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { StateStore, StorePlace } from '../../core/ports/store.ts';
import { lockDirectory } from './directory-lock.ts';
import { loadLmdb } from './load-lmdb.ts';
import { openStore } from './open-store.ts';

/** Where state is kept, and what its keeper is given. */
export interface StateDirectoryOptions {
  /** A folder on a disk of this machine; made if it is not there. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A folder with the state of the tasks of one process. */
export interface StateDirectory {
  /**
   * The store of a node of a task, as it was at its last publish; empty and at position 0 if there is none, or none that may be used.
   * A place may be opened again once its store is closed. Synchronous. Throws `state_disk_full` and `state_broken`, and
   * `bad_config` where the cluster tells no ids of topics.
   */
  open<V>(spec: StateSpec<V>, place: StorePlace): StateStore<V>;
  /** Lets other processes use the folder. The stores must be closed before. */
  close(): Promise<void>;
}

/**
 * Opens a state directory for this process alone. Throws `state_locked` when another process uses it, and `bad_config` when the package
 * `lmdb` is not installed.
 *
 * @example const directory = await openStateDirectory({ path: '/var/lib/millrace', clock, log });
 */
export const openStateDirectory = async ({ path, clock, log }: StateDirectoryOptions): Promise<StateDirectory> => {
  const library = await loadLmdb();
  const lock = await lockDirectory(library, path);
  const surroundings = { library, directory: path, clock, log };
  return {
    open: (spec, place) => openStore(surroundings, spec, place),
    close: () => lock.release(),
  };
};
