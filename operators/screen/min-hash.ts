import { hashText } from '../aggregates/hash-text.ts';

/** A text as bytes by which it is compared with others: equal places are evidence of equal parts. */
export type Signature = Uint8Array;

/** How many hash functions there are, and so bytes of a signature. The estimate has a standard error of at most √(¼ / 64), 6 %. */
const functions = 64;

/** Words of a shingle. */
const width = 3;

/** Texts are compared by so many words at most. */
const mostWords = 2_000;

/** The lowest byte of a minimum is kept: two different ones have the same by chance with this probability. */
const byChance = 1 / 256;

const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u, mostWords + 2)
    .filter((word) => word !== '');

const mixed = (hash: number, by: number): number => {
  let value = Math.imul(hash ^ Math.imul(by + 1, 0x9e3779b1), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

/**
 * The signature of a text: for each of 64 hash functions the lowest byte of the smallest hash among its runs of three words. Case and
 * punctuation do not count. Undefined for texts of fewer than `leastWords` words: short ones are alike without anybody copying.
 *
 * MinHash: A. Broder, "On the resemblance and containment of documents", 1997; one byte of each minimum: P. Li and A. C. König, "b-bit
 * minwise hashing", 2010. O(words × 64).
 */
export const signatureOf = (text: string, leastWords: number): Signature | undefined => {
  const words = wordsOf(text);
  if (words.length < Math.max(1, leastWords)) return undefined;
  const smallest = new Uint32Array(functions).fill(0xffffffff);
  for (let at = 0; at === 0 || at + width <= words.length; at += 1) {
    const hash = hashText(words.slice(at, at + width).join(' '), 0);
    for (let by = 0; by < functions; by += 1) smallest[by] = Math.min(smallest[by] ?? 0, mixed(hash, by));
  }
  return Uint8Array.from(smallest);
};

/**
 * The share of runs of words that two texts have in common (their Jaccard index, 0 to 1), estimated: the share of equal places, less what is
 * equal by chance (Li and König, for sets that are small beside the range of the hash).
 */
export const similarity = (a: Signature, b: Signature): number => {
  let equal = 0;
  for (let at = 0; at < functions; at += 1) equal += a[at] === b[at] ? 1 : 0;
  return Math.max(0, (equal / functions - byChance) / (1 - byChance));
};
