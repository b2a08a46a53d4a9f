import assert from 'node:assert/strict';
import type { Type } from 'avsc';
import fc from 'fast-check';
import { compileSchema } from '../../../pipeline/avro/compile-schema.ts';
import { parseSchema } from '../../../pipeline/avro/parse-schema.ts';
import { resolutionMisfits } from '../../../pipeline/avro/resolution-misfits.ts';
import { schemaPair } from './schema-pair-arbitrary.ts';
import { schemaPairs } from './schema-pairs.ts';
import { valuesOf } from './value-arbitrary.ts';

const misfitsOf = (writer: unknown, reader: unknown): ReadonlyArray<string> =>
  resolutionMisfits(parseSchema(reader), parseSchema(writer)).map(({ path, reason }) => `at '${path}' ${reason}`);

const typeOf = (schema: unknown): Type => compileSchema(parseSchema(schema));

const avscReads = (writer: unknown, reader: unknown): boolean => {
  try {
    typeOf(reader).createResolver(typeOf(writer), { ignoreNamespaces: true });
    return true;
  } catch {
    return false;
  }
};

describe('resolutionMisfits', () => {
  for (const { title, writer, reader, readable, says = /./ } of schemaPairs) {
    it(`${readable ? 'finds none' : 'finds some'} for ${title}`, () => {
      const misfits = misfitsOf(writer, reader);
      if (readable) assert.deepEqual(misfits, []);
      else assert.match(misfits.join('\n'), says);
    });
  }

  it('agrees with avsc on every pair that is not listed', () => {
    const differing = schemaPairs.filter(({ writer, reader, readable }) => avscReads(writer, reader) !== readable);
    assert.deepEqual(
      differing.map(({ title }) => title),
      schemaPairs.filter(({ avscDiffers }) => avscDiffers !== undefined).map(({ title }) => title),
    );
  });

  it('agrees with avsc on generated pairs', () => {
    const counts = { readable: 0, unreadable: 0 };
    fc.assert(
      fc.property(schemaPair, ({ writer, reader }) => {
        const readable = misfitsOf(writer, reader).length === 0;
        counts[readable ? 'readable' : 'unreadable'] += 1;
        assert.equal(readable, avscReads(writer, reader), `${JSON.stringify(writer)}\n${JSON.stringify(reader)}`);
      }),
      { numRuns: 300 },
    );
    assert.ok(counts.readable > 30 && counts.unreadable > 30, JSON.stringify(counts));
  });

  it('lets every value of a readable pair through', () => {
    const readable = schemaPair.filter(({ writer, reader }) => misfitsOf(writer, reader).length === 0);
    const cases = readable.chain((pair) => fc.tuple(fc.constant(pair), valuesOf(parseSchema(pair.writer))));
    fc.assert(
      fc.property(cases, ([{ writer, reader }, value]) => {
        const [from, to] = [typeOf(writer), typeOf(reader)];
        const resolver = to.createResolver(from, { ignoreNamespaces: true });
        assert.ok(to.isValid(to.fromBuffer(from.toBuffer(value), resolver)));
      }),
      { numRuns: 200 },
    );
  });
});
