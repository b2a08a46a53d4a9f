/** An object with a value for each name. */
export const mapped = <K extends string, V>(names: ReadonlyArray<K>, valueOf: (name: K) => V): Record<K, V> =>
  Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<K, V>;
