import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { migration, readMigrations } from '../../../pipeline/clickhouse/migration.ts';
import { splitStatements } from '../../../pipeline/clickhouse/split-statements.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { scratch } from './scratch.ts';

const view = 'CREATE VIEW IF NOT EXISTS v AS SELECT 1';

const refused = (name: string, sql: string, reason: RegExp): void =>
  assert.throws(
    () => migration(name, sql),
    (error) =>
      error instanceof MillraceError && error.code === 'bad_migration' && error.message.includes(name) && reason.test(error.message),
  );

describe('splitStatements', () => {
  it('parts at semicolons, but not at those in strings, names and comments', () => {
    const text = `-- first; of all
      SELECT 'a;''b\\';c' AS \`x;y\`, "z;"; /* ; */ SELECT 2 -- ; end
      ;;
      -- nothing more;`;
    assert.deepEqual(splitStatements(text), [`SELECT 'a;''b\\';c' AS \`x;y\`, "z;"`, 'SELECT 2 -- ; end']);
  });
});

describe('migration', () => {
  it('has a checksum of its statements, whatever the comments before them say', () => {
    assert.equal(migration('0001-v', `-- why\n${view};`).checksum, migration('0001-v', view).checksum);
    assert.notEqual(migration('0001-v', view).checksum, migration('0001-v', `${view} + 1`).checksum);
  });

  it('refuses a statement that has another effect the second time', () => {
    for (const sql of [
      'CREATE VIEW v AS SELECT 1',
      'DROP TABLE t',
      'INSERT INTO t VALUES (1)',
      'ALTER TABLE t ADD COLUMN c Int8',
      'RENAME TABLE a TO b',
    ]) {
      refused('0001-v', `${view}; ${sql}`, /cannot be repeated safely/);
    }
  });

  it('takes the statements that can be repeated', () => {
    const statements = [
      view,
      'create materialized view if not exists v to t as select 1',
      'CREATE OR REPLACE VIEW v AS SELECT 1',
      'DROP TABLE IF EXISTS t',
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS c Int8',
      'ALTER TABLE t\n  MODIFY SETTING non_replicated_deduplication_window = 9',
    ];
    assert.equal(migration('0001-v', statements.join(';\n')).statements.length, statements.length);
  });

  it('refuses a name without a number, and a text without a statement', () => {
    refused('views', view, /must be named like/);
    refused('0001-v', '-- nothing', /no statement/);
  });

  it('is read from each SQL file of a folder, in order', async () => {
    const folder = scratch();
    for (const name of ['0002-b.sql', '0001-a.sql', 'notes.txt']) writeFileSync(path.join(folder.path, name), view);
    mkdirSync(path.join(folder.path, 'old'));
    assert.deepEqual(
      (await readMigrations(folder.path)).map(({ name }) => name),
      ['0001-a', '0002-b'],
    );
    folder.remove();
  });
});
