import assert from 'node:assert/strict';
import { hashText } from '../../../operators/aggregates/hash-text.ts';

describe('hashText', () => {
  it('hashes as MurmurHash3_x86_32 does, over UTF-16 code units', () => {
    assert.deepEqual([hashText('', 0), hashText('', 1), hashText('', 0xffffffff)], [0, 0x514e28b7, 0x81f16f39]);
    assert.deepEqual([hashText('\u4321\u8765', 0), hashText('\u4321\u8765', 0x5082edee)], [0xf55b516b, 0x2362f9de]);
    assert.equal(hashText('\u4321', 0), 0xa0f7b07a);
  });
});
