import type { Schema } from './schema.ts';

/** A schema and the path of fields, items and values that leads to it. */
export interface Located {
  readonly path: string;
  readonly schema: Schema;
}

/** The schema itself and all those within it, outermost first; a named type only where it is first used. */
export const schemasWithin = (schema: Schema): ReadonlyArray<Located> => {
  const found: Located[] = [];
  collect({ path: '', schema }, new Set(), found);
  return found;
};

const collect = (at: Located, seen: Set<Schema>, found: Located[]): void => {
  if (seen.has(at.schema)) return;
  seen.add(at.schema);
  found.push(at);
  for (const part of partsOf(at)) collect(part, seen, found);
};

const below = (path: string, part: string): string => (path === '' ? part : `${path}.${part}`);

const partsOf = ({ path, schema }: Located): ReadonlyArray<Located> => {
  switch (schema.kind) {
    case 'array':
      return [{ path: below(path, 'items'), schema: schema.items }];
    case 'map':
      return [{ path: below(path, 'values'), schema: schema.values }];
    case 'union':
      return schema.branches.map((branch) => ({ path, schema: branch }));
    case 'record':
      return schema.fields.map((field) => ({ path: below(path, field.name), schema: field.type }));
    default:
      return [];
  }
};
