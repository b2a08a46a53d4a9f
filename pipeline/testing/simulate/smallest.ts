/** How much may still be tried; each trial takes off what it costs. */
export interface Effort {
  left: number;
}

const without = <T>(items: ReadonlyArray<T>, from: number, count: number): ReadonlyArray<T> => [
  ...items.slice(0, from),
  ...items.slice(from + count),
];

/**
 * Looks for as few of the items as still fail: leaves out ever smaller parts of them (after delta debugging, Zeller and Hildebrandt 2002),
 * until no single one can be left out or the effort is spent.
 */
export const smallest = async <T>(
  items: ReadonlyArray<T>,
  effort: Effort,
  fails: (items: ReadonlyArray<T>) => Promise<boolean>,
): Promise<ReadonlyArray<T>> => {
  let kept = items;
  for (let size = kept.length; size >= 1 && effort.left > 0;) {
    const before = kept.length;
    for (let from = 0; from < kept.length && effort.left > 0;) {
      const fewer = without(kept, from, size);
      if (await fails(fewer)) kept = fewer;
      else from += size;
    }
    if (size > 1) size = Math.floor(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
};
