import { MillraceError, messageOf } from '../core/errors.ts';
import { compileSchema } from './compile-schema.ts';
import { collectNames, resolveSchema, schemaNames, type SchemaNames } from './parse-schema.ts';
import type { Compiled } from './record-type.ts';
import type { RegisteredSchema, RegistryClient } from './registry-client.ts';

/** A writer's schema, compiled, or why it cannot be used. */
export type WriterSchema = Compiled | { readonly unusable: string };

/** The schemas of a registry by id, each fetched and compiled once, however many readers ask, at the same time or later. */
export interface WriterSchemas {
  /** `undefined` when the registry does not know the id. Throws `registry_unavailable`, which is not remembered. */
  get(id: number): Promise<WriterSchema | undefined>;
  /** Whether the registry has said that it does not know the id. */
  isAbsent(id: number): boolean;
}

/** Remembers every schema, since none changes under its id, and the latest `largest` ids that the registry does not know. */
export const writerSchemas = (registry: RegistryClient, largest = 10_000): WriterSchemas => {
  const asked = new Map<number, Promise<WriterSchema | undefined>>();
  const absent = new Set<number>();
  const load = async (id: number): Promise<WriterSchema | undefined> => {
    const found = await registry.schemaById(id);
    if (found !== undefined) return compile(found, registry);
    absent.add(id);
    const [oldest] = absent;
    if (absent.size > largest && oldest !== undefined) forget(oldest);
    return undefined;
  };
  const forget = (id: number): void => {
    absent.delete(id);
    asked.delete(id);
  };
  const ask = (id: number): Promise<WriterSchema | undefined> => {
    const answer = load(id);
    asked.set(id, answer);
    answer.catch(() => forget(id));
    return answer;
  };
  return { get: (id) => asked.get(id) ?? ask(id), isAbsent: (id) => absent.has(id) };
};

const compile = async (found: RegisteredSchema, registry: RegistryClient): Promise<WriterSchema> => {
  if (found.type !== 'AVRO') return { unusable: `is no Avro but ${found.type}` };
  try {
    const names = schemaNames();
    await collectReferences(found, registry, { names, seen: new Set() });
    const json: unknown = JSON.parse(found.schema);
    collectNames(json, names);
    const schema = resolveSchema(json, names);
    return { schema, type: compileSchema(schema) };
  } catch (error) {
    if (error instanceof MillraceError && error.code !== 'bad_schema') throw error;
    return { unusable: `cannot be compiled (${messageOf(error)})` };
  }
};

/** Where the definitions of references go, and which were fetched already. */
interface Collected {
  readonly names: SchemaNames;
  readonly seen: Set<string>;
}

const collectReferences = async ({ references }: RegisteredSchema, registry: RegistryClient, into: Collected): Promise<void> => {
  for (const { subject, version } of references) {
    const key = `${subject}/${version}`;
    const found = into.seen.has(key) ? undefined : await registry.version(subject, version);
    into.seen.add(key);
    if (found === undefined) continue;
    collectNames(JSON.parse(found.schema), into.names);
    await collectReferences(found, registry, into);
  }
};
