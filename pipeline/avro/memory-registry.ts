import { MillraceError } from '../core/errors.ts';
import { RegistryError } from './embedded-registry/registry-error.ts';
import { RegistryStore, type StoredVersion } from './embedded-registry/registry-store.ts';
import type { RegistryClient, SubjectVersion } from './registry-client.ts';

/**
 * A schema registry in this process, without HTTP: for drives and tests. It behaves as the embedded one does; give it that one's store
 * to look into it.
 */
export const memoryRegistry = (store = new RegistryStore()): RegistryClient => ({
  schemaById: (id) => answer(() => present(() => ({ type: 'AVRO', schema: store.schema(id), references: [] }))),
  lookup: (subject, schema) => answer(() => present(() => store.lookup(subject, { schema, references: [] }).id)),
  register: (subject, schema) => answer(() => store.register(subject, { schema, references: [] })),
  subjects: () => answer(() => store.subjects(false)),
  versions: (subject) => answer(() => present(() => store.versions(subject)) ?? []),
  version: (subject, version) => answer(() => present(() => versionOf(store.version(subject, version)))),
  compatibility: (subject) => answer(() => store.levels.own(subject)),
  setCompatibility: (subject, level) => answer(() => store.levels.set(subject, level)),
  check: (subject, schema) => answer(() => store.check(subject, { schema, references: [] })),
});

const versionOf = (stored: StoredVersion): SubjectVersion => ({ ...stored, type: 'AVRO', references: [] });

const answer = <T>(run: () => T): Promise<T> => {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error instanceof RegistryError ? refusalOf(error) : (error as Error));
  }
};

const refusalOf = (error: RegistryError): MillraceError =>
  new MillraceError('incompatible_schema', `The schema registry refuses: ${error.message}`, error);

/** What is not there is `undefined`. */
const present = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch (error) {
    if (error instanceof RegistryError && error.status === 404) return undefined;
    throw error;
  }
};
