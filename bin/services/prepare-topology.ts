import { migrate } from '../../pipeline/clickhouse/migrations.ts';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import type { Endpoint } from '../../pipeline/core/endpoint.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { topicsOf } from '../../pipeline/core/graph.ts';
import type { Cluster, NewTopic } from '../../pipeline/core/ports/cluster.ts';
import type { Table } from '../../pipeline/core/table.ts';

type Declared = ReadonlyArray<readonly [string, Readonly<Record<string, string>>]>;

const declaredBy = (topology: Topology): Declared =>
  topology.nodes.flatMap((node): Declared => {
    if (node.kind === 'source' || node.kind === 'broadcast') return [[node.topic.name, node.topic.config]];
    return node.kind === 'sink' ? topicsOf(node.sink).map(({ name, config }) => [name, config]) : [];
  });

/** The topics of a topology that it shares with others, as they are to be created. */
export const sharedTopics = (topology: Topology, partitions: number): ReadonlyArray<NewTopic> => {
  const configs = new Map<string, Readonly<Record<string, string>>>([
    ...declaredBy(topology),
    [topology.deadLetter.name, topology.deadLetter.config],
  ]);
  return [...configs].map(([topic, config]) => ({ topic, partitions, config }));
};

/** The tables that a topology fills. */
export const tablesOf = (topology: Topology): ReadonlyArray<Table<unknown>> => {
  const tables = topology.nodes.flatMap((node) => (node.kind === 'sink' && node.sink.kind === 'table' ? [node.sink] : []));
  return [...new Map(tables.map((table) => [table.name, table])).values()];
};

/** The endpoints that a topology posts to. */
export const endpointsOf = (topology: Topology): ReadonlyArray<Endpoint<unknown>> =>
  topology.nodes.flatMap((node) => (node.kind === 'sink' && node.sink.kind === 'endpoint' ? [node.sink] : []));

/** The settings that a topology needs for what it feeds outside Kafka. */
export const outsideSettings = (topology: Topology): ReadonlyArray<'clickhouse' | 'endpoints'> => [
  ...(tablesOf(topology).length > 0 ? (['clickhouse'] as const) : []),
  ...(endpointsOf(topology).length > 0 ? (['endpoints'] as const) : []),
];

/** Creates the topics of a topology that do not exist. Those that do are left as they are. */
export const createTopics = async (cluster: Cluster, topology: Topology, partitions: number): Promise<void> => {
  const admin = await cluster.admin();
  try {
    await admin.createTopics(sharedTopics(topology, partitions));
  } finally {
    await admin.close();
  }
};

/** Creates the tables of a topology, or adds the columns that they lack. */
export const createTables = async (clickhouse: ClickHouse, topology: Topology): Promise<void> => {
  await migrate(clickhouse, { tables: tablesOf(topology), migrations: [] });
};
