import { MillraceError } from './errors.ts';

type Scalar = string | number | boolean | bigint;

type PathStep<T, P extends keyof T & string> =
  NonNullable<T[P]> extends Scalar
    ? P
    : NonNullable<T[P]> extends ReadonlyArray<unknown> | Uint8Array
      ? never
      : NonNullable<T[P]> extends object
        ? `${P}.${Path<NonNullable<T[P]>>}`
        : never;

/** The dotted path of each scalar field of a record type, e.g. `target.id`. A union has the paths of its members. */
export type Path<T> = T extends object ? { [P in keyof T & string]: PathStep<T, P> }[keyof T & string] : never;

/** Field paths whose values together make a key, in order. A path can be compared between versions of a topology. */
export type KeyPath<T> = ReadonlyArray<Path<T>>;

/** A function of the user's with a version to compare it by: change the version when its answers change. */
export interface Versioned<F> {
  readonly version: string;
  readonly of: F;
}

/** Gives a function the version under which its node's state is compared. */
export const versioned = <F>(version: string, of: F): Versioned<F> => ({ version, of });

type Read = (value: unknown) => unknown;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const step =
  (field: string): Read =>
  (value) =>
    isRecord(value) ? value[field] : undefined;

/** A reader of the value at a dotted path; `undefined` where a part of the path is missing or null. Compile once, call often. */
export const pathReader = (path: string): Read => {
  const steps = path.split('.').map(step);
  const [first, second] = steps;
  if (first === undefined) throw new MillraceError('bad_topic', 'a key path is empty');
  if (second === undefined) return first;
  if (steps.length === 2) return (value) => second(first(value));
  return (value) => steps.reduce((inner, next) => next(inner), value);
};

const separators = /[|\\]/g;

const escaped = (part: string): string =>
  part.includes('|') || part.includes('\\') ? part.replace(separators, (character) => `\\${character}`) : part;

/** One part of a key as text: what is not a scalar is empty, `|` and `\` are escaped, so that different values make different keys. */
export const keyPart = (part: unknown): string => {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number' || typeof part === 'boolean' || typeof part === 'bigint') return String(part);
  return '';
};

/**
 * A reader of the key that these paths make of a value: the parts joined with `|`. This is also the text of a Kafka key.
 *
 * Compile once per node and call per record: two property reads and one concatenation per part.
 */
export const keyReader = (paths: ReadonlyArray<string>): ((value: unknown) => string) => {
  const readers = paths.map(pathReader);
  const [first, second, third] = readers;
  if (first === undefined) throw new MillraceError('bad_topic', 'a key needs at least one field path');
  if (second === undefined) return (value) => keyPart(first(value));
  if (third === undefined) return (value) => `${keyPart(first(value))}|${keyPart(second(value))}`;
  const others = readers.slice(1);
  return (value) => {
    let key = keyPart(first(value));
    for (const read of others) key += `|${keyPart(read(value))}`;
    return key;
  };
};
