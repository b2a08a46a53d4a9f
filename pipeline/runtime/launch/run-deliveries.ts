import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { type HealthAddress, type HealthServer, jsonPage, type Pages, startHealthServer, textPage } from '../health-server.ts';
import type { PrometheusMeter } from '../prometheus-meter.ts';

/** Deliveries of a process that does nothing else. */
export interface DeliveryGroup {
  /** What they belong to, for the log. */
  readonly topology: string;
  readonly deliveries: ReadonlyArray<{ readonly node: string; readonly delivery: Pick<Delivery<unknown>, 'run' | 'stop'> }>;
  /** What the page `/status` tells. */
  readonly status: (isStopping: boolean) => unknown;
}

/** What running them works with. */
export interface DeliveryGroupPorts {
  readonly log: Log;
  readonly meter: PrometheusMeter;
  readonly health: HealthAddress;
}

/** Deliveries that run. */
export interface RunningDeliveries {
  /** Base URL of the health server. */
  readonly url: string;
  /** Settles when all have ended: resolves after `stop`, rejects with the `MillraceError` that ended them. */
  readonly ended: Promise<void>;
  readonly isStopping: boolean;
  /** Hands over what was read. Resolves when that is done; never rejects. */
  stop(): Promise<void>;
}

/** Deliveries that end together: when one of them fails, the others are stopped in order. */
class Delivering {
  readonly #group: DeliveryGroup;
  readonly #ports: DeliveryGroupPorts;
  isStopping = false;

  constructor(group: DeliveryGroup, ports: DeliveryGroupPorts) {
    this.#group = group;
    this.#ports = ports;
  }

  async run(): Promise<void> {
    const results = await Promise.allSettled(this.#group.deliveries.map((each) => this.#runOne(each)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #runOne({ node, delivery }: DeliveryGroup['deliveries'][number]): Promise<void> {
    try {
      await delivery.run();
    } catch (thrown) {
      const error = thrown instanceof MillraceError ? thrown : new MillraceError('engine_defect', messageOf(thrown), thrown);
      this.#ports.log.error({ topology: this.#group.topology, node, code: error.code, error: error.message }, 'The process has to end.');
      void this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.#group.deliveries.map(({ delivery }) => delivery.stop()));
  }

  get pages(): Pages {
    const { meter } = this.#ports;
    return {
      '/healthz': () => jsonPage({ ok: true }),
      '/readyz': () => jsonPage({ ok: !this.isStopping }, this.isStopping ? 503 : 200),
      '/metrics': async () => textPage(await meter.scrape(), meter.contentType),
      '/status': () => jsonPage(this.#group.status(this.isStopping)),
    };
  }
}

/** Runs deliveries and a health server with the pages `/healthz`, `/readyz`, `/metrics` and `/status`, until they are stopped or one fails. */
export const runDeliveries = async (group: DeliveryGroup, ports: DeliveryGroupPorts): Promise<RunningDeliveries> => {
  const delivering = new Delivering(group, ports);
  const health: HealthServer = await startHealthServer(delivering.pages, ports.health);
  const ended = delivering.run().finally(() => health.close());
  const quietly = ended.catch(() => undefined);
  return {
    url: health.url,
    ended,
    get isStopping() {
      return delivering.isStopping;
    },
    stop: async () => {
      await delivering.stop();
      await quietly;
    },
  };
};
