import { closeSync, existsSync, openSync } from 'node:fs';
import type { StorePlace } from '../../core/ports/store.ts';
import { readFileHeader } from './file-header.ts';
import type { StateFile } from './state-file.ts';
import { readLabel, storeFormat, type StoreLabel } from './store-label.ts';
import { strangeness } from './store-place.ts';

/** The files of a store. */
export interface StoreFiles {
  readonly data: string;
  readonly label: string;
}

/** After this many openings without a single commit a file is taken to be what ends the process; one that is known to be damaged has them too. */
export const mostOpenings = 3;

const hour = 3_600_000;

const labelRefusal = (label: StoreLabel | undefined, boot: string | undefined): string | undefined => {
  if (label === undefined) return 'it has no label that can be read';
  if (label.format !== storeFormat) return `its format is ${label.format}, and this version reads ${storeFormat}`;
  if (label.isClean) return undefined;
  if (boot === undefined || label.boot !== boot) return 'the machine went down while it was open, so it may be torn';
  if (label.openings >= mostOpenings) return `it is damaged, or was opened ${label.openings} times in a row without a commit`;
  return undefined;
};

const lengthRefusal = (file: string): string | undefined => {
  const fd = openSync(file, 'r');
  try {
    const header = readFileHeader(fd);
    if (header === undefined) return 'it does not begin as an LMDB file of this version does';
    return header.length < header.needed ? `it has ${header.length} bytes of ${header.needed}` : undefined;
  } finally {
    closeSync(fd);
  }
};

/** Why a state file must not be opened, found out without opening it as a database; undefined if it may, or if there is none. */
export const refusalBefore = ({ data, label }: StoreFiles, boot: string | undefined): string | undefined => {
  if (!existsSync(data)) return undefined;
  return labelRefusal(readLabel(label), boot) ?? lengthRefusal(data);
};

/** Why an opened state file must not be read on; undefined if it may. `now`: ms since the epoch. */
export const refusalWithin = (file: StateFile, place: StorePlace, now: number): string | undefined => {
  const identity = file.identity();
  if (identity === undefined) return file.isEmpty() ? undefined : 'it holds what Millrace did not write';
  const strange = strangeness(identity, place);
  if (strange !== undefined) return strange;
  const { writtenAt, entries } = file.mark();
  const mayBe = place.changelog.keepsDeletions / 2;
  if (entries === 0 || now - writtenAt <= mayBe) return undefined;
  const hours = (ms: number): string => (ms / hour).toFixed(1);
  return `it was last written ${hours(now - writtenAt)} hours ago, and after ${hours(mayBe)} the changelog may have dropped deletions`;
};
