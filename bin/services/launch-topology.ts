import type { Topology } from '../../pipeline/core/graph.ts';
import { type Launched, launch } from '../../pipeline/runtime/launch/launch.ts';
import type { LaunchServices, LaunchSettings } from '../../pipeline/runtime/launch/launch-services.ts';
import { prometheusMeter, type PrometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { checkEndpoints, deliveryTargets } from './delivery-targets.ts';
import { inMemory } from './in-memory.ts';
import type { Services } from './services.ts';

/** How a topology is launched. */
export interface LaunchOptions {
  readonly settings: LaunchSettings;
  readonly meter?: PrometheusMeter;
  /** How stores are made; in memory if left out. */
  readonly makeStore?: LaunchServices['makeStore'];
  /** Whether deliveries make their tables first. */
  readonly migrates?: boolean;
}

/** Launches a topology on these services: the one way in which every command does it. */
export const launchTopology = async (topology: Topology, services: Services, options: LaunchOptions): Promise<Launched> => {
  const { settings, meter, makeStore = inMemory, migrates } = options;
  if (settings.delivers === undefined) checkEndpoints(topology, services);
  const { cluster, wire, clock, log } = services;
  const deps: LaunchServices = {
    cluster,
    wire,
    clock,
    log,
    makeStore,
    meter: meter ?? prometheusMeter(),
    targetOf: deliveryTargets(services, migrates),
    random: randomShare,
  };
  return launch(topology, deps, settings);
};
