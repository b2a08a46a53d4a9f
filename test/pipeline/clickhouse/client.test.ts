import assert from 'node:assert/strict';
import { openClickHouse } from '../../../pipeline/clickhouse/client.ts';
import { oneAtATime } from '../../../pipeline/clickhouse/one-at-a-time.ts';
import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';

describe('openClickHouse', () => {
  it('refuses a URL of another kind, without the password in the message', async () => {
    for (const url of ['clickhouse://me:secret@host:9000', 'localhost:8123', 'tcp//x']) {
      await assert.rejects(openClickHouse({ url }), (error) => {
        assert.ok(error instanceof MillraceError);
        assert.equal(error.code, 'bad_config');
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    }
  });

  it('names its address without credentials, and contacts nobody yet', async () => {
    const db = await openClickHouse({ url: 'http://me:secret@127.0.0.1:9/quality' });
    assert.equal(db.address, 'http://127.0.0.1:9');
    await assert.rejects(db.select('SELECT 1'), (error) => error instanceof MillraceError && error.code === 'table_unavailable');
    await db.close();
  });
});

describe('oneAtATime', () => {
  const slow = (): { readonly db: ClickHouse; readonly log: string[]; readonly finish: (() => void)[] } => {
    const log: string[] = [];
    const finish: (() => void)[] = [];
    const command = async (sql: string): Promise<void> => {
      log.push(`begins ${sql}`);
      await new Promise<void>((resolve) => finish.push(resolve));
      log.push(`ends ${sql}`);
      if (sql === 'bad') throw new MillraceError('bad_table', 'no');
    };
    const close = (): Promise<void> => Promise.resolve(void log.push('closed'));
    return {
      db: oneAtATime({ address: 'x', command, select: () => Promise.resolve([]), insert: () => Promise.resolve(), close }),
      log,
      finish,
    };
  };

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('runs what it is asked in order, each when the one before has ended, whether well or not', async () => {
    const { db, log, finish } = slow();
    const all = Promise.allSettled([db.command('bad'), db.command('b')]);
    await turn();
    assert.deepEqual(log, ['begins bad']);
    finish[0]?.();
    await turn();
    finish[1]?.();
    assert.deepEqual(
      (await all).map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    assert.deepEqual(log, ['begins bad', 'ends bad', 'begins b', 'ends b']);
  });

  it('lets a caller go who has given up, but keeps the turn until what has begun has ended, and so does close', async () => {
    const { db, log, finish } = slow();
    const patience = new AbortController();
    const given = db.command('a', { signal: patience.signal });
    await turn();
    patience.abort();
    await assert.rejects(given, (error) => error instanceof MillraceError && error.retryable);
    const closed = db.close();
    await turn();
    assert.deepEqual(log, ['begins a']);
    finish[0]?.();
    await closed;
    assert.deepEqual(log, ['begins a', 'ends a', 'closed']);
  });

  it('does not begin what was given up before its turn', async () => {
    const { db, log, finish } = slow();
    const first = db.command('a');
    const given = db.command('b', { signal: AbortSignal.abort() });
    await assert.rejects(given);
    finish[0]?.();
    await turn();
    finish[0]?.();
    await first;
    await db.select('SELECT 1');
    assert.deepEqual(log, ['begins a', 'ends a']);
  });
});
