import { type SimulationReport, simulate } from '../../pipeline/testing/simulate.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { loadSimulation } from './load-simulation.ts';

/** What is to be simulated, as it was typed. */
export interface Wanted {
  readonly topology: string;
  readonly with: string | undefined;
  readonly shrink: boolean;
  readonly stopAtFirst: boolean;
}

/** Some seeds of it in a row. */
export interface Block {
  readonly from: number;
  readonly seeds: number;
}

/** Runs a block of seeds in this process. */
export const runBlock = async ({ topology, with: given, ...wanted }: Wanted, block: Block): Promise<SimulationReport> =>
  simulate(await loadTopology(topology), { ...(await loadSimulation(topology, given)), ...wanted, ...block });
