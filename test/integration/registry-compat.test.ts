import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { canonicalSchema } from '../../pipeline/avro/canonical-schema.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { parseSchema } from '../../pipeline/avro/parse-schema.ts';
import type { RegistryClient } from '../../pipeline/avro/registry-client.ts';
import { resolutionMisfits } from '../../pipeline/avro/resolution-misfits.ts';
import { schemaPair } from '../pipeline/avro/schema-pair-arbitrary.ts';
import { schemaPairs } from '../pipeline/avro/schema-pairs.ts';
import { registryFor } from '../support/registry.ts';

const text = (schema: unknown): string => canonicalSchema(parseSchema(schema));

/** What a registry says of a reader's schema that follows a writer's under the level BACKWARD. */
const verdictOf = async (registry: RegistryClient, writer: unknown, reader: unknown): Promise<ReadonlyArray<string>> => {
  const subject = `pairs-${randomUUID()}`;
  await registry.setCompatibility(subject, 'BACKWARD');
  await registry.register(subject, text(writer));
  return registry.check(subject, text(reader));
};

describe('compatibility as a real registry judges it', () => {
  let registry: RegistryClient;

  before(async function () {
    registry = httpRegistry({ url: await registryFor(this) });
  });

  for (const { title, writer, reader, readable, apicurioDiffers } of schemaPairs) {
    const agrees = apicurioDiffers === undefined;
    it(`${agrees ? 'agrees' : 'differs'} on ${title}${agrees ? '' : `: ${apicurioDiffers}`}`, async () => {
      const messages = await verdictOf(registry, writer, reader);
      assert.equal(messages.length === 0, agrees ? readable : !readable, messages.join('\n'));
    });
  }

  it('agrees on generated pairs', async function () {
    this.timeout(60_000);
    const verdicts = fc.asyncProperty(schemaPair, async ({ writer, reader }) => {
      const messages = await verdictOf(registry, writer, reader);
      const misfits = resolutionMisfits(parseSchema(reader), parseSchema(writer));
      assert.equal(messages.length === 0, misfits.length === 0, JSON.stringify({ writer, reader, messages, misfits }));
    });
    await fc.assert(verdicts, { numRuns: 100 });
  });
});
