import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareKeys } from '../../../pipeline/state/key-order.ts';

/** Around each place where the order of code units and that of bytes part. */
const characters = [
  'a',
  'b',
  '|',
  '\u{7f}',
  '\u{80}',
  '\u{7ff}',
  '\u{800}',
  '\u{d7ff}',
  '\u{e000}',
  '\u{ffff}',
  '\u{10000}',
  '\u{1f600}',
  '\u{10ffff}',
];

describe('compareKeys', () => {
  it('orders texts as their UTF-8 bytes are ordered', () => {
    const text = fc.array(fc.constantFrom(...characters), { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareKeys(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1_000 },
    );
  });
});
