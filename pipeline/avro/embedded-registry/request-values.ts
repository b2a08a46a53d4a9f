import { compatibilityLevels, type CompatibilityLevel, type SchemaReference } from '../registry-client.ts';
import { RegistryError } from './registry-error.ts';
import type { RegistryMode, SchemaRequest } from './registry-store.ts';
import type { ApiRequest } from './router.ts';

type Json = Readonly<Record<string, unknown>>;

const bodyOf = ({ body }: ApiRequest): Json => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json;
  throw new RegistryError(422, 'The body must be a JSON object');
};

/** The flag of the query, false if it is not there. */
export const flagOf = ({ query }: ApiRequest, name: string): boolean => query.get(name) === 'true';

/** The path's version. Throws 42202 unless it is a whole number from 1, `latest` or -1, which is the latest, too. */
export const versionOf = ({ part }: ApiRequest): number | 'latest' => {
  const text = part('version');
  if (text === 'latest' || text === '-1') return 'latest';
  const version = Number(text);
  if (/^\d+$/.test(text) && version >= 1 && version < 2 ** 31) return version;
  const accepted = 'Allowed values are between [1, 2^31-1] and the string "latest"';
  throw new RegistryError(42202, `The specified version '${text}' is not a valid version id. ${accepted}`);
};

/** The path's schema id. Throws 404 unless it is a number. */
export const idOf = ({ part }: ApiRequest): number => {
  const text = part('id');
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new RegistryError(404, 'HTTP 404 Not Found');
};

/** The schema in the body. Throws 42201 for another kind than Avro, or none. */
export const schemaOf = (request: ApiRequest): SchemaRequest => {
  const { schema, schemaType, references, id, version } = bodyOf(request);
  if (typeof schema !== 'string') throw new RegistryError(42201, "The body must have the schema as a string in 'schema'");
  if (schemaType !== undefined && schemaType !== 'AVRO') {
    throw new RegistryError(42201, `Invalid schema type ${JSON.stringify(schemaType)}: this registry holds AVRO`);
  }
  return { schema, references: referencesOf(references), id: positive(id), version: positive(version) };
};

const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);

const referencesOf = (references: unknown): ReadonlyArray<SchemaReference> => {
  if (references === undefined || references === null) return [];
  if (Array.isArray(references)) return references.map(referenceOf);
  throw new RegistryError(42201, "'references' must be a list");
};

const referenceOf = (reference: unknown): SchemaReference => {
  const { name, subject, version } = (typeof reference === 'object' && reference !== null ? reference : {}) as Json;
  if (typeof name === 'string' && typeof subject === 'string' && typeof version === 'number') return { name, subject, version };
  throw new RegistryError(42201, 'A reference needs name, subject and version');
};

/** The body's compatibility level. Throws 42203. */
export const levelOf = (request: ApiRequest): CompatibilityLevel => {
  const { compatibility } = bodyOf(request);
  const level = compatibilityLevels.find((candidate) => candidate === compatibility);
  if (level !== undefined) return level;
  throw new RegistryError(42203, `Invalid compatibility level. Valid values are ${compatibilityLevels.join(', ')}`);
};

const modes: ReadonlyArray<RegistryMode> = ['READWRITE', 'READONLY', 'IMPORT'];

/** The body's mode. Throws 42204. */
export const modeOf = (request: ApiRequest): RegistryMode => {
  const { mode } = bodyOf(request);
  const found = modes.find((candidate) => candidate === mode);
  if (found !== undefined) return found;
  throw new RegistryError(42204, `Invalid mode. Valid values are ${modes.join(', ')}`);
};
