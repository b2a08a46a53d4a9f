import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { MillraceError } from '../../core/errors.ts';
import type { StateSpec } from '../../core/operator.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { StateStore, StorePlace } from '../../core/ports/store.ts';
import { bootId } from './boot-id.ts';
import { diskError } from './disk-error.ts';
import { LmdbStore } from './lmdb-store.ts';
import type { LmdbLibrary } from './load-lmdb.ts';
import { setAside } from './set-aside.ts';
import { StateFile } from './state-file.ts';
import { readLabel, storeFormat, type StoreLabel, writeLabel } from './store-label.ts';
import { folderOf, identityOf } from './store-place.ts';
import { mostOpenings, refusalBefore, refusalWithin, type StoreFiles } from './store-refusal.ts';

/** What a store is opened with besides its place. */
export interface StoreSurroundings {
  readonly library: LmdbLibrary;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

const filesIn = (folder: string): StoreFiles => ({ data: path.join(folder, 'state.mdb'), label: path.join(folder, 'label.json') });

const refuse = (
  { log }: StoreSurroundings,
  folder: string,
  { place, reason }: { readonly place: StorePlace; readonly reason: string },
): void => {
  const aside = setAside(folder);
  const { task, node } = place;
  log.warn({ task, node, reason, set_aside: aside }, 'the state on disk is not used: it was set aside and is rebuilt from the changelog');
};

const relabel = (folder: string, change: Partial<StoreLabel>): void => {
  const { label } = filesIn(folder);
  const found = readLabel(label);
  if (found !== undefined) writeLabel(label, { ...found, ...change });
};

/** Opens a file after its label says so on the disk, so that no crash finds it torn under the label of a whole one. */
const openMarked = ({ library }: StoreSurroundings, folder: string): StateFile => {
  mkdirSync(folder, { recursive: true });
  const { data, label } = filesIn(folder);
  const openings = (readLabel(label)?.openings ?? 0) + 1;
  writeLabel(label, { format: storeFormat, boot: bootId() ?? null, isClean: false, openings });
  return new StateFile(library, data, () => {
    relabel(folder, { openings: mostOpenings });
  });
};

/** The file of a place: the one that is there if it may be used, else a new one. */
const openFile = (surroundings: StoreSurroundings, folder: string, place: StorePlace): StateFile => {
  const early = refusalBefore(filesIn(folder), bootId());
  if (early !== undefined) refuse(surroundings, folder, { place, reason: early });
  const file = openMarked(surroundings, folder);
  const reason = refusalWithin(file, place, surroundings.clock.now());
  if (reason === undefined) return file;
  file.abandon();
  refuse(surroundings, folder, { place, reason });
  return openMarked(surroundings, folder);
};

const closeFile = async (file: StateFile, folder: string): Promise<void> => {
  await file.close();
  if (file.failure === undefined) relabel(folder, { isClean: true, openings: 0 });
};

/**
 * Opens the store of a place within a state directory that this process has locked.
 *
 * A file that is foreign, too old, torn or of another format is set aside beside its folder, in the place of what was set aside before,
 * with one log line that says why; the store is then empty, at position 0. Throws `state_disk_full` and `state_broken`, and
 * `bad_config` where the cluster tells no id of the changelog.
 */
export const openStore = <V>(surroundings: StoreSurroundings, spec: StateSpec<V>, place: StorePlace): StateStore<V> => {
  const folder = folderOf(surroundings.directory, place);
  const { topic, topicId } = place.changelog;
  if (topicId === undefined) {
    const problem = `the cluster tells no id of the topic ${topic}, by which a state file is known to belong to it`;
    throw new MillraceError('bad_config', `${problem}: run without a state directory`);
  }
  try {
    const file = openFile(surroundings, folder, place);
    if (file.identity() === undefined) file.identify(identityOf(place));
    const { node } = place;
    return new LmdbStore(spec, {
      node,
      file,
      clock: surroundings.clock,
      proven: () => {
        relabel(folder, { openings: 0 });
      },
      closed: () => closeFile(file, folder),
    });
  } catch (error) {
    throw diskError(folder, error);
  }
};
