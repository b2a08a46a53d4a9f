import { readFile } from 'node:fs/promises';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { migrate } from '../../pipeline/clickhouse/migrations.ts';
import type { Endpoint } from '../../pipeline/core/endpoint.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import type { DeliveryTarget } from '../../pipeline/core/ports/delivery.ts';
import type { Table } from '../../pipeline/core/table.ts';
import { httpTarget } from '../../pipeline/http-delivery/http-target.ts';
import type { LaunchServices } from '../../pipeline/runtime/launch/launch-services.ts';
import { endpointsOf } from './prepare-topology.ts';
import type { Services } from './services.ts';

type Target = DeliveryTarget<unknown>;
type Outside = Pick<Services, 'clickhouse' | 'receivers' | 'clock'>;

const noAddress = (name: string): string =>
  `the endpoint "${name}" has no address: give it in the file of --endpoints (MILLRACE_ENDPOINTS)`;

/** Throws `bad_config` naming all endpoints of a topology that have no address. */
export const checkEndpoints = (topology: Topology, { receivers }: Services): void => {
  const unknown = endpointsOf(topology).filter(({ name }) => !Object.hasOwn(receivers, name));
  if (unknown.length > 0) throw new MillraceError('bad_config', unknown.map(({ name }) => noAddress(name)).join('\n'));
};

const tableTarget = (table: Table<unknown>, { clickhouse, clock }: Outside, migrates: boolean): Target => {
  if (clickhouse === undefined) throw new MillraceError('bad_config', `the table ${table.name} needs a ClickHouse: give --clickhouse`);
  const target = clickHouseTarget(table, clickhouse, clock);
  if (!migrates) return target;
  const prepare = async (): Promise<void> => {
    await migrate(clickhouse, { tables: [table], migrations: [] });
    await target.prepare();
  };
  return { ...target, prepare };
};

const endpointTarget = (endpoint: Endpoint<unknown>, { receivers, clock }: Outside): Target => {
  const settings = receivers[endpoint.name];
  if (settings === undefined) throw new MillraceError('bad_config', noAddress(endpoint.name));
  return httpTarget(endpoint, settings, { clock, env: process.env, readFile: (path) => readFile(path, 'utf8') });
};

/**
 * Where the deliveries of a process hand rows over. If it `migrates`, a delivery first makes its table, or adds the columns that it lacks; a
 * database that is away is waited for there, and holds up nothing else.
 */
export const deliveryTargets =
  (services: Outside, migrates = false): LaunchServices['targetOf'] =>
  (sink) =>
    sink.kind === 'table' ? tableTarget(sink, services, migrates) : endpointTarget(sink, services);
