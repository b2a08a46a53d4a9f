import assert from 'node:assert/strict';
import { murmur2, partitionOf } from '../../../pipeline/core/partition-of.ts';

/** From `UtilsTest.testMurmur2` of Apache Kafka. */
const fromJava: ReadonlyArray<readonly [string, number]> = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('partitionOf', () => {
  for (const [key, hash] of fromJava) {
    it(`hashes '${key}' as Java does`, () => {
      assert.equal(murmur2(Buffer.from(key)), hash);
    });
  }

  it('takes the positive part of the hash modulo the partitions', () => {
    assert.equal(partitionOf(Buffer.from('21'), 7), (-973932308 & 0x7fffffff) % 7);
    assert.equal(partitionOf(Buffer.from('abc'), 7), 479470107 % 7);
  });

  it('gives an empty key a partition', () => {
    assert.equal(murmur2(Buffer.alloc(0)), 275646681);
  });
});
