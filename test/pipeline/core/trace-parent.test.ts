import assert from 'node:assert/strict';
import { formatTraceParent, parseTraceParent } from '../../../pipeline/core/trace-parent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it('is read and written', () => {
    for (const isSampled of [true, false]) {
      const parent = { traceId, spanId, isSampled };
      assert.deepEqual(parseTraceParent(formatTraceParent(parent)), parent);
    }
    assert.equal(parseTraceParent(`00-${traceId}-${spanId}-03`)?.isSampled, true);
    assert.equal(parseTraceParent(`cc-${traceId}-${spanId}-00`)?.traceId, traceId);
  });

  it('is passed over if it is none', () => {
    const none = [
      undefined,
      ['a'],
      '',
      `ff-${traceId}-${spanId}-01`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
    ];
    for (const text of [...none, `00-${traceId.toUpperCase()}-${spanId}-01`, `00-${traceId}-${spanId}`, ` 00-${traceId}-${spanId}-01`]) {
      assert.equal(parseTraceParent(text), undefined);
    }
  });
});
