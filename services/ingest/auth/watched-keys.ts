import { readKeys, type StoredKey } from './key-file.ts';
import { KeyRing } from './key-ring.ts';
import { WatchedFiles, type WatchPorts } from './watched-files.ts';

/** Keys as a file has them, and who they let in. */
export interface Keys {
  readonly stored: ReadonlyArray<StoredKey>;
  readonly ring: KeyRing;
}

/** Begins to watch a file of API keys. Throws `bad_config` if it cannot be read or is no file of keys. */
export const watchKeys = (file: string, ports: WatchPorts, changed?: (now: Keys, before: Keys) => void): Promise<WatchedFiles<Keys>> => {
  const read = ([text = '']: ReadonlyArray<string>): Keys => {
    const stored = readKeys(text);
    return { stored, ring: new KeyRing(stored) };
  };
  return WatchedFiles.open({ files: [file], what: 'API keys', read, changed }, ports);
};
