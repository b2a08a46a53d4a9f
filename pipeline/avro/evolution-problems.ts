import { compatibilityProblems, type EarlierVersion } from './compatibility.ts';
import { logicalTypeOf, type Schema } from './schema.ts';
import { schemasWithin } from './schemas-within.ts';

/**
 * Why a schema may not follow its released versions (oldest first); empty when it may. It must be FULL_TRANSITIVE with all of them, and
 * beyond what a registry checks no value may change its meaning: the logical type at a path stays (milliseconds never become microseconds).
 */
export const evolutionProblems = (schema: Schema, released: ReadonlyArray<EarlierVersion>): ReadonlyArray<string> => [
  ...compatibilityProblems('FULL_TRANSITIVE', schema, released),
  ...released.flatMap((old) => changedMeanings(schema, old)),
];

const changedMeanings = (schema: Schema, old: EarlierVersion): ReadonlyArray<string> => {
  const now = meaningsOf(schema);
  return [...meaningsOf(old.schema)].flatMap(([path, before]) => {
    const after = now.get(path);
    if (after === undefined || after === before) return [];
    return [`version ${old.version} has ${before} at '${path}', the new schema ${after}`];
  });
};

/** What stands at each path, where that is a primitive or a fixed type. */
const meaningsOf = (schema: Schema): ReadonlyMap<string, string> => {
  const leaves = schemasWithin(schema).filter((at) => 'props' in at.schema && !nested.has(at.schema.kind) && at.schema.kind !== 'null');
  return new Map(leaves.map((at) => [at.path, logicalTypeOf(at.schema) ?? 'no logical type']));
};

const nested = new Set<Schema['kind']>(['record', 'array', 'map', 'union', 'enum']);
