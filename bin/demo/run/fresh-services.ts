import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { externalTopics } from '../../../pipeline/runtime/topic-plan.ts';
import type { Services } from '../../services/services.ts';
import { createTables, createTopics, tablesOf } from '../../services/prepare-topology.ts';

const filledTopics = async (services: Services, topics: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const admin = await services.cluster.admin();
  const filled: string[] = [];
  for (const [topic, count] of await admin.partitions(topics)) {
    for (let partition = 0; partition < count; partition += 1) {
      const { low, high } = await admin.watermarks({ topic, partition }, 'committed');
      if (high > low && !filled.includes(topic)) filled.push(topic);
    }
  }
  await admin.close();
  return filled;
};

const filledTables = async (services: Services, topology: Topology): Promise<ReadonlyArray<string>> => {
  const filled: string[] = [];
  for (const { name } of tablesOf(topology)) {
    const [row] = (await services.clickhouse?.select(`SELECT count() AS rows FROM ${name}`)) ?? [];
    if (Number(row?.rows ?? 0) > 0) filled.push(name);
  }
  return filled;
};

/**
 * Creates the topics and tables of a topology and makes sure that they are empty: a replay into topics with other records in them would give other
 * figures.
 *
 * @throws MillraceError `bad_config` naming what is not empty.
 */
export const freshServices = async (services: Services, topology: Topology, partitions: number): Promise<void> => {
  await createTopics(services.cluster, topology, partitions);
  if (services.clickhouse !== undefined) await createTables(services.clickhouse, topology);
  const filled = [...(await filledTopics(services, externalTopics(topology))), ...(await filledTables(services, topology))];
  if (filled.length === 0) return;
  throw new MillraceError('bad_config', `the demo needs topics and tables that are empty; there are records in ${filled.join(', ')}`);
};
