import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deliveryToken, pendingRange } from '../../../../pipeline/runtime/delivery/delivery-token.ts';

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
const parts = fc.record({
  topology: name,
  node: name,
  topic: name,
  partition: fc.nat(1000),
  from: fc.nat(),
  length: fc.integer({ min: 1, max: 100_000 }),
  schema: name,
});

describe('delivery token', () => {
  it('is read back from the metadata of the offset at which it begins', () => {
    fc.assert(
      fc.property(parts, ({ length, ...rest }) => {
        const { topic, partition, from } = rest;
        const token = deliveryToken({ ...rest, to: from + length });
        assert.deepEqual(pendingRange({ topic, partition, offset: from, metadata: token }), { from, to: from + length, token });
      }),
    );
  });

  it('means nothing at another offset, partition or topic, and neither does any other note', () => {
    const token = deliveryToken({ topology: 't', node: 'n', topic: 'x', partition: 1, from: 5, to: 9, schema: 's' });
    const at = { topic: 'x', partition: 1, offset: 5 };
    for (const other of [
      { ...at, offset: 6 },
      { ...at, partition: 2 },
      { ...at, topic: 'y' },
    ]) {
      assert.equal(pendingRange({ ...other, metadata: token }), undefined);
    }
    for (const metadata of ['', 'set by hand', 't/n/x/1/5-5/s', 't/n/x/1/5-9', `${token}/more`]) {
      assert.equal(pendingRange({ ...at, metadata }), undefined);
    }
  });
});
