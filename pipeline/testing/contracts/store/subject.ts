import type { StateSpec } from '../../../core/operator.ts';
import type { StateStore } from '../../../core/ports/store.ts';

/** What an implementer of the state store lends to its contract. */
export interface StoreSubject {
  /** A new and empty store. The contract closes it. */
  readonly open: <V>(spec: StateSpec<V>) => Promise<StateStore<V>>;
  /** What a new process finds where `store` was when its process was killed. Left out by stores that keep nothing. */
  readonly reopen?: <V>(spec: StateSpec<V>, store: StateStore<V>) => Promise<StateStore<V>>;
}

/** Values of the contract: texts. */
export const texts: StateSpec<string> = {
  schema: '"string"',
  encode: (text) => Buffer.from(text),
  decode: (bytes) => bytes.toString(),
  shape: {},
};

/** Runs `test` on a new store and closes it, whatever comes of it. */
export const withStore = async (subject: StoreSubject, test: (store: StateStore<string>) => void | Promise<void>): Promise<void> => {
  const store = await subject.open(texts);
  try {
    await test(store);
  } finally {
    await store.close();
  }
};

/** Everything that has expired by `asOf`, in the order in which the store takes it out. */
export const expired = (store: StateStore<string>, asOf: number): ReadonlyArray<string> => {
  const keys: string[] = [];
  store.expire(asOf, (key, value) => keys.push(`${key}=${value}`));
  return keys;
};

/** All entries as `key=value`, by key bytes. */
export const contents = (store: StateStore<string>): ReadonlyArray<string> => [...store.scan('')].map(([key, value]) => `${key}=${value}`);
