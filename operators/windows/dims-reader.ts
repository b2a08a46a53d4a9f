import { keyPart, keyReader, pathReader, type Versioned } from '../../pipeline/core/key.ts';
import type { Dims } from './windowed.ts';

/** Reads what a value's window is of. */
export interface DimsReader<in T> {
  /** A text that is the same for equal dims, and only for those. */
  id(value: T): string;
  dims(value: T): Dims;
  /** Whether it runs a function of the user's, which may throw. */
  readonly isForeign: boolean;
  /** Paths by name, or the function's version: what a change is recognised by. */
  readonly params: Dims | string;
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
};

/** The dims' values as the text of a key: in their order, joined with `|`. */
export const dimsKey = (dims: Dims): string => Object.values(dims).map(keyPart).join('|');

/** A text that is the same for equal dims, in whatever order their names stand, and only for those. */
export const dimsId = (dims: Dims): string =>
  Object.entries(dims)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${keyPart(name)}|${keyPart(value)}`)
    .join('|');

const readPaths = (paths: Dims): DimsReader<unknown> => {
  const readers = Object.entries(paths).map(([name, path]) => [name, pathReader(path)] as const);
  return {
    id: readers.length === 0 ? () => '' : keyReader(Object.values(paths)),
    dims: (value) => Object.fromEntries(readers.map(([name, read]) => [name, textOf(read(value))])),
    isForeign: false,
    params: paths,
  };
};

const isVersioned = <T>(per: Dims | Versioned<(value: T) => Dims>): per is Versioned<(value: T) => Dims> => typeof per.of === 'function';

/** Dims by field path, whose values become texts (null the empty one), or by a function of the user's. */
export const dimsReader = <T>(per: Dims | Versioned<(value: T) => Dims>): DimsReader<T> => {
  if (!isVersioned(per)) return readPaths(per);
  const { version, of } = per;
  return { id: (value) => dimsId(of(value)), dims: of, isForeign: true, params: version };
};
