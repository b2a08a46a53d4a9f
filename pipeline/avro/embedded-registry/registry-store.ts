import { compatibilityProblems } from '../compatibility.ts';
import type { CompatibilityLevel, SchemaReference } from '../registry-client.ts';
import { readRegistered, type ReadSchema } from './read-registered.ts';
import { RegistryError } from './registry-error.ts';
import { ScopedSetting } from './scoped-setting.ts';

/** The modes of a subject or of the whole registry. In IMPORT, ids and versions are given by who registers. */
export type RegistryMode = 'READWRITE' | 'READONLY' | 'IMPORT';

/** A schema that somebody wants to register, look up or check. `id` and `version` count in the mode IMPORT alone. */
export interface SchemaRequest {
  readonly schema: string;
  readonly references: ReadonlyArray<SchemaReference>;
  readonly id?: number | undefined;
  readonly version?: number | undefined;
}

/** A version of a subject as it is given out. */
export interface StoredVersion {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly schema: string;
}

interface Entry {
  readonly version: number;
  readonly id: number;
  deleted: boolean;
}

/**
 * A schema registry in memory, with the behaviour and the error codes of Confluent's. Subjects hold versions, counted from 1; equal
 * schemas have one id in all subjects. What is deleted softly no longer counts for compatibility, but can still be read by id.
 * All methods throw `RegistryError`.
 */
export class RegistryStore {
  readonly levels = new ScopedSetting<CompatibilityLevel>('BACKWARD');
  readonly modes = new ScopedSetting<RegistryMode>('READWRITE');
  readonly #schemas = new Map<number, ReadSchema>();
  readonly #ids = new Map<string, number>();
  readonly #subjects = new Map<string, Entry[]>();
  #lastId = 0;

  subjects(deleted: boolean): ReadonlyArray<string> {
    const names = [...this.#subjects].filter(([, entries]) => entries.some((entry) => deleted || !entry.deleted)).map(([name]) => name);
    return names.sort();
  }

  versions(subject: string, deleted = false): ReadonlyArray<number> {
    return this.#entries(subject, deleted).map((entry) => entry.version);
  }

  version(subject: string, version: number | 'latest', deleted = false): StoredVersion {
    return this.#given(subject, this.#entry(subject, version, deleted));
  }

  schema(id: number): string {
    if (this.uses(id, true).length === 0) throw new RegistryError(40403, `Schema ${id} not found`);
    return this.#read(id).text;
  }

  /** Where a schema is registered. */
  uses(id: number, deleted: boolean): ReadonlyArray<{ readonly subject: string; readonly version: number }> {
    return [...this.#subjects].flatMap(([subject, entries]) =>
      entries.filter((entry) => entry.id === id && (deleted || !entry.deleted)).map(({ version }) => ({ subject, version })),
    );
  }

  lookup(subject: string, request: SchemaRequest, deleted = false): StoredVersion {
    const entries = this.#entries(subject, deleted);
    const id = this.#ids.get(this.#parse(request).text);
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined) throw new RegistryError(40403, 'Schema not found');
    return this.#given(subject, entry);
  }

  register(subject: string, request: SchemaRequest): number {
    const read = this.#parse(request);
    const entries = this.#subjects.get(subject) ?? [];
    const same = entries.find((entry) => !entry.deleted && entry.id === this.#ids.get(read.text));
    if (same !== undefined) return same.id;
    const mode = this.modes.effective(subject);
    if (mode === 'READONLY') throw new RegistryError(42205, `Subject ${subject} is in read-only mode`);
    if (mode === 'IMPORT') return this.#import(subject, read, request);
    if (request.id !== undefined) throw new RegistryError(42205, `Subject ${subject} is not in import mode`);
    this.#refuseIncompatible(subject, read);
    const id = this.#ids.get(read.text) ?? this.#lastId + 1;
    return this.#add(subject, read, { id, version: Math.max(0, ...entries.map((entry) => entry.version)) + 1 });
  }

  /** Why the schema could not follow; against one version, or against those that the subject's level names. */
  check(subject: string, request: SchemaRequest, version?: number | 'latest'): ReadonlyArray<string> {
    const read = this.#parse(request);
    const entries = version === undefined ? this.#live(subject) : [this.#entry(subject, version, false)];
    return this.#problems(subject, read, entries);
  }

  /** Softly; again, and permanently, with `permanent`. Returns the versions that went. */
  deleteSubject(subject: string, permanent: boolean): ReadonlyArray<number> {
    const all = this.#entries(subject, true);
    const live = this.#live(subject);
    if (permanent) {
      if (live.length > 0) throw new RegistryError(40405, `Subject '${subject}' was not deleted first before being permanently deleted`);
      this.#subjects.delete(subject);
      return all.map((entry) => entry.version);
    }
    if (live.length === 0)
      throw new RegistryError(40404, `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`);
    for (const entry of live) entry.deleted = true;
    return live.map((entry) => entry.version);
  }

  deleteVersion(subject: string, version: number | 'latest', permanent: boolean): number {
    const entry = this.#entry(subject, version, true);
    const what = `Subject '${subject}' Version ${entry.version}`;
    if (!permanent && entry.deleted) throw new RegistryError(40406, `${what} was soft deleted. Set permanent=true to delete permanently`);
    if (permanent && !entry.deleted) throw new RegistryError(40407, `${what} was not deleted first before being permanently deleted`);
    entry.deleted = true;
    if (permanent) this.#remove(subject, entry);
    return entry.version;
  }

  #remove(subject: string, entry: Entry): void {
    const left = (this.#subjects.get(subject) ?? []).filter((other) => other !== entry);
    if (left.length === 0) this.#subjects.delete(subject);
    else this.#subjects.set(subject, left);
  }

  #parse({ schema, references }: SchemaRequest): ReadSchema {
    return readRegistered(
      schema,
      references.map(({ subject, version }) => this.version(subject, version).schema),
    );
  }

  #import(subject: string, read: ReadSchema, { id, version }: SchemaRequest): number {
    if (id === undefined) throw new RegistryError(42205, `Subject ${subject} is in import mode: give an id`);
    const other = this.#schemas.get(id);
    if (other !== undefined && other.text !== read.text)
      throw new RegistryError(42205, `Overwrite new schema with id ${id} is not permitted.`);
    const last = Math.max(0, ...(this.#subjects.get(subject) ?? []).map((entry) => entry.version));
    return this.#add(subject, read, { id, version: version ?? last + 1 });
  }

  #add(subject: string, read: ReadSchema, { id, version }: { readonly id: number; readonly version: number }): number {
    this.#schemas.set(id, read);
    this.#ids.set(read.text, id);
    this.#lastId = Math.max(this.#lastId, id);
    const entries = [...(this.#subjects.get(subject) ?? []).filter((entry) => entry.version !== version), { id, version, deleted: false }];
    this.#subjects.set(
      subject,
      entries.sort((a, b) => a.version - b.version),
    );
    return id;
  }

  #refuseIncompatible(subject: string, read: ReadSchema): void {
    const problems = this.#problems(subject, read, this.#live(subject));
    if (problems.length === 0) return;
    const what = `Schema being registered is incompatible with an earlier schema for subject "${subject}"`;
    throw new RegistryError(409, `${what}, details: ${problems.join('; ')}; compatibility: ${this.levels.effective(subject)}`);
  }

  #problems(subject: string, { schema }: ReadSchema, entries: ReadonlyArray<Entry>): ReadonlyArray<string> {
    const earlier = entries.map((entry) => ({ version: entry.version, schema: this.#read(entry.id).schema }));
    return compatibilityProblems(this.levels.effective(subject), schema, earlier);
  }

  #live(subject: string): ReadonlyArray<Entry> {
    return (this.#subjects.get(subject) ?? []).filter((entry) => !entry.deleted);
  }

  #entries(subject: string, deleted: boolean): ReadonlyArray<Entry> {
    const entries = deleted ? (this.#subjects.get(subject) ?? []) : this.#live(subject);
    if (entries.length === 0) throw new RegistryError(40401, `Subject '${subject}' not found.`);
    return entries;
  }

  #entry(subject: string, version: number | 'latest', deleted: boolean): Entry {
    const entries = this.#entries(subject, deleted);
    const entry = version === 'latest' ? entries.at(-1) : entries.find((candidate) => candidate.version === version);
    if (entry === undefined) throw new RegistryError(40402, `Version ${version} not found.`);
    return entry;
  }

  #read(id: number): ReadSchema {
    const read = this.#schemas.get(id);
    if (read === undefined) throw new RegistryError(40403, `Schema ${id} not found`);
    return read;
  }

  #given(subject: string, { version, id }: Entry): StoredVersion {
    return { subject, version, id, schema: this.#read(id).text };
  }
}
