import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { routes } from '../../services/ingest/http/routes.ts';
import { forms } from '../services/ingest/forms.ts';
import { openScene, type Scene } from '../services/ingest/scene.ts';

const isFull = process.env.MILLRACE_RUNS === 'full';
const runs = { structured: isFull ? 20_000 : 1_500, raw: isFull ? 2_000 : 150 };

/** Longer than any answer takes; what a request that never ends gets is the server's own affair. */
const patienceMs = 3_000;

const serverError = 500;

type Json = Readonly<Record<string, unknown>>;

const sound: ReadonlyArray<Json> = [
  ...Object.values(forms).map(([body]) => body),
  { model_name: 'places', model_version: 'v1', candidates: [{ output: 'a', logits: [0.1, 2] }], started: '2026-01-01T00:00:00Z' },
];

/** Values that break what was not written for them. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    ...['', '\u0000', '\ud800', '__proto__', 'constructor', '../..', '9'.repeat(400), '%00', 'x'.repeat(20_000)],
    ...[-0, 1e308, -1e308, 2 ** 53, 1e-320, [], {}, [[[[[]]]]], null],
  ),
);

/** Puts something else, or something more, at a place of a value. */
const mutated = (value: unknown, [steps, what]: readonly [ReadonlyArray<number>, unknown]): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return what;
  const entries = Object.entries(value);
  const [name = 'more', inner] = entries[step % (entries.length + 1)] ?? [];
  const changed = mutated(inner, [rest, what]);
  if (Array.isArray(value)) return [...(value as ReadonlyArray<unknown>), changed];
  return { ...value, [name]: changed };
};

const bodies = fc
  .tuple(fc.constantFrom(...sound), fc.array(fc.tuple(fc.array(fc.nat(20), { maxLength: 3 }), odd), { maxLength: 4 }))
  .map(([body, changes]) => changes.reduce<unknown>(mutated, body));

const headerValues = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.constantFrom('application/json', 'gzip', 'text/plain; charset=x', '', '00-0-0-0'),
);
const headers = fc.dictionary(
  fc.constantFrom('idempotency-key', 'traceparent', 'content-type', 'content-encoding', 'accept', 'origin', 'x-forwarded-for'),
  headerValues.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '?')),
  { maxKeys: 3 },
);

/** What came back for raw bytes, until the server closed the connection or all was quiet. */
const exchange = (url: string, parts: ReadonlyArray<Uint8Array>): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    const over = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(patienceMs, over);
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.on('error', over).on('close', over);
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  });

const requestLine = (path: string, key: string): string => `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;

/** The statuses of the answers in what came back. */
const statusesIn = (text: string): ReadonlyArray<number> =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));

describe('the REST API under fuzzing', function () {
  this.timeout(isFull ? 900_000 : 120_000);
  let scene: Scene;

  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  const isWell = async (): Promise<void> => {
    const { status } = await scene.post('/v1/feedback', { inference_id: 'i', rating: 4 });
    assert.equal(status, 202);
  };

  /** An answer that a client can read: no 5xx, JSON, and where it refuses a code and a status that agree. */
  const isSound = (answer: { readonly statusCode: number; readonly body: string }, sent: string): void => {
    assert.ok(answer.statusCode < serverError, `${answer.statusCode} for ${sent}`);
    const told = JSON.parse(answer.body) as { readonly code?: unknown; readonly status?: unknown };
    if (answer.statusCode >= 400) assert.deepEqual([typeof told.code, told.status], ['string', answer.statusCode], sent);
  };

  it(`answers ${runs.structured} bodies that are nearly right with no 5xx`, async () => {
    const request = fc.tuple(fc.constantFrom(...routes), fc.array(bodies, { minLength: 1, maxLength: 5 }), headers, fc.boolean());
    await fc.assert(
      fc.asyncProperty(request, async ([route, items, more, isWrapped]) => {
        const payload = JSON.stringify(route.isBatch === isWrapped ? items[0] : { items });
        const answer = await scene.ingest.app.inject({
          method: 'POST',
          url: route.path,
          headers: { 'content-type': 'application/json', ...more, authorization: `Bearer ${scene.keys.acme}` },
          payload,
        });
        isSound(answer, `${route.path} ${payload}`);
      }),
      { numRuns: runs.structured },
    );
    await isWell();
  });

  it(`outlives ${runs.raw} connections of raw bytes, and answers none with a 5xx`, async () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    const head = fc.constantFrom(...routes).map(({ path }) => requestLine(path, scene.keys.acme));
    const declared = fc.constantFrom(
      ...['content-length: 10\r\n', 'content-length: 99999999\r\n', 'content-length: -1\r\n', 'content-length: 5\r\ncontent-length: 7\r\n'],
      ...['transfer-encoding: chunked\r\n', 'transfer-encoding: chunked\r\ncontent-length: 3\r\n', 'expect: 100-continue\r\n', ''],
    );
    const shaped = fc
      .tuple(head, declared, fc.constantFrom('', 'content-type: application/json\r\n'), bytes)
      .map(([line, length, type, body]) => [Buffer.from(`${line}${length}${type}\r\n`), body]);
    const connection = fc.oneof(fc.array(bytes, { minLength: 1, maxLength: 3 }), shaped);
    const atOnce = fc.array(connection, { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(atOnce, async (connections) => {
        const answers = await Promise.all(connections.map((parts) => exchange(scene.ingest.url, parts)));
        for (const status of answers.flatMap(statusesIn)) assert.ok(status < serverError, String(status));
      }),
      { numRuns: Math.ceil(runs.raw / 5) },
    );
    await isWell();
  });

  it('answers bytes that are no JSON, and JSON that is no record, with a status below 500', async () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }).map((part) => Buffer.from(part).toString('latin1')),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), texts, async ({ path }, payload) => {
        const answer = await scene.ingest.app.inject({
          method: 'POST',
          url: path,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.keys.acme}` },
          payload,
        });
        isSound(answer, payload);
      }),
      { numRuns: runs.structured },
    );
    await isWell();
  });
});
