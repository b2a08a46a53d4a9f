/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain) of a text's UTF-16LE bytes, as an unsigned number.
 *
 * Two code units are one block, so no bytes are made.
 */
export const hashText = (text: string, seed: number): number => {
  let hash = seed;
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) {
    hash ^= scrambled(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  if (even < text.length) hash ^= scrambled(text.charCodeAt(even));
  return avalanche(hash ^ (text.length * 2));
};

const scrambled = (block: number): number => {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
};

const avalanche = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
