import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { externalTopics, internalTopics, planTopics } from '../topic-plan.ts';
import type { Launched } from './launch.ts';
import type { DeliveryServices, DeliverySettings, LaunchServices, LaunchSettings } from './launch-services.ts';
import { outsideDeliveries } from './outside-deliveries.ts';
import { processStatus } from './process-status.ts';
import { runDeliveries } from './run-deliveries.ts';

/** What a process that only delivers is given. */
export type DeliverServices = DeliveryServices & Pick<LaunchServices, 'meter'>;

/** How such a process works. */
export type DeliverSettings = DeliverySettings & Pick<LaunchSettings, 'health'>;

/** Deliveries that run, without tasks beside them. */
export type LaunchedDeliveries = Pick<Launched, 'url' | 'ended' | 'deliveries' | 'status' | 'stop'>;

/** A process that only delivers may be the first of its topology. */
const openTopics = async (topology: Topology, { cluster }: DeliverServices): Promise<void> => {
  const admin = await cluster.admin();
  try {
    const plan = planTopics(topology, await admin.partitions([...externalTopics(topology), ...internalTopics(topology)]));
    await admin.createTopics(plan.internal);
  } finally {
    await admin.close();
  }
};

/**
 * Starts deliveries of a topology and nothing else: what its processes write for tables and endpoints is carried there by this one, apart
 * from them, so that neither can hold up or end the other. As many such processes as wanted may run; partitions are shared among them.
 *
 * @throws MillraceError `bad_config` if there is nothing to deliver, `bad_partitions` naming the topics that are missing.
 */
export const launchDeliveries = async (
  topology: Topology,
  services: DeliverServices,
  settings: DeliverSettings,
): Promise<LaunchedDeliveries> => {
  const deliveries = outsideDeliveries(topology, services, settings);
  if (deliveries.length === 0) throw new MillraceError('bad_config', `"${topology.name}" has nothing to deliver`);
  await openTopics(topology, services);
  const status = (isStopping: boolean): ReturnType<Launched['status']> => {
    const told = processStatus({ topology, runner: undefined, deliveries, isStopping });
    return { ...told, ready: !isStopping };
  };
  const { log, meter } = services;
  const running = await runDeliveries({ topology: topology.name, deliveries, status }, { log, meter, health: settings.health });
  return { url: running.url, ended: running.ended, deliveries, status: () => status(running.isStopping), stop: () => running.stop() };
};
