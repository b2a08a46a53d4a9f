import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import type { StateSpec } from '../../../../pipeline/core/operator.ts';
import type { StateStore } from '../../../../pipeline/core/ports/store.ts';
import { openStateDirectory, type StateDirectory } from '../../../../pipeline/state/lmdb/open-state-directory.ts';
import { storeContract } from '../../../../pipeline/testing/contracts/store-contract.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { placeOf } from './state-folder.ts';

/** A store that takes its folder with it when it is closed. */
interface Opened {
  readonly store: StateStore<unknown>;
  readonly folder: string;
  readonly directory: StateDirectory;
}

describe('LmdbStore', () => {
  const opened = new Map<unknown, Opened>();

  const openIn = async <V>(spec: StateSpec<V>, folder: string): Promise<StateStore<V>> => {
    const directory = await openStateDirectory({ path: folder, clock: new VirtualClock(), log: noLog });
    const store = directory.open(spec, placeOf());
    const close = store.close.bind(store);
    store.close = async () => {
      opened.delete(store);
      await close();
      await directory.close();
      rmSync(folder, { recursive: true });
    };
    opened.set(store, { store: store, folder, directory });
    return store;
  };

  const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'millrace-store-'));

  const open = <V>(spec: StateSpec<V>): Promise<StateStore<V>> => openIn(spec, newFolder());

  /** The files as they are while the store is open are what a killed process leaves behind. */
  const reopen = async <V>(spec: StateSpec<V>, store: StateStore<V>): Promise<StateStore<V>> => {
    const copy = newFolder();
    cpSync(opened.get(store)!.folder, copy, { recursive: true });
    await store.close();
    return openIn(spec, copy);
  };

  afterEach(async () => {
    for (const { store } of [...opened.values()]) await store.close();
  });

  for (const clause of storeContract({ open, reopen }, 40)) it(clause.name, () => clause.run()).timeout(30_000);
});
