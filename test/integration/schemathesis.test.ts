import assert from 'node:assert/strict';
import { runSchemathesis } from '../fuzz/run-schemathesis.ts';
import { openScene, type Scene } from '../services/ingest/scene.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

describe('the ingestion API, tried by schemathesis', function () {
  this.timeout(300_000);
  let scene: Scene;

  before(async () => {
    scene = await openScene();
  });
  after(() => scene.close());

  it('answers as the OpenAPI document says that it serves, whatever is sent', async function () {
    const python = prepared('python');
    if ('missing' in python) return skipBecause(this, `Python with schemathesis: ${python.missing}`);
    const { url } = scene.ingest;
    const result = await runSchemathesis({ python: python.path, url, key: scene.keys.acme, cases: 25, seed: 5 });
    assert.deepEqual([result.failures, result.errors, result.is_complete], [[], [], true]);
    assert.ok(result.operations >= 4 && result.cases > 300, JSON.stringify(result));
  });
});
