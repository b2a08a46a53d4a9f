import { openClickHouse } from '../../pipeline/clickhouse/client.ts';
import { clickHouseOutcomes, type OutcomeStore } from '../../services/ingest/status/outcome-store.ts';
import type { Settings } from '../cli/setting-table.ts';
import { clickHouseAccess } from '../services/credentials.ts';

/** Opens the table of outcomes of the ingestion API, if it is to have one. ClickHouse is not contacted yet. */
export const openOutcomes = async (
  settings: Settings,
): Promise<{ readonly outcomes: OutcomeStore | undefined; readonly close: () => Promise<void> }> => {
  if (settings.clickhouse === undefined) return { outcomes: undefined, close: () => Promise.resolve() };
  const db = await openClickHouse({ url: settings.clickhouse, ...(await clickHouseAccess(settings)) });
  return { outcomes: clickHouseOutcomes(db), close: () => db.close() };
};
