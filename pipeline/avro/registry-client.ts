/** The compatibility levels of Confluent's registry. `BACKWARD`: the new schema reads what the old one wrote; `FORWARD`: the reverse. */
export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;

/** One of the compatibility levels. A transitive one holds against every version, the others against the latest. */
export type CompatibilityLevel = (typeof compatibilityLevels)[number];

/** A schema that another one uses by name, and where it is registered. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema as it was registered. `type` is `AVRO` unless somebody registered another kind. */
export interface RegisteredSchema {
  readonly type: string;
  readonly schema: string;
  readonly references: ReadonlyArray<SchemaReference>;
}

/** A registered schema as a version of a subject. Versions count from 1; ids are unique in the registry. */
export interface SubjectVersion extends RegisteredSchema {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
}

/**
 * What Millrace asks of a schema registry.
 *
 * Every call may throw `registry_unavailable` (retryable: the caller decides how long) or `bad_config` when the registry refuses the
 * credentials. What is simply not there is `undefined` or empty.
 */
export interface RegistryClient {
  schemaById(id: number): Promise<RegisteredSchema | undefined>;
  /** The id of a schema if it is registered under the subject already; needs no right to write. */
  lookup(subject: string, schema: string): Promise<number | undefined>;
  /** Registers a schema, or finds it, and returns its id. Throws `incompatible_schema` with the registry's reasons. */
  register(subject: string, schema: string): Promise<number>;
  /** Names, in no particular order; Apicurio stops at a thousand. */
  subjects(): Promise<ReadonlyArray<string>>;
  versions(subject: string): Promise<ReadonlyArray<number>>;
  version(subject: string, version: number | 'latest'): Promise<SubjectVersion | undefined>;
  /** The level that was set for this very subject. */
  compatibility(subject: string): Promise<CompatibilityLevel | undefined>;
  setCompatibility(subject: string, level: CompatibilityLevel): Promise<void>;
  /** Why the schema could not be registered under the subject's level; empty when it could. */
  check(subject: string, schema: string): Promise<ReadonlyArray<string>>;
}
