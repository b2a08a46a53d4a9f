import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareKeys } from '../../../pipeline/state/key-order.ts';

describe('compareKeys', () => {
  it('orders texts as their UTF-8 bytes are ordered', () => {
    const text = fc.string({
      maxLength: 6,
      unit: fc.oneof(
        fc.constantFrom('a', 'b', '|', '\u{7ff}', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{1f600}'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareKeys(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 500 },
    );
  });
});
