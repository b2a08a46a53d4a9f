import type { Aggregate } from '../../../pipeline/core/aggregate.ts';
import { hashText } from '../../../operators/aggregates/hash-text.ts';
import { nobody, together, type Submitters } from '../../../operators/decide/submitters.ts';
import type { ByteReader } from '../../../pipeline/core/bytes.ts';

const readHashes = (from: ByteReader): Submitters => Array.from({ length: from.integer() }, () => from.integer());

/**
 * Who is behind the observations, as a set that merges: see `Submitters`. Small enough for windows that stay open for a day.
 *
 * Free of order; not invertible, since the same submitter may be behind another observation.
 */
export const submittersOf = (): Aggregate<string, Submitters, Submitters> => smallest;

const smallest: Aggregate<string, Submitters, Submitters> = Object.freeze<Aggregate<string, Submitters, Submitters>>({
  name: 'submitters',
  layout: 'smallest 64 of murmur3',
  invertible: false,
  zero: () => nobody,
  copy: (acc) => acc,
  add: (acc, id) => {
    const hash = hashText(id, 0);
    return acc.includes(hash) ? acc : together(acc, [hash]);
  },
  merge: together,
  result: (acc) => acc,
  write: (acc, to) => {
    to.integer(acc.length);
    for (const hash of acc) to.integer(hash);
  },
  read: readHashes,
});
