import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { type HealthServer, startHealthServer } from '../health-server.ts';
import { Runner } from '../runner.ts';
import type { Task } from '../task/task.ts';
import type { LaunchServices, LaunchSettings } from './launch-services.ts';
import { processPages } from './process-pages.ts';
import { type OutsideDelivery, outsideDeliveries } from './outside-deliveries.ts';
import { type ProcessStatus, processStatus } from './process-status.ts';

/**
 * The longest that a turn of the loop may take before the process counts as hung, ms: longer than it waits for a cluster that is away before
 * it ends the process (five minutes, and the last attempt). An event loop that stands still does not answer at all.
 */
const longestTurn = 420_000;

/** A process of a topology that runs. */
export interface Launched {
  /** Base URL of its health server. */
  readonly url: string;
  /** Settles when it has ended: resolves after `stop`, rejects with the `MillraceError` that ended it. */
  readonly ended: Promise<void>;
  readonly tasks: ReadonlyArray<Task>;
  readonly deliveries: ReadonlyArray<OutsideDelivery>;
  /** Whether nothing that was polled waits to be fed or committed. */
  readonly isDrained: boolean;
  status(): ProcessStatus;
  /** Drains, commits, hands over what was read, leaves its groups. Resolves when that is done; never rejects. */
  stop(): Promise<void>;
}

/** The runner and the deliveries of a process, which end together: when one of them fails, the others are stopped in order. */
class Process {
  readonly #topology: Topology;
  readonly #services: LaunchServices;
  readonly #settings: LaunchSettings;
  runner: Runner | undefined;
  deliveries: ReadonlyArray<OutsideDelivery> = [];
  isStopping = false;
  #turned: number;
  #failure: MillraceError | undefined;

  constructor(topology: Topology, services: LaunchServices, settings: LaunchSettings) {
    this.#topology = topology;
    this.#services = services;
    this.#settings = settings;
    this.#turned = services.clock.monotonic();
  }

  /** Whether the loop has turned lately. */
  isAlive(): boolean {
    return this.#services.clock.monotonic() - this.#turned < longestTurn;
  }

  status(): ProcessStatus {
    const { runner, deliveries, isStopping } = this;
    return processStatus({ topology: this.#topology, runner, deliveries, isStopping });
  }

  /** What `look` gives when the state is as it was committed. */
  async committed<R>(look: (tasks: ReadonlyArray<Task>) => R): Promise<R> {
    if (this.runner === undefined) throw new MillraceError('cluster_unavailable', 'the process is starting');
    return this.runner.committed(look);
  }

  async start(): Promise<Runner> {
    this.runner = await Runner.start(this.#topology, this.#services, this.#settings.runner);
    this.deliveries = outsideDeliveries(this.#topology, this.#services, this.#settings);
    return this.runner;
  }

  /** Runs until it is stopped or fails. */
  async run(runner: Runner): Promise<void> {
    const delivering = this.deliveries.map(({ delivery }) => delivery.run().catch((error: unknown) => this.#fail(error)));
    await this.#turn(runner).catch(async (error: unknown) => {
      this.#fail(error);
      await runner.abandon().catch(() => undefined);
    });
    await Promise.all(this.deliveries.map(({ delivery }) => delivery.stop()));
    await Promise.all(delivering);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #turn(runner: Runner): Promise<void> {
    while (!this.isStopping) {
      await runner.step(this.#settings.runner.commitEvery);
      this.#turned = this.#services.clock.monotonic();
    }
    await runner.close();
  }

  #fail(thrown: unknown): void {
    const error = thrown instanceof MillraceError ? thrown : new MillraceError('engine_defect', messageOf(thrown), thrown);
    this.#services.log.error({ topology: this.#topology.name, code: error.code, error: error.message }, 'The process has to end.');
    this.#failure ??= error;
    this.isStopping = true;
  }
}

const started = async (process: Process, health: HealthServer): Promise<Runner> => {
  try {
    return await process.start();
  } catch (error) {
    await health.close();
    throw error;
  }
};

/**
 * Starts a process of a topology: its runner, one delivery for each table and endpoint, and a health server with the pages `/healthz`, `/readyz`,
 * `/metrics`, `/graph`, `/graph.mmd`, `/graph.json`, `/status` and `/state/<node>/<key>`.
 *
 * Resolves once the topics are checked, the schemas registered and the group joined; the pages answer from the beginning. A database or
 * a receiver that does not answer only makes its rows wait. What cannot be tried again, in the runner or in a delivery, ends the whole process: nothing is lost by
 * it, and the next start goes on where this one was committed.
 *
 * @throws MillraceError whatever the start finds wrong, e.g. `bad_partitions` or `incompatible_schema`.
 */
export const launch = async (topology: Topology, services: LaunchServices, settings: LaunchSettings): Promise<Launched> => {
  const process = new Process(topology, services, settings);
  const { meter } = services;
  const pages = processPages({
    topology,
    slot: settings.runner.slot,
    meter,
    isAlive: () => process.isAlive(),
    status: () => process.status(),
    committed: (look) => process.committed(look),
  });
  const health = await startHealthServer(pages, settings.health);
  const runner = await started(process, health);
  const ended = process.run(runner).finally(() => health.close());
  const quietly = ended.catch(() => undefined);
  return {
    url: health.url,
    ended,
    get tasks() {
      return runner.tasks;
    },
    deliveries: process.deliveries,
    get isDrained() {
      return runner.isDrained;
    },
    status: () => process.status(),
    stop: async () => {
      process.isStopping = true;
      await quietly;
    },
  };
};
