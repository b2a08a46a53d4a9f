import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { refusalStatus } from '../../../services/ingest/refusal.ts';
import { callOn, clientOf, proto } from './grpc/rig.ts';
import { openScene } from './scene.ts';

const page = readFileSync(new URL('../../../docs/ingest.md', import.meta.url), 'utf8');

/** The requests of the page: path, headers and body of each call of curl. */
const requests = [...page.matchAll(/curl http:\/\/localhost:8080(\S+)([\s\S]*?)-d '([^']*)'/g)].map(
  ([, path = '', options = '', body = '']) => ({
    path,
    headers: Object.fromEntries(
      [...options.matchAll(/-H '([^:']+): ([^']*)'/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
    ),
    body,
  }),
);

/** The calls of gRPC on the page: method and message. */
const calls = [...page.matchAll(/grpcurl [\s\S]*?-d '([^']*)'[\s\S]*?millrace\.ingest\.v1\.Ingest\/(\w+)/g)].map(
  ([, message = '', method = '']) => ({ method, message: JSON.parse(message) as object }),
);

describe('docs/ingest.md', () => {
  it('has requests that are answered as it says', async () => {
    const scene = await openScene();
    const answers = [];
    for (const { path, headers, body } of requests) answers.push(await scene.post(path, body, headers));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 207, 202, 202],
    );
    const results = answers[2]?.body.results as ReadonlyArray<{ readonly status: number }>;
    assert.deepEqual(
      results.map(({ status }) => status),
      [202, 202],
    );
    await scene.close();
  });

  it('has calls of gRPC that are answered', async () => {
    const scene = await openScene({ settings: { grpcPort: 0 } });
    const client = clientOf(proto, 'millrace.ingest.v1.Ingest', scene.ingest.grpc!);
    const answers = [];
    for (const { method, message } of calls)
      answers.push(await callOn(client)(method, message, { authorization: `Bearer ${scene.keys.acme}` }));
    assert.deepEqual(
      answers.map(({ code }) => code),
      [0, 0],
    );
    assert.match(String(answers[0]?.answer.id), /^[0-9a-f-]{36}$/);
    const results = answers[1]?.answer.results as ReadonlyArray<{ readonly outcome: string }>;
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['accepted', 'accepted'],
    );
    client.close();
    await scene.close();
  });

  it('names every code of the API with its status', () => {
    for (const [code, status] of Object.entries(refusalStatus)) assert.match(page, new RegExp(`^\\| ${status} .*\`${code}\``, 'm'), code);
  });
});
