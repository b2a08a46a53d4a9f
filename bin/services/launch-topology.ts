import type { Topology } from '../../pipeline/core/graph.ts';
import { type Launched, launch } from '../../pipeline/runtime/launch/launch.ts';
import type { LaunchServices, LaunchSettings } from '../../pipeline/runtime/launch/launch-services.ts';
import { prometheusMeter, type PrometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { checkEndpoints, deliveryTargets } from './delivery-targets.ts';
import type { Services } from './services.ts';

const makeStore: LaunchServices['makeStore'] = (spec, { node, limitBytes }) =>
  memoryStore(spec, { node, ...(limitBytes === undefined ? {} : { limitBytes }) });

/** How a topology is launched. */
export interface LaunchOptions {
  readonly settings: LaunchSettings;
  readonly meter?: PrometheusMeter;
}

/** Launches a topology on these services: the one way in which every command does it. */
export const launchTopology = async (topology: Topology, services: Services, { settings, meter }: LaunchOptions): Promise<Launched> => {
  checkEndpoints(topology, services);
  const { cluster, wire, clock, log } = services;
  const deps: LaunchServices = {
    cluster,
    wire,
    clock,
    log,
    makeStore,
    meter: meter ?? prometheusMeter(),
    targetOf: deliveryTargets(services),
    random: randomShare,
  };
  return launch(topology, deps, settings);
};
