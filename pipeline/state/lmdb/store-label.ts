import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What stands beside a state file and is read before the file is touched. */
export interface StoreLabel {
  /** The version of the layout of file and label. */
  readonly format: number;
  /** The run of the operating system in which it was last opened; null if unknown. */
  readonly boot: string | null;
  /** Whether it was closed and brought to the disk. */
  readonly isClean: boolean;
  /** How often it was opened since it last took a commit, was in use for a while, or was closed. */
  readonly openings: number;
}

/** The version of the layout that this code reads and writes. */
export const storeFormat = 1;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isLabel = (value: unknown): value is StoreLabel =>
  isObject(value) &&
  typeof value.format === 'number' &&
  (value.boot === null || typeof value.boot === 'string') &&
  typeof value.isClean === 'boolean' &&
  typeof value.openings === 'number';

/** Reads a label; undefined if there is none or it is none. */
export const readLabel = (file: string): StoreLabel | undefined => {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isLabel(found) ? found : undefined;
  } catch {
    return undefined;
  }
};

const sync = (file: string): void => {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Puts a label in the place of an earlier one: whole, and on the disk when it returns. */
export const writeLabel = (file: string, label: StoreLabel): void => {
  const next = `${file}.next`;
  writeFileSync(next, `${JSON.stringify(label)}\n`, { flush: true });
  renameSync(next, file);
  sync(path.dirname(file));
};
