import assert from 'node:assert/strict';
import { Calls } from '../../../../pipeline/cluster/kafka/calls.ts';
import type { Callback } from '../../../../pipeline/cluster/kafka/client.ts';
import { hasCode } from '../../../../pipeline/testing/contracts/cluster/has-code.ts';

/** Lets what was promised so far go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the calls of a client', () => {
  it('are made one at a time, in their order, whether or not the one before went well', async () => {
    const calls = new Calls();
    const made: Callback<string>[] = [];
    const [first, second] = [0, 1].map(() => calls.make<string>((callback) => made.push(callback)));
    await settle();
    assert.equal(made.length, 1);
    made[0]?.({ code: 7, message: 'refused' }, undefined as never);
    await assert.rejects(first!, { code: 7 });
    await settle();
    made[1]?.(null, 'answer');
    assert.equal(await second, 'answer');
  });

  it('are refused when their turn comes after the end, which waits for the one that is being made', async () => {
    const calls = new Calls();
    const made: Callback<string>[] = [];
    const first = calls.make<string>((callback) => made.push(callback));
    const second = calls.make<string>((callback) => made.push(callback));
    const refused = assert.rejects(second, hasCode('engine_defect'));
    await settle();
    let isClosed = false;
    const closing = calls.close().then(() => (isClosed = true));
    await settle();
    assert.equal(isClosed, false);
    made[0]?.(null, 'answer');
    assert.equal(await first, 'answer');
    await Promise.all([closing, refused]);
    assert.equal(made.length, 1);
  });
});
