import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApi, openApiText } from '../../../services/ingest/http/openapi.ts';
import { routes } from '../../../services/ingest/http/routes.ts';
import { forms, inferences } from './forms.ts';
import { openScene } from './scene.ts';

/** A check of a schema of the document, by a validator that knows nothing else of the API. */
const checkOf = (name: string): ((value: unknown) => boolean) => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'api', ...openApi });
  const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
  return (value) => validate(value);
};

describe('the description of the API', () => {
  it('is served as it stands in docs/openapi.json', async () => {
    const scene = await openScene();
    const served = await scene.ingest.app.inject('/openapi.json');
    assert.deepEqual([served.statusCode, served.headers['content-type']], [200, 'application/json; charset=utf-8']);
    assert.equal(served.body, openApiText);
    assert.equal(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'), openApiText, 'run npm run generate');
    await scene.close();
  });

  it('has every path', () => {
    assert.deepEqual(Object.keys(openApi.paths as object), [...routes.map(({ path }) => path), '/v1/feedback/{id}']);
  });

  it('takes what the API takes', function () {
    this.timeout(30_000);
    const [isFeedback, isInference] = [checkOf('Feedback'), checkOf('Inference')];
    for (const [name, [body]] of Object.entries(forms)) assert.ok(isFeedback(body), name);
    for (const [name, body] of Object.entries(inferences)) assert.ok(isInference(body), name);
    assert.ok(checkOf('FeedbackBatch')({ items: Object.values(forms).map(([body]) => body) }));
    for (const [, [body]] of Object.entries(forms)) assert.ok(!isFeedback({ ...body, colour: 'red' }));
    assert.ok(!isInference({ ...inferences.least, colour: 'red' }));
  });

  it('describes the answers as they are', async () => {
    const scene = await openScene();
    const [isAccepted, areResults, isProblem] = [checkOf('Accepted'), checkOf('Results'), checkOf('Problem')];
    const one = { inference_id: 'a', rating: 4 };
    assert.ok(isAccepted((await scene.post('/v1/feedback', one)).body));
    assert.ok(areResults((await scene.post('/v1/feedback:batch', { items: [one, {}, 7] })).body));
    assert.ok(isProblem((await scene.post('/v1/feedback', {})).body));
    assert.ok(!isProblem({ code: 'missing_field', status: 400 }));
    await scene.close();
  });
});
