import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startEmbeddedRegistry, type EmbeddedRegistry } from '../../../../pipeline/avro/embedded-registry/start-embedded-registry.ts';

type Step = readonly [request: string, body: unknown, status: number, answer: unknown];

const schema = (...fields: ReadonlyArray<object>): string => JSON.stringify({ type: 'record', name: 'test.Pet', fields });
const name = { name: 'name', type: 'string' };
const first = schema(name);
const second = schema(name, { name: 'age', type: 'int', default: 0 });
const broken = schema(name, { name: 'age', type: 'int' });

const error = (code: number, message: RegExp): object => ({ error_code: code, message });

describe('startEmbeddedRegistry', () => {
  let registry: EmbeddedRegistry;

  beforeEach(async () => {
    registry = await startEmbeddedRegistry();
  });

  afterEach(() => registry.close());

  const send = async (request: string, body: unknown): Promise<Response> => {
    const [method = '', path = ''] = request.split(' ');
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    return fetch(`${registry.url}${path}`, { method, ...(text !== undefined && { body: text }) });
  };

  const run = async (...steps: ReadonlyArray<Step>): Promise<void> => {
    for (const [request, body, status, expected] of steps) {
      const response = await send(request, body);
      const answer: unknown = await response.json();
      assert.equal(response.status, status, `${request}: ${JSON.stringify(answer)}`);
      assert.equal(response.headers.get('content-type'), 'application/vnd.schemaregistry.v1+json');
      matches(answer, expected, request);
    }
  };

  it('listens on the loopback address alone', () => {
    assert.match(registry.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('registers, lists and gives out', async () => {
    await run(
      ['GET /', undefined, 200, {}],
      ['GET /subjects', undefined, 200, []],
      ['POST /subjects/a-value/versions', { schema: first }, 200, { id: 1 }],
      ['POST /subjects/a-value/versions', { schema: second, schemaType: 'AVRO' }, 200, { id: 2 }],
      ['POST /subjects/b-value/versions', { schema: second }, 200, { id: 2 }],
      ['GET /subjects', undefined, 200, ['a-value', 'b-value']],
      ['GET /subjects?subjectPrefix=b', undefined, 200, ['b-value']],
      ['GET /subjects/a-value/versions', undefined, 200, [1, 2]],
      ['GET /subjects/a-value/versions/1', undefined, 200, { subject: 'a-value', version: 1, id: 1, schema: first }],
      ['GET /subjects/a-value/versions/latest', undefined, 200, { subject: 'a-value', version: 2, id: 2, schema: second }],
      ['GET /subjects/a-value/versions/-1', undefined, 200, { subject: 'a-value', version: 2, id: 2, schema: second }],
      ['GET /subjects/a-value/versions/1/schema', undefined, 200, JSON.parse(first)],
      ['POST /subjects/a-value', { schema: first }, 200, { subject: 'a-value', version: 1, id: 1, schema: first }],
      ['GET /schemas/ids/2', undefined, 200, { schema: second }],
      ['GET /schemas/ids/2/schema', undefined, 200, JSON.parse(second)],
      [
        'GET /schemas/ids/2/versions',
        undefined,
        200,
        [
          { subject: 'a-value', version: 2 },
          { subject: 'b-value', version: 1 },
        ],
      ],
      ['GET /schemas/ids/2/subjects', undefined, 200, ['a-value', 'b-value']],
      ['GET /schemas/types', undefined, 200, ['AVRO']],
    );
  });

  it('says what is not there', async () => {
    await run(
      ['GET /subjects/a/versions', undefined, 404, error(40401, /^Subject 'a' not found\.$/)],
      ['DELETE /subjects/a', undefined, 404, error(40401, /not found/)],
      ['POST /subjects/a', { schema: first }, 404, error(40401, /not found/)],
      ['GET /schemas/ids/7', undefined, 404, error(40403, /^Schema 7 not found$/)],
      ['GET /schemas/ids/7/versions', undefined, 404, error(40403, /Schema 7/)],
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      ['GET /subjects/a/versions/9', undefined, 404, error(40402, /^Version 9 not found\.$/)],
      ['POST /subjects/a', { schema: second }, 404, error(40403, /^Schema not found$/)],
      ['GET /nowhere', undefined, 404, error(404, /HTTP 404/)],
      ['GET /schemas/ids/x', undefined, 404, error(404, /HTTP 404/)],
      ['PATCH /subjects', undefined, 405, error(405, /HTTP 405/)],
    );
  });

  it('says what is not valid', async () => {
    await run(
      ['POST /subjects/a/versions', { schema: '{"type":"nothing"}' }, 422, error(42201, /Invalid schema.*'nothing' is not defined/)],
      ['POST /subjects/a/versions', { schema: 'x' }, 422, error(42201, /Invalid schema/)],
      ['POST /subjects/a/versions', { schema: schema({ ...name, default: 1 }) }, 422, error(42201, /default/)],
      ['POST /subjects/a/versions', {}, 422, error(42201, /'schema'/)],
      ['POST /subjects/a/versions', { schema: '{}', schemaType: 'JSON' }, 422, error(42201, /"JSON": this registry holds AVRO/)],
      ['POST /subjects/a/versions', { schema: first, references: [{}] }, 422, error(42201, /reference/)],
      ['POST /subjects/a/versions', '[]', 422, error(422, /JSON object/)],
      ['POST /subjects/a/versions', '{', 400, error(400, /no JSON/)],
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      ['GET /subjects/a/versions/zero', undefined, 422, error(42202, /'zero' is not a valid version id/)],
      ['GET /subjects/a/versions/0', undefined, 422, error(42202, /'0' is not a valid version id/)],
      ['PUT /config', { compatibility: 'SOME' }, 422, error(42203, /Valid values are NONE, BACKWARD/)],
      ['PUT /mode', { mode: 'SLOW' }, 422, error(42204, /Valid values are READWRITE/)],
      ['GET /subjects/%/versions', undefined, 400, error(400, /encoded/)],
    );
  });

  it('holds the compatibility level of the subject, else the global one', async () => {
    await run(
      ['GET /config', undefined, 200, { compatibilityLevel: 'BACKWARD' }],
      ['GET /config/a', undefined, 404, error(40408, /does not have subject-level compatibility configured/)],
      ['GET /config/a?defaultToGlobal=true', undefined, 200, { compatibilityLevel: 'BACKWARD' }],
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      [
        'POST /subjects/a/versions',
        { schema: broken },
        409,
        error(409, /incompatible with an earlier schema for subject "a".*cannot read version 1: at 'age'/),
      ],
      ['PUT /config/a', { compatibility: 'NONE' }, 200, { compatibility: 'NONE' }],
      ['GET /config/a', undefined, 200, { compatibilityLevel: 'NONE' }],
      ['POST /subjects/a/versions', { schema: broken }, 200, { id: 2 }],
      ['DELETE /config/a', undefined, 200, { compatibility: 'NONE' }],
      ['DELETE /config/a', undefined, 404, error(40408, /a/)],
      ['PUT /config', { compatibility: 'FULL' }, 200, { compatibility: 'FULL' }],
      ['GET /config', undefined, 200, { compatibilityLevel: 'FULL' }],
      ['DELETE /config', undefined, 200, { compatibility: 'FULL' }],
      ['GET /config', undefined, 200, { compatibilityLevel: 'BACKWARD' }],
    );
  });

  it('checks without registering', async () => {
    const latest = 'POST /compatibility/subjects/a/versions/latest';
    await run(
      [latest, { schema: first }, 404, error(40401, /'a'/)],
      ['POST /compatibility/subjects/a/versions', { schema: first }, 200, { is_compatible: true }],
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      [latest, { schema: broken }, 200, { is_compatible: false }],
      [latest, { schema: second }, 200, { is_compatible: true }],
      [`${latest}?verbose=true`, { schema: second }, 200, { is_compatible: true, messages: [] }],
      [`${latest}?verbose=true`, { schema: broken }, 200, { is_compatible: false, messages: [/at 'age'/] }],
      ['POST /compatibility/subjects/a/versions?verbose=true', { schema: broken }, 200, { is_compatible: false, messages: [/version 1/] }],
      ['POST /compatibility/subjects/a/versions/5', { schema: broken }, 404, error(40402, /5/)],
      ['GET /subjects/a/versions', undefined, 200, [1]],
    );
  });

  it('deletes softly first, then for good', async () => {
    await run(
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      ['POST /subjects/a/versions', { schema: second }, 200, { id: 2 }],
      ['DELETE /subjects/a/versions/1?permanent=true', undefined, 404, error(40407, /was not deleted first/)],
      ['DELETE /subjects/a/versions/1', undefined, 200, 1],
      ['DELETE /subjects/a/versions/1', undefined, 404, error(40406, /was soft deleted/)],
      ['GET /subjects/a/versions', undefined, 200, [2]],
      ['GET /subjects/a/versions?deleted=true', undefined, 200, [1, 2]],
      ['GET /schemas/ids/1', undefined, 200, { schema: first }],
      ['DELETE /subjects/a/versions/1?permanent=true', undefined, 200, 1],
      ['GET /schemas/ids/1', undefined, 404, error(40403, /Schema 1/)],
      ['DELETE /subjects/a?permanent=true', undefined, 404, error(40405, /was not deleted first/)],
      ['DELETE /subjects/a', undefined, 200, [2]],
      ['DELETE /subjects/a', undefined, 404, error(40404, /was soft deleted/)],
      ['GET /subjects', undefined, 200, []],
      ['GET /subjects?deleted=true', undefined, 200, ['a']],
      ['POST /subjects/a/versions', { schema: broken }, 200, { id: 3 }],
      ['GET /subjects/a/versions', undefined, 200, [3]],
      ['DELETE /subjects/a', undefined, 200, [3]],
      ['DELETE /subjects/a?permanent=true', undefined, 200, [2, 3]],
      ['GET /subjects?deleted=true', undefined, 200, []],
      ['POST /subjects/a/versions', { schema: first }, 200, { id: 1 }],
      ['GET /subjects/a/versions', undefined, 200, [1]],
    );
  });

  it('keeps modes', async () => {
    await run(
      ['GET /mode', undefined, 200, { mode: 'READWRITE' }],
      ['GET /mode/a', undefined, 404, error(40409, /subject-level mode/)],
      ['PUT /mode/a', { mode: 'READONLY' }, 200, { mode: 'READONLY' }],
      ['GET /mode/a', undefined, 200, { mode: 'READONLY' }],
      ['POST /subjects/a/versions', { schema: first }, 422, error(42205, /read-only/)],
      ['DELETE /mode/a', undefined, 200, { mode: 'READONLY' }],
      ['GET /mode/a?defaultToGlobal=true', undefined, 200, { mode: 'READWRITE' }],
      ['POST /subjects/a/versions', { schema: first, id: 7 }, 422, error(42205, /not in import mode/)],
      ['PUT /mode/a', { mode: 'IMPORT' }, 200, { mode: 'IMPORT' }],
      ['POST /subjects/a/versions', { schema: first }, 422, error(42205, /give an id/)],
      ['POST /subjects/a/versions', { schema: first, id: 70, version: 4 }, 200, { id: 70 }],
      ['POST /subjects/a/versions', { schema: second, id: 70 }, 422, error(42205, /id 70/)],
      ['GET /subjects/a/versions', undefined, 200, [4]],
      ['PUT /mode', { mode: 'IMPORT' }, 422, error(42205, /existing subjects/)],
      ['PUT /mode?force=true', { mode: 'IMPORT' }, 200, { mode: 'IMPORT' }],
      ['PUT /mode', { mode: 'READWRITE' }, 200, { mode: 'READWRITE' }],
      ['POST /subjects/b/versions', { schema: second }, 200, { id: 71 }],
    );
  });

  it('builds schemas in that are referred to', async () => {
    const kind = JSON.stringify({ type: 'enum', name: 'test.Kind', symbols: ['CAT'] });
    const references = [{ name: 'test.Kind', subject: 'kind', version: 1 }];
    const referring = schema({ name: 'kind', type: 'test.Kind' });
    await run(
      ['POST /subjects/a/versions', { schema: referring }, 422, error(42201, /'test\.Kind' is not defined/)],
      ['POST /subjects/kind/versions', { schema: kind }, 200, { id: 1 }],
      ['POST /subjects/a/versions', { schema: referring, references }, 200, { id: 2 }],
      ['GET /schemas/ids/2', undefined, 200, { schema: schema({ name: 'kind', type: JSON.parse(kind) as unknown }) }],
    );
  });

  it('refuses a body of more than 8 MiB', async () => {
    const response = await send('POST /subjects/a/versions', 'x'.repeat((8 << 20) + 1));
    assert.equal(response.status, 413);
  });

  it('answers any request with JSON and a status that is no failure of its own', async () => {
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE');
    const part = fc.oneof(fc.constantFrom('subjects', 'versions', 'config', 'mode', 'schemas', 'ids', 'latest', '1', 'a'), fc.webSegment());
    const path = fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => JSON.stringify({ schema: text, compatibility: text, mode: text })),
    );
    await fc.assert(
      fc.asyncProperty(method, path, body, async (verb, where, text) => {
        const response = await send(`${verb} ${where}`, verb === 'GET' ? undefined : text);
        assert.ok(response.status < 500, `${verb} ${where} ${text}: ${response.status}`);
        await response.json();
      }),
      { numRuns: 100 },
    );
  });
});

/** Compares with an expected value that may hold expressions in the place of strings. */
const matches = (actual: unknown, expected: unknown, where: string): void => {
  if (expected instanceof RegExp) {
    assert.match(String(actual), expected, where);
  } else if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(actual as object), Object.keys(expected), where);
    for (const [key, value] of Object.entries(expected))
      matches((actual as Readonly<Record<string, unknown>>)[key], value, `${where}: ${key}`);
  } else assert.equal(actual, expected, where);
};
