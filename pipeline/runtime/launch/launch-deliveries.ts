import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { type HealthServer, jsonPage, type Pages, startHealthServer, textPage } from '../health-server.ts';
import { externalTopics, internalTopics, planTopics } from '../topic-plan.ts';
import type { Launched } from './launch.ts';
import type { DeliveryServices, DeliverySettings, LaunchServices, LaunchSettings } from './launch-services.ts';
import { type OutsideDelivery, outsideDeliveries } from './outside-deliveries.ts';
import { processStatus } from './process-status.ts';

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

/** Deliveries that end together: when one of them fails, the others are stopped in order. */
class Delivering {
  readonly #topology: Topology;
  readonly #services: DeliverServices;
  readonly deliveries: ReadonlyArray<OutsideDelivery>;
  isStopping = false;

  constructor(topology: Topology, services: DeliverServices, settings: DeliverSettings) {
    this.#topology = topology;
    this.#services = services;
    this.deliveries = outsideDeliveries(topology, services, settings);
  }

  async run(): Promise<void> {
    const results = await Promise.allSettled(this.deliveries.map((each) => this.#runOne(each)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #runOne({ node, delivery }: OutsideDelivery): Promise<void> {
    try {
      await delivery.run();
    } catch (thrown) {
      const error = thrown instanceof MillraceError ? thrown : new MillraceError('engine_defect', messageOf(thrown), thrown);
      this.#services.log.error({ topology: this.#topology.name, node, code: error.code, error: error.message }, 'The process has to end.');
      void this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.deliveries.map(({ delivery }) => delivery.stop()));
  }

  status(): ReturnType<Launched['status']> {
    const { deliveries, isStopping } = this;
    const status = processStatus({ topology: this.#topology, runner: undefined, deliveries, isStopping });
    return { ...status, ready: !isStopping };
  }

  get pages(): Pages {
    const { meter } = this.#services;
    return {
      '/healthz': () => jsonPage({ ok: true }),
      '/readyz': () => jsonPage({ ok: !this.isStopping }, this.isStopping ? 503 : 200),
      '/metrics': async () => textPage(await meter.scrape(), meter.contentType),
      '/status': () => jsonPage(this.status()),
    };
  }
}

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
  const delivering = new Delivering(topology, services, settings);
  if (delivering.deliveries.length === 0) throw new MillraceError('bad_config', `"${topology.name}" has nothing to deliver`);
  await openTopics(topology, services);
  const health: HealthServer = await startHealthServer(delivering.pages, settings.health);
  const ended = delivering.run().finally(() => health.close());
  const quietly = ended.catch(() => undefined);
  return {
    url: health.url,
    ended,
    deliveries: delivering.deliveries,
    status: () => delivering.status(),
    stop: async () => {
      await delivering.stop();
      await quietly;
    },
  };
};
