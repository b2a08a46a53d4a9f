import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../core/errors.ts';
import { splitStatements } from './split-statements.ts';

/** A step of a database's history. Once it has been applied anywhere it must not change. */
export interface Migration {
  /** Begins with a number, e.g. `0003-quality-view`; the names' order is the order of application. */
  readonly name: string;
  /** SHA-256 of its statements, so that a comment may be mended. */
  readonly checksum: string;
  readonly statements: ReadonlyArray<string>;
}

/** Statements that have the same effect once or twice: two processes may start at the same moment, and ClickHouse has no transactions. */
const repeatable =
  /^(CREATE OR REPLACE |CREATE (MATERIALIZED VIEW|VIEW|TABLE|DATABASE|DICTIONARY|FUNCTION|ROLE|USER) IF NOT EXISTS |DROP \w+ (\w+ )?IF EXISTS |ALTER TABLE \S+ (ADD (COLUMN|INDEX|PROJECTION) IF NOT EXISTS |(DROP|CLEAR|RENAME) (COLUMN|INDEX|PROJECTION) IF EXISTS |MODIFY |RESET SETTING |COMMENT COLUMN IF EXISTS )|GRANT |REVOKE )/i;

/**
 * Makes a migration of an SQL text.
 *
 * @throws MillraceError `bad_migration` if the name does not begin with a number, or a statement cannot be repeated safely.
 */
export const migration = (name: string, sql: string): Migration => {
  const statements = splitStatements(sql);
  if (!/^\d+[-_]\S+$/.test(name)) throw new MillraceError('bad_migration', `the migration '${name}' must be named like 0001-what-it-does`);
  if (statements.length === 0) throw new MillraceError('bad_migration', `the migration '${name}' has no statement`);
  const unsafe = statements.find((statement) => !repeatable.test(statement.replace(/\s+/g, ' ')));
  if (unsafe !== undefined) {
    const how = 'write it with IF NOT EXISTS, IF EXISTS or OR REPLACE';
    throw new MillraceError('bad_migration', `the migration '${name}' cannot be repeated safely: ${how}: ${unsafe.slice(0, 80)}`);
  }
  return { name, statements, checksum: createHash('sha256').update(statements.join(';\n')).digest('hex') };
};

/** Reads the migrations of a folder, one in each `.sql` file, in the order of their names. Throws as `migration` does. */
export const readMigrations = async (folder: string): Promise<ReadonlyArray<Migration>> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map(async (file) => migration(path.basename(file, '.sql'), await readFile(path.join(folder, file), 'utf8'))));
};
