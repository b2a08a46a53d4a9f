import assert from 'node:assert/strict';
import { createClient, type ClickHouseClient, ClickHouseError, ClickHouseLogLevel } from '@clickhouse/client';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';

describe('the ClickHouse server that is chDB', () => {
  let own: OwnServer;
  let client: ClickHouseClient;

  before(async function () {
    this.timeout(30_000);
    own = await OwnServer.start();
    client = createClient({ url: own.server.url, compression: { request: true, response: true }, log: { level: ClickHouseLogLevel.OFF } });
    await client.command({ query: 'CREATE TABLE numbers (n UInt64, t String) ENGINE = MergeTree ORDER BY n' });
  });

  after(async () => {
    await client.close();
    await own.stop();
  });

  const ask = (query: string, init: RequestInit = {}): Promise<Response> => fetch(`${own.server.url}/?${query}`, init);

  it('answers a ping, and a visit without a query', async () => {
    assert.equal(await (await fetch(`${own.server.url}/ping`)).text(), 'Ok.\n');
    assert.equal(await (await fetch(own.server.url)).text(), 'Ok.\n');
    assert.deepEqual(await client.ping(), { success: true });
  });

  it('takes what the official client inserts, gzipped, and gives it back', async () => {
    const values = [
      { n: 1, t: "it's" },
      { n: 2, t: 'tab\tnew\nline \\ ünï' },
    ];
    const inserted = await client.insert({ table: 'numbers', values, format: 'JSONEachRow', clickhouse_settings: { async_insert: 0 } });
    assert.equal(inserted.summary?.written_rows, '2');
    const rows = await client.query({ query: 'SELECT * FROM numbers ORDER BY n', format: 'JSONEachRow' });
    assert.deepEqual(await rows.json(), values);
    const whole = await (await client.query({ query: 'SELECT count() AS c FROM numbers', format: 'JSON' })).json<{ c: number }>();
    assert.equal(Number(whole.data[0]?.c), 2);
  });

  it('binds values of every kind as a server does', async () => {
    const query_params = { s: "it's \\ a\ttab\nand {x:String}", n: 5, list: ['a', "b'c"], nothing: null, when: new Date(0) };
    const query =
      'SELECT {s:String} AS s, {n:Int32} AS n, {list:Array(String)} AS list, {nothing:Nullable(String)} AS nothing, toUnixTimestamp({when:DateTime}) AS at';
    const rows = await (await client.query({ query, query_params, format: 'JSONEachRow' })).json();
    assert.deepEqual(rows, [{ s: query_params.s, n: 5, list: ['a', "b'c"], nothing: null, at: 0 }]);
  });

  it('applies settings to their own query only', async () => {
    const query = "SELECT getSetting('max_threads') AS threads";
    const threads = async (clickhouse_settings: { max_threads?: number }): Promise<unknown> => {
      const [row] = await (await client.query({ query, clickhouse_settings, format: 'JSONEachRow' })).json<{ threads: number }>();
      return Number(row?.threads);
    };
    const usual = await threads({});
    assert.equal(await threads({ max_threads: 3 }), 3);
    assert.equal(await threads({}), usual);
  });

  it('speaks of an error as a server does', async () => {
    const wrong = client.query({ query: 'SELECT * FROM nowhere', format: 'JSONEachRow' });
    await assert.rejects(wrong, (error) => error instanceof ClickHouseError && error.type === 'UNKNOWN_TABLE' && error.code === '60');
    const response = await ask(`query=${encodeURIComponent('SELEC 1')}`);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-clickhouse-exception-code'), '62');
    assert.match(await response.text(), /^Code: 62\. DB::Exception: Syntax error/);
  });

  it('reads the text from the URL, the body, or both', async () => {
    assert.equal(await (await ask(`query=${encodeURIComponent('SELECT 1, 2')}`)).text(), '1\t2\n');
    assert.equal(await (await ask('', { method: 'POST', body: 'SELECT 3 FORMAT CSV' })).text(), '3\n');
    const query = encodeURIComponent('INSERT INTO numbers (n) SETTINGS async_insert = 0 FORMAT TSV');
    assert.equal((await ask(`query=${query}`, { method: 'POST', body: '100\n101\n' })).status, 200);
    assert.equal(await (await ask('', { method: 'POST', body: 'SELECT count() FROM numbers WHERE n >= 100' })).text(), '2\n');
  });

  it('compresses the answer for who asks for it', async () => {
    const response = await ask('enable_http_compression=1', { method: 'POST', body: 'SELECT 1', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.equal(await response.text(), '1\n');
  });

  it('changes nothing by GET', async () => {
    const response = await ask(`query=${encodeURIComponent('DROP TABLE numbers')}`);
    assert.equal(response.status, 500);
    assert.match(await response.text(), /\(READONLY\)/);
  });

  it('refuses a body that it cannot read', async () => {
    const binary = await ask('query=INSERT%20INTO%20numbers%20FORMAT%20Native', { method: 'POST', body: Buffer.from([0xff, 0xfe, 0]) });
    assert.equal(binary.status, 400);
    assert.match(await binary.text(), /only text formats/);
    const packed = await ask('', { method: 'POST', body: 'SELECT 1', headers: { 'content-encoding': 'zstd' } });
    assert.match(await packed.text(), /content encoding 'zstd' is not known/);
  });

  it('runs queries side by side', async () => {
    const answered: string[] = [];
    const run = async (body: string): Promise<void> => void answered.push(await (await ask('', { method: 'POST', body })).text());
    const slow = run("SELECT 'slow', sleep(2)");
    await run("SELECT 'quick'");
    await slow;
    assert.deepEqual(answered, ['quick\n', 'slow\t0\n']);
  });

  it('keeps its data and its address when it is killed and started again', async function () {
    this.timeout(30_000);
    const before = await (await ask('', { method: 'POST', body: 'SELECT sum(n) FROM numbers' })).text();
    await own.server.kill();
    assert.equal(own.server.pid, undefined);
    await assert.rejects(ask('query=SELECT%201'));
    await own.server.restart();
    assert.equal(await (await ask('', { method: 'POST', body: 'SELECT sum(n) FROM numbers' })).text(), before);
  });
});
