import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { eventsOf, readJson, readResponse } from '../../../services/sidecar/read-body.ts';

const body = (bytes: Buffer, more: { isWhole?: boolean; encoding?: string; type?: string } = {}): Parameters<typeof readJson>[0] => ({
  bytes,
  isWhole: true,
  encoding: undefined,
  type: undefined,
  ...more,
});
const chunk = (content: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`;

describe('bodies that passed by', () => {
  it('are split into events as HTML has it, up to the last whole one', () => {
    assert.deepEqual(eventsOf('\uFEFFdata: a\ndata:b\n\n: no\nevent: x\r\nid: 1\r\n\r\ndata:  c\r\rdata: cut'), ['a\nb', ' c']);
  });

  it('are read as far as they came, compressed or not', async () => {
    const text = chunk('New') + chunk(' York');
    const whole = gzipSync(Buffer.from(text));
    for (const bytes of [whole, whole.subarray(0, -8)]) {
      const read = await readResponse(body(bytes, { encoding: 'gzip', type: 'text/event-stream; charset=utf-8', isWhole: false }), 10_000);
      assert.match(JSON.stringify(read), /"content":"New York"/);
    }
  });

  it('tell the error that comes in the middle of a stream', async () => {
    const read = await readResponse(
      body(Buffer.from(`${chunk('New')}data: {"error":{"message":"out of memory"}}\n\n`), { type: 'text/event-stream' }),
      10_000,
    );
    assert.match(JSON.stringify(read), /"New".*"error":\{"message":"out of memory"/);
  });

  it('say why they cannot be read', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    assert.deepEqual(await readJson(body(Buffer.from('{')), 100), { unread: 'it is not JSON' });
    assert.deepEqual(await readJson(body(bomb, { encoding: 'gzip' }), 1_000), {
      unread: 'it cannot be decompressed, or is too large then',
    });
    assert.deepEqual(await readJson(body(Buffer.from('[]'), { isWhole: false }), 100), {
      unread: 'it is larger than what is kept for the log, or broke off',
    });
  });
});
