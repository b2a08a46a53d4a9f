import { type KeyPath, keyReader, type Versioned } from './key.ts';

/** How a node that keeps no state under it comes to a key: by field paths, or by a function with a version. */
export type KeyChoice<T> = KeyPath<T> | Versioned<(value: T) => string>;

const isVersioned = <T>(key: KeyChoice<T>): key is Versioned<(value: T) => string> => 'of' in key && 'version' in key;

/** A reader of the chosen key. A function of the user's may throw: call it through `attempt`. */
export const chosenKey = <T>(key: KeyChoice<T>): ((value: T) => string) => (isVersioned(key) ? key.of : keyReader(key));

/** The choice as data, for the graph. */
export const keyParam = <T>(key: KeyChoice<T>): unknown => (isVersioned(key) ? { version: key.version } : key);
