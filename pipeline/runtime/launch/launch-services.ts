import type { DeliveryTarget } from '../../core/ports/delivery.ts';
import type { Outside } from '../../core/graph.ts';
import type { BatchLimits, RetryLimits } from '../delivery/delivery-options.ts';
import type { HealthAddress } from '../health-server.ts';
import type { RunnerDeps } from '../open-process.ts';
import type { PrometheusMeter } from '../prometheus-meter.ts';
import type { RunnerSettings } from '../settings.ts';

/** What deliveries are given. */
export interface DeliveryServices extends Pick<RunnerDeps, 'cluster' | 'wire' | 'clock' | 'meter' | 'log'> {
  /** Where the rows of a table or an endpoint are handed to. Called once for each sink that ends in one. Throws `bad_config` if that is not known. */
  readonly targetOf: (sink: Outside) => DeliveryTarget<unknown>;
  /** A number from 0 up to 1, for the jitter of retries: seeded in tests. */
  readonly random: () => number;
}

/** What a process is given: the ports of its runner, and where its deliveries go. They belong to the caller, who closes them. */
export interface LaunchServices extends RunnerDeps, DeliveryServices {
  readonly meter: PrometheusMeter;
}

/** How deliveries work. */
export interface DeliverySettings {
  readonly runner: Pick<RunnerSettings, 'group'>;
  readonly delivery?: { readonly batch?: Partial<BatchLimits>; readonly retry?: Partial<RetryLimits> };
  /** The nodes whose rows this process delivers; all that end in a table or an endpoint if left out. */
  readonly delivers?: ReadonlyArray<string>;
}

/** How a process works. */
export interface LaunchSettings extends DeliverySettings {
  readonly runner: RunnerSettings;
  /** Where its health server listens. */
  readonly health: HealthAddress;
}
