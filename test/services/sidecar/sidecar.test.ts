import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import OpenAI from 'openai';
import type { Item } from '../../client/rig/api.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type SidecarRig, startSidecarRig } from './rig.ts';

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-x-2026-01',
  choices: [{ index: 0, message: { role: 'assistant', content: 'New York' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2 },
};
const question = { model: 'gpt-x', temperature: 0.2, messages: [{ role: 'user', content: 'Where is the Met?' }] };
const header = 'x-millrace-inference-id';
const chosen = '7d444840-9dc0-11d1-b245-5ffdce74fad2';

const piece = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c-2', model: 'gpt-x-2026-01', choices: [{ index: 0, delta: { content } }] })}\n\n`;

describe('the proxy that logs calls', () => {
  let rig: SidecarRig;
  afterEach(() => rig.close());

  const open = async (settings: Parameters<typeof startSidecarRig>[0] = {}): Promise<void> => {
    rig = await startSidecarRig(settings);
  };
  const ask = (
    headers: Readonly<Record<string, string>> = {},
    path = '/v1/chat/completions',
    body: unknown = question,
  ): Promise<Response> =>
    fetch(rig.sidecar.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-secret', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const answering =
    (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    (response: ServerResponse): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(body instanceof Uint8Array ? body : JSON.stringify(body));
  const only = async (): Promise<Item> => {
    const logged = await rig.logged();
    assert.equal(logged.length, 1);
    return logged[0]!;
  };

  it('passes a call on as it is, and logs it under the id that it answers with', async () => {
    await open();
    rig.upstream.next(answering(200, answer, { 'x-request-id': 'r-1' }));
    const got = await ask({ 'x-custom': 'a' });
    assert.deepEqual([got.status, got.headers.get('x-request-id'), await got.json()], [200, 'r-1', answer]);
    const [seen] = rig.upstream.seen;
    assert.deepEqual([seen?.method, seen?.url], ['POST', '/v1/chat/completions']);
    assert.equal((await seen!.body).toString(), JSON.stringify(question));
    const { authorization, host } = seen!.headers;
    assert.deepEqual([authorization, seen!.headers['x-custom']], ['Bearer sk-secret', 'a']);
    assert.equal(host, new URL(rig.upstream.url).host);
    const item = await only();
    assert.equal(item.inference_id, got.headers.get(header));
    assert.deepEqual(
      [item.model_name, item.model_version, item.operation, item.status, item.finish_reason],
      ['gpt-x', 'gpt-x-2026-01', 'chat', 'ok', 'stop'],
    );
    assert.deepEqual(item.input, { messages: question.messages });
    assert.deepEqual([item.candidates, item.usage], [[{ candidate_id: '0', output: 'New York' }], { input_tokens: 9, output_tokens: 2 }]);
    assert.deepEqual(item.params, { temperature: 0.2 });
    assert.ok(!JSON.stringify(item).includes('sk-secret'));
  });

  it('passes events on one by one, before the next is there, and logs what they come to', async () => {
    await open();
    let send: (text: string) => void = () => undefined;
    let end: () => void = () => undefined;
    rig.upstream.next((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      [send, end] = [(text) => void response.write(text), () => void response.end()];
    });
    const got = await ask();
    const reader = got.body!.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    for (const text of [piece('New'), piece(' York'), ': a comment\r\n\r\n', 'data: [DONE]\n\n']) {
      send(text);
      assert.equal(await read(), text);
    }
    end();
    assert.equal((await reader.read()).done, true);
    const item = await only();
    assert.deepEqual([item.candidates, item.status], [[{ candidate_id: '0', output: 'New York' }], 'ok']);
    assert.equal(item.external_keys instanceof Object && Reflect.get(item.external_keys, 'openai'), 'c-2');
  });

  it('serves the client of OpenAI, streams and embeddings too', async () => {
    await open();
    const openai = new OpenAI({ apiKey: 'sk-secret', baseURL: `${rig.sidecar.url}/v1`, maxRetries: 0 });
    rig.upstream.next(
      (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${piece('A')}${piece('B')}data: [DONE]\n\n`),
    );
    const stream = await openai.chat.completions.create({ model: 'gpt-x', messages: [{ role: 'user', content: 'x' }], stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices.map(({ delta }) => delta.content).join('');
    assert.equal(text, 'AB');
    const floats = Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64');
    rig.upstream.next(
      answering(200, { object: 'list', data: [{ index: 0, embedding: floats }], model: 'e-1', usage: { prompt_tokens: 1 } }),
    );
    const { data } = await openai.embeddings.create({ model: 'e', input: 'cats' });
    assert.deepEqual(data[0]?.embedding, [0.5, -2]);
    const [chat, embedding] = await rig.logged();
    assert.deepEqual([chat?.operation, embedding?.operation, embedding?.embedding], ['chat', 'embeddings', [0.5, -2]]);
    assert.deepEqual(embedding?.input, { messages: [{ role: 'user', content: 'cats' }] });
  });

  it('keeps the compression of an answer and reads through it', async () => {
    await open();
    const bytes = Buffer.from(JSON.stringify(answer));
    rig.upstream.next(
      answering(200, gzipSync(bytes), { 'content-encoding': 'gzip' }),
      answering(200, brotliCompressSync(bytes), { 'content-encoding': 'br' }),
      answering(200, bytes, { 'content-encoding': 'x-odd' }),
    );
    for (const encoding of ['gzip', 'br']) assert.deepEqual([await (await ask()).json(), encoding], [answer, encoding]);
    const odd = await ask();
    assert.equal(odd.status, 200);
    await odd.arrayBuffer();
    const items = await rig.logged();
    assert.deepEqual(
      items.map(({ model_version: version }) => version),
      ['gpt-x-2026-01', 'gpt-x-2026-01', 'gpt-x'],
    );
    assert.match(JSON.stringify(items[2]?.input), /millrace\.unread\.output":"it is compressed in a way/);
  });

  it('takes the id and the trace of a caller; an id is for one call that succeeds', async () => {
    await open();
    rig.upstream.next(
      answering(429, { error: { message: 'slow down' } }),
      answering(200, answer),
      answering(200, answer),
      answering(200, answer),
    );
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const ids: (string | null)[] = [];
    for (const id of [chosen, chosen, chosen, 'no-uuid']) {
      const got = await ask({ [header]: id, traceparent });
      ids.push(got.headers.get(header));
      await got.arrayBuffer();
    }
    assert.equal(ids[1], chosen);
    assert.equal(new Set(ids).size, 4);
    assert.ok(!ids.includes('no-uuid'));
    const items = await rig.logged();
    assert.deepEqual(
      items.map(({ inference_id: id }) => id),
      ids,
    );
    assert.deepEqual([items[0]?.status, items[0]?.error], ['error', 'HTTP 429: slow down']);
    assert.deepEqual([items[1]?.trace_id, items[1]?.span_id], ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']);
    assert.deepEqual([rig.upstream.seen[0]?.headers.traceparent, rig.upstream.seen[0]?.headers[header]], [traceparent, undefined]);
  });

  it('ends the call of the upstream when the caller leaves, and logs what came until then', async () => {
    await open();
    rig.upstream.next((response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece('New')));
    const leaving = new AbortController();
    const got = await fetch(`${rig.sidecar.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(question),
      signal: leaving.signal,
    });
    await got.body!.getReader().read();
    leaving.abort();
    await rig.upstream.seen[0]!.closed;
    const item = await until('it is logged', async () => (await rig.logged())[0]);
    assert.deepEqual([item.status, item.error], ['error', 'the caller left before the end of the answer']);
    assert.deepEqual(item.candidates, [{ candidate_id: '0', output: 'New' }]);
  });

  it('breaks off where the upstream does', async () => {
    await open();
    rig.upstream.next(
      (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece('New'), () => response.destroy()),
    );
    await assert.rejects(async () => (await ask()).text());
    const item = await until('it is logged', async () => (await rig.logged())[0]);
    assert.equal(item.error, 'the upstream broke off its answer');
    assert.match(await rig.scrape(), /proxy_requests_total\{operation="chat",status="upstream_broke"\} 1/);
  });

  it('answers 502 if the upstream is away, and logs that', async () => {
    await open({ upstream: new URL(`http://127.0.0.1:${await freePort()}`) });
    const got = await ask();
    assert.equal(got.status, 502);
    assert.match(await got.text(), /"type":"upstream_unreachable"/);
    const item = await only();
    assert.deepEqual([item.inference_id, item.status], [got.headers.get(header), 'error']);
  });

  it('answers 502 if the upstream hangs up without an answer, and repeats nothing', async () => {
    await open();
    rig.upstream.next((response) => void response.destroy());
    const got = await ask();
    assert.equal(got.status, 502);
    assert.equal((await only()).inference_id, got.headers.get(header));
    assert.equal(rig.upstream.seen.length, 1);
  });

  it('passes the answer on of an upstream that refuses a body before it has read it', async () => {
    await open();
    rig.upstream.next((response) => void response.writeHead(413).end('{"error": {"message": "too long"}}'));
    const got = await ask({}, '/v1/chat/completions', { ...question, pad: 'x'.repeat(5_000_000) });
    assert.equal(got.status, 413);
    assert.equal((await only()).error, 'HTTP 413: too long');
  });

  it('answers 504 if no connection is made in time', async () => {
    // An address for documentation (RFC 5737), to which nothing leads; where a network refuses it at once, that is 502.
    await open({ upstream: new URL('http://192.0.2.1:9'), connectTimeout: 50 });
    assert.ok([502, 504].includes((await ask()).status));
  });

  it('neither waits for the API nor fails when it is away', async () => {
    await open();
    await rig.api.close();
    rig.upstream.next(...Array.from({ length: 20 }, () => answering(200, answer)));
    for (let call = 0; call < 20; call += 1) assert.deepEqual(await (await ask()).json(), answer);
    await until('all wait', async () => (await rig.scrape()).includes('proxy_waiting_inferences 20'));
    assert.match(await rig.scrape(), /proxy_kept_bytes 0/);
    const began = systemClock.monotonic();
    await rig.sidecar.stop();
    assert.ok(systemClock.monotonic() - began < 8_000);
  }).timeout(15_000);

  it('keeps no more than there is room for, and passes all the same', async () => {
    await open({ keptBytes: 1_000 });
    const long = { ...question, messages: [{ role: 'user', content: 'x'.repeat(100_000) }] };
    const wide = { ...answer, choices: [{ index: 0, message: { content: 'y'.repeat(300_000) } }] };
    rig.upstream.next(answering(200, wide));
    const got = await ask({}, '/v1/chat/completions', long);
    assert.deepEqual(await got.json(), wide);
    assert.equal((await rig.upstream.seen[0]!.body).toString(), JSON.stringify(long));
    const item = await only();
    assert.match(JSON.stringify(item.input), /unread\.input":"it is larger.*unread\.output":"it is larger/);
    assert.equal(item.model_name, 'unknown');
  });

  it('passes on what is no inference, and logs nothing of it', async () => {
    await open();
    rig.upstream.next(answering(200, { data: [] }), answering(200, {}));
    const got = await fetch(`${rig.sidecar.url}/v1/models?x=1`);
    assert.deepEqual([await got.json(), got.headers.get(header), rig.upstream.seen[0]?.url], [{ data: [] }, null, '/v1/models?x=1']);
    await ask({}, '/api/chat');
    assert.deepEqual(await rig.logged(), []);
  });

  it('goes to the upstream only, whatever address a request names', async () => {
    await open({});
    const { port } = new URL(rig.sidecar.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`GET http://127.0.0.1:1/secret HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n`);
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 400 /);
    assert.deepEqual(rig.upstream.seen, []);
  });

  it('keeps repeated headers and chunked bodies, and what is of the connection to itself', async () => {
    await open();
    rig.upstream.next((response) => void response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Case', 'K']).end('ok'));
    const got = await new Promise<IncomingMessage>((resolve) => {
      const sent = request(
        `${rig.sidecar.url}/v1/files`,
        {
          method: 'POST',
          headers: ['Host', 'x', 'X-A', '1', 'X-A', '2', 'Connection', 'X-Hop', 'X-Hop', '1', 'Transfer-Encoding', 'chunked'],
        },
        resolve,
      );
      sent.write('ab');
      sent.end('cd');
    });
    got.resume();
    assert.deepEqual([got.headers['set-cookie'], got.rawHeaders.includes('X-Case')], [['a=1', 'b=2'], true]);
    assert.deepEqual([(await rig.upstream.seen[0]!.body).toString(), rig.upstream.seen[0]!.headers['x-a']], ['abcd', '1, 2']);
    assert.equal(rig.upstream.seen[0]!.headers['x-hop'], undefined);
  });

  it('lets a call end before it stops, and takes none after', async () => {
    await open();
    let end: () => void = () => undefined;
    rig.upstream.next((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece('New'));
      end = () => void response.end(piece(' York'));
    });
    const agent = new Agent({ keepAlive: true });
    const text = new Promise<string>((resolve, reject) => {
      const sent = request(`${rig.sidecar.url}/v1/chat/completions`, { method: 'POST', agent }, (got) => {
        let all = '';
        got.on('data', (part: Buffer) => (all += part.toString())).on('end', () => resolve(all));
      });
      sent.on('error', reject).end(JSON.stringify(question));
    });
    await until('the call is there', () => rig.upstream.seen.length === 1);
    const began = systemClock.monotonic();
    const stopped = rig.sidecar.stop();
    assert.equal(rig.sidecar.isDraining(), true);
    await assert.rejects(ask());
    end();
    assert.equal(await text, piece('New') + piece(' York'));
    await stopped;
    assert.ok(systemClock.monotonic() - began < 5_000, 'a connection that is kept alive does not hold up the end');
    assert.equal(rig.api.requests.flatMap(({ items }) => items).length, 1);
    agent.destroy();
  });
});
