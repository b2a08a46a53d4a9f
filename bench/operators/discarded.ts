import type { RecordType } from '../../pipeline/core/record-type.ts';
import { rawTopic, type Topic } from '../../pipeline/core/topic.ts';

const refuse = (): never => {
  throw new Error('nothing is written here');
};

/** A sink whose records are counted and not encoded: encoding is the codec's cost. */
export const discarded = <T>(): Topic<T> => {
  const type: RecordType<T> = { name: 'bench.Discarded', schema: '"null"', encode: refuse, decode: refuse, timeAt: refuse };
  return { kind: 'topic', name: 'bench.out', type, key: ['tenant'], time: undefined, compacted: false, config: {} };
};

export const deadLetter = rawTopic('bench.dead-letter');
