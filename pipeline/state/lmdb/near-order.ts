/** Bits of an index; ranks of 32 bits and an index are whole numbers that a double holds. */
const indexes = 2 ** 21;
const ranks = 2 ** 32 - 1;

/** The smallest and the largest of the finite ones; Infinity and -Infinity if there are none. */
const rangeOf = (numbers: Float64Array): { readonly least: number; readonly most: number } => {
  let [least, most] = [Infinity, -Infinity];
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue;
    least = Math.min(least, number);
    most = Math.max(most, number);
  }
  return { least, most };
};

/** Each number as its rank among 2³² from the smallest to the largest, and its index. */
const ranked = (numbers: Float64Array): Float64Array => {
  const { least, most } = rangeOf(numbers);
  // Not a factor: it would be infinite where numbers differ by next to nothing.
  const range = most > least ? most - least : 1;
  return numbers.map(
    (number, at) => (Number.isFinite(number) ? Math.floor(((number - least) / range) * (ranks - 1)) : ranks) * indexes + at,
  );
};

/**
 * The indexes of numbers, in an order near theirs: by where a number is between the smallest and the largest, with 32 bits, and by index where
 * that is the same. What is not finite comes last. They are sorted as plain numbers, which calls nothing back. What follows the
 * first 2²¹ numbers stays where it is.
 */
export const nearOrder = (numbers: Float64Array): Uint32Array => {
  const sorted = ranked(numbers.subarray(0, indexes)).sort();
  return Uint32Array.from(numbers, (_, at) => (at < indexes ? (sorted[at] ?? 0) % indexes : at));
};
