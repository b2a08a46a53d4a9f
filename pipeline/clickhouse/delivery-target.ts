import { MillraceError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DeliveryBatch, DeliveryTarget } from '../core/ports/delivery.ts';
import type { Table } from '../core/table.ts';
import { type BatchPart, batchParts } from './batch-parts.ts';
import { readCatalogue, viewTargets } from './catalogue.ts';
import type { ClickHouse } from './clickhouse.ts';
import { allColumns } from './create-table.ts';
import { insertSettings } from './insert-settings.ts';
import { lostRows } from './lost-rows.ts';
import { insertPastViews } from './past-views.ts';
import { readServer, type ServerTraits } from './server-traits.ts';
import { storedRows } from './stored-rows.ts';
import { rowWriter } from './row-writer.ts';
import { quotedName } from './sql.ts';
import { columnFaults, engineFaults, partFaults, readColumns } from './table-faults.ts';
import { windowFaults } from './window-faults.ts';

/**
 * Delivers batches into a table of ClickHouse.
 *
 * A batch is one synchronous insert of one block per partition of the table (one, if the table is not parted), under the batch's
 * token. ClickHouse remembers the tokens of the table's last `window` inserts, and so do the tables that views fill: the same token
 * again has no effect there, and completes a view that a crash kept from its share.
 *
 * A `pending` batch may be older than that, so the table is asked first which of its rows are there; only the others are inserted. If
 * all are there, and surely came by this very insert a short while ago, it is repeated for the sake of the views. What this cannot mend:
 * a view on a replicated table, or on one that does not keep the numbers of inserts (`enable_block_number_column`) and has merged the rows with
 * others, that a crash of the server left without its share, if the process that delivered died, too.
 *
 * A batch that was handed over before, to whatever end, is looked for after its insert as well: a server that was killed at the wrong moment
 * remembers tokens of rows that it has lost (`lostRows`). These are inserted under tokens of their own, and past the views, which the repeated
 * insert has served.
 *
 * Closing leaves the ClickHouse open: it belongs to the caller.
 */
export const clickHouseTarget = <T>(table: Table<T>, db: ClickHouse, clock: Clock): DeliveryTarget<T> => {
  let hasViews = true;
  /** Tokens of batches that are being handed over, or were without an answer. */
  const begun = new Set<string>();
  let server: Promise<ServerTraits> | undefined;
  // Unless it was prepared, the first insert asks; a failure is not kept.
  const traits = (): Promise<ServerTraits> => (server ??= readServer(db).catch((error: unknown) => forget(error)));
  const forget = (error: unknown): never => {
    server = undefined;
    throw error;
  };
  const insert = inserter(table, db, traits);
  const restore = async (batch: DeliveryBatch<T>, { token, rows }: BatchPart<T>, signal: AbortSignal): Promise<void> => {
    const part = { token: `${token}/again/${clock.now()}`, rows };
    if (!hasViews) return insert(batch, part, { into: table.name, signal });
    const beside = `${table.name}_lost_${batch.partition}`;
    await insertPastViews(db, { table: table.name, beside, signal }, (into) => insert(batch, part, { into, signal }));
  };
  return {
    prepare: async () => {
      server = undefined;
      hasViews = await check(table, db, await traits());
    },
    deliver: async (batch, pending, signal) => {
      const parts = batchParts(table, batch);
      if (parts.length === 0) return undefined;
      const isDoubtful = pending || begun.has(batch.token);
      const owed = pending ? await owedParts(db, { table, batch, parts, hasViews, signal }) : parts;
      begun.add(batch.token);
      for (const part of owed) await insert(batch, part, { into: table.name, signal });
      const lost = isDoubtful ? await lostRows({ db, table, batch, parts, clock, signal }) : [];
      for (const part of lost) await restore(batch, part, signal);
      begun.delete(batch.token);
      return undefined;
    },
    close: () => Promise.resolve(),
  };
};

interface Into {
  readonly into: string;
  readonly signal: AbortSignal;
}

type Inserter<T> = (batch: DeliveryBatch<T>, part: BatchPart<T>, where: Into) => Promise<void>;

const inserter = <T>(table: Table<T>, db: ClickHouse, traits: () => Promise<ServerTraits>): Inserter<T> => {
  const names = allColumns(table).map(({ name }) => quotedName(name));
  const write = rowWriter(table);
  return async ({ topic, partition }, { token, rows }, { into: name, signal }) => {
    const lines = rows.map(({ offset, value }) => {
      const row = write(value);
      row.push(topic, partition, offset);
      return JSON.stringify(row);
    });
    const settings = insertSettings(token, rows.length, (await traits()).newer);
    const into = `INSERT INTO ${quotedName(name)} (${names.join(', ')}) ${settings} FORMAT JSONCompactEachRow`;
    await db.insert({ into, rows: lines.join('\n') }, { signal });
  };
};

/** Throws `bad_table` with everything that is missing; tells whether views hang on the table. */
const check = async (table: Table<unknown>, db: ClickHouse, server: ServerTraits): Promise<boolean> => {
  const catalogue = await readCatalogue(db);
  const entry = catalogue.entries.get(`${catalogue.database}.${table.name}`);
  if (entry === undefined) throw new MillraceError('bad_table', `ClickHouse at ${db.address} has no MergeTree table '${table.name}'`);
  const { missing, other } = columnFaults(table, await readColumns(db, table.name));
  const faults = [
    ...missing.map(({ name, type }) => `it has no column '${name}' (${type})`),
    ...other,
    ...engineFaults(table, entry),
    ...partFaults(table, entry),
    ...windowFaults(table, entry, catalogue),
    ...server.faults,
  ];
  if (faults.length > 0) throw new MillraceError('bad_table', `ClickHouse table ${table.name} at ${db.address}: ${faults.join('; ')}`);
  return viewTargets(catalogue, entry).length > 0;
};

interface Pending<T> {
  readonly table: Table<T>;
  readonly batch: DeliveryBatch<T>;
  readonly parts: ReadonlyArray<BatchPart<T>>;
  readonly hasViews: boolean;
  readonly signal: AbortSignal;
}

/** What of a batch that may have been handed over before is still to be inserted. */
const owedParts = async <T>(
  db: ClickHouse,
  { table, batch, parts, hasViews, signal }: Pending<T>,
): Promise<ReadonlyArray<BatchPart<T>>> => {
  const stored = await storedRows(db, table, { ...batch, signal });
  const missing = parts.map(({ token, rows }) => ({ token, rows: rows.filter(({ offset }) => !stored.offsets.has(offset)) }));
  const owed = missing.filter(({ rows }) => rows.length > 0);
  if (owed.length > 0 || !hasViews) return owed;
  return parts.every(({ rows }) => stored.isRemembered(rows.map(({ offset }) => offset))) ? parts : [];
};
