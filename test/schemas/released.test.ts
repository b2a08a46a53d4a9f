import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { releaseProblems, releasedSchemas } from '../../pipeline/avro/released-schemas.ts';

const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));
const released = fileURLToPath(new URL('../../schemas/released', import.meta.url));

describe('the schemas', () => {
  it('evolve compatibly with every version that was released', () => {
    assert.ok(releasedSchemas(released).length > 0);
    assert.deepEqual(releaseProblems(schemas, released), []);
  });
});
