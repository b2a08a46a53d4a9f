import assert from 'node:assert/strict';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { writerSchemas } from '../../../pipeline/avro/writer-schemas.ts';

describe('writerSchemas', () => {
  it('remembers the latest of the ids that the registry does not know, and no more', async () => {
    const asked: number[] = [];
    const memory = memoryRegistry();
    const schemaById = (id: number): ReturnType<typeof memory.schemaById> => {
      asked.push(id);
      return memory.schemaById(id);
    };
    const schemas = writerSchemas({ ...memory, schemaById }, 2);
    for (const id of [1, 2, 3, 3, 2]) assert.equal(await schemas.get(id), undefined);
    assert.deepEqual(
      [1, 2, 3].map((id) => schemas.isAbsent(id)),
      [false, true, true],
    );
    await schemas.get(1);
    assert.deepEqual(asked, [1, 2, 3, 1]);
  });
});
