import assert from 'node:assert/strict';
import type { Catalogue, CatalogueEntry } from '../../../pipeline/clickhouse/catalogue.ts';
import { windowFaults } from '../../../pipeline/clickhouse/window-faults.ts';
import { visitLog } from './delivery-subject.ts';

const entryOf = (name: string, engineFull: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  database: 'd',
  name,
  engine: /^\w*/.exec(engineFull)?.[0] ?? '',
  engineFull,
  partitionKey: '',
  createSql: '',
  feeds: [],
  ...more,
});

/** The defaults of 25.9 to 25.x: more inserts than before, and since 25.10 for an hour in place of a week. */
const windows = { alone: 0, replicated: 10_000, replicatedSeconds: 3600 };

const catalogueOf = (entries: ReadonlyArray<CatalogueEntry>, more: Partial<Catalogue['windows']> = {}): Catalogue => ({
  database: 'd',
  entries: new Map(entries.map((entry) => [`d.${entry.name}`, entry])),
  windows: { ...windows, ...more },
});

const faultsOf = (entry: CatalogueEntry, more: Partial<Catalogue['windows']> = {}): ReadonlyArray<string> =>
  windowFaults(visitLog, entry, catalogueOf([entry], more));

describe('the deduplication window of a table', () => {
  it('is what the table says, else the default of its server', () => {
    assert.deepEqual(faultsOf(entryOf('t', 'MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 50')), []);
    assert.deepEqual(faultsOf(entryOf('t', 'MergeTree ORDER BY id'), { alone: 100 }), []);
    assert.deepEqual(faultsOf(entryOf('t', 'ReplicatedMergeTree ORDER BY id')), []);
    assert.deepEqual(faultsOf(entryOf('t', 'SharedMergeTree ORDER BY id SETTINGS replicated_deduplication_window = 60')), []);
  });

  it('is refused with the statement that lengthens it', () => {
    assert.deepEqual(faultsOf(entryOf('t', 'MergeTree ORDER BY id SETTINGS index_granularity = 8192')), [
      "'t' remembers 0 inserts and should remember 50; run: ALTER TABLE `d`.`t` MODIFY SETTING non_replicated_deduplication_window = 50",
    ]);
    const short =
      'ReplicatedReplacingMergeTree(v) ORDER BY id SETTINGS non_replicated_deduplication_window = 500, replicated_deduplication_window = 10';
    assert.deepEqual(faultsOf(entryOf('t', short)), [
      "'t' remembers 10 inserts and should remember 50; run: ALTER TABLE `d`.`t` MODIFY SETTING replicated_deduplication_window = 50",
    ]);
  });

  it('of a replicated table must last longer than an insert is repeated', () => {
    const age =
      /remembers inserts for 60 s and should for 300 s at least; run: ALTER TABLE `d`.`t` MODIFY SETTING replicated_deduplication_window_seconds = 300/;
    const entry = entryOf('t', 'ReplicatedMergeTree ORDER BY id SETTINGS replicated_deduplication_window_seconds = 60');
    assert.match(faultsOf(entry).join(), age);
    assert.match(faultsOf(entryOf('t', 'ReplicatedMergeTree ORDER BY id'), { replicatedSeconds: 60 }).join(), age);
    assert.deepEqual(
      faultsOf(entryOf('t', 'MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 50'), { replicatedSeconds: 60 }),
      [],
    );
  });

  it('is wanted of what a view fills, and a table that remembers nothing is refused there', () => {
    const source = entryOf('t', 'MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 50', { feeds: ['d.v', 'd.w'] });
    const view = entryOf('v', '', { createSql: 'CREATE MATERIALIZED VIEW d.v TO d.log AS SELECT 1' });
    const inner = entryOf('w', '', { createSql: "CREATE MATERIALIZED VIEW d.w UUID 'x' ENGINE = SummingMergeTree ORDER BY k AS SELECT 1" });
    const faults = windowFaults(visitLog, source, catalogueOf([source, view, inner]));
    assert.equal(faults.length, 2);
    assert.match(
      faults[0] ?? '',
      /^a view fills 'log' \(.*\), which would count a repeated insert twice; let it fill a table of the MergeTree family$/,
    );
    assert.match(faults[1] ?? '', /^'w' remembers 0 inserts and should remember 50; make the view anew with SETTINGS non_replicated/);
  });
});
