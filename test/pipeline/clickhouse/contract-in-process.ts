import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { openClickHouse } from '../../../pipeline/clickhouse/client.ts';
import { deliveryContract } from '../../../pipeline/testing/contracts/delivery-contract.ts';
import { visitSubject } from './delivery-subject.ts';

/** Holds chDB in this process to the delivery contract and tells the parent, by clause, `kept` or what was found. */
const [folder = ''] = process.argv.slice(2);
const db = await openClickHouse({ url: `chdb:${folder}` });
const results: Record<string, string> = {};

/** One clause finds the tables empty; it has the only connection, as every holder in this process would share it. */
const held = async (clause: (typeof deliveryContract)[number], on: ClickHouse): Promise<string> => {
  try {
    for (const name of ['per_place_view', 'per_place', 'visit_log', 'millrace_migrations'])
      await on.command(`DROP TABLE IF EXISTS ${name}`);
    await clause.run(await visitSubject(on, () => Promise.resolve(on)));
    return 'kept';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
};

for (const clause of deliveryContract) results[clause.name] = await held(clause, db);
await db.close();
process.send?.(results, () => process.disconnect());
