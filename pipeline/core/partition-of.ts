const mix = 0x5bd1e995;
const seed = 0x9747b28c;

const finish = (mixed: number): number => {
  let hash = Math.imul(mixed ^ (mixed >>> 13), mix);
  hash ^= hash >>> 15;
  return hash;
};

/** The one to three bytes after the last whole word, as Java's fall-through switch takes them in. */
const withTail = (hash: number, key: Buffer): number => {
  const at = key.length & ~3;
  const left = key.length & 3;
  let mixed = hash;
  if (left === 3) mixed ^= (key[at + 2] ?? 0) << 16;
  if (left >= 2) mixed ^= (key[at + 1] ?? 0) << 8;
  return left === 0 ? mixed : Math.imul(mixed ^ (key[at] ?? 0), mix);
};

/** Kafka's 32-bit murmur2 of the bytes, signed, as `org.apache.kafka.common.utils.Utils.murmur2` gives it. */
export const murmur2 = (key: Buffer): number => {
  let hash = seed ^ key.length;
  for (let at = 0; at + 4 <= key.length; at += 4) {
    let word = Math.imul(key.readInt32LE(at), mix);
    word = Math.imul(word ^ (word >>> 24), mix);
    hash = Math.imul(hash, mix) ^ word;
  }
  return finish(withTail(hash, key));
};

/**
 * The partition that Java's default partitioner, and librdkafka's with `murmur2_random`, give a key among `partitions`.
 *
 * @example partitionOf(Buffer.from('kafka'), 8)
 */
export const partitionOf = (key: Buffer, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
