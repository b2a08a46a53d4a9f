import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { registryContract } from '../pipeline/avro/registry-contract.ts';
import { clickOf, clickType } from '../support/clicks.ts';
import { registryFor } from '../support/registry.ts';

describe('httpRegistry before a real registry', () => {
  registryContract(async (context) => ({ client: httpRegistry({ url: await registryFor(context) }), close: () => Promise.resolve() }));

  it('lets processes that start at once register the same new schemas', async function () {
    const url = await registryFor(this);
    const topics = Array.from({ length: 20 }, () => `at-once-${randomUUID()}`);
    const header = async (): Promise<ReadonlyArray<string>> => {
      const wire = createWire(httpRegistry({ url }));
      const encoders = await Promise.all(topics.map((topic) => wire.encoder(topic, clickType)));
      return encoders.map((encode) => encode(clickOf('ann')).subarray(0, 5).toString('hex'));
    };
    const [first, ...others] = await Promise.all([header(), header(), header()]);
    for (const other of others) assert.deepEqual(other, first);
  });
});
