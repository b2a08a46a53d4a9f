/** How many of the smallest hashes are kept. Below it the count is exact; above it is an estimate with a standard error of about 1/√62. */
const kept = 64;

const hashes = 2 ** 32;

/**
 * A set of submitters as the 64 smallest distinct 32-bit hashes of their ids, ascending: small, and the same whatever the order and
 * grouping (a k-minimum-values sketch; Bar-Yossef et al., "Counting distinct elements in a data stream", 2002).
 */
export type Submitters = ReadonlyArray<number>;

/** Nobody yet. */
export const nobody: Submitters = Object.freeze([]);

/** Both sets together. O(number kept). */
export const together = (a: Submitters, b: Submitters): Submitters => {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged = new Set([...a, ...b]);
  return [...merged].sort((left, right) => left - right).slice(0, kept);
};

/** How many submitters the set stands for: exact below 64, else estimated. */
export const countOf = (submitters: Submitters): number => {
  const largest = submitters[kept - 1];
  return largest === undefined ? submitters.length : Math.round(((kept - 1) * hashes) / (largest + 1));
};
