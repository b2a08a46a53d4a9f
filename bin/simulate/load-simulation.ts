import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Simulation } from '../../pipeline/testing/simulate/simulation.ts';

/** The simulations of the shipped topologies by name. */
const shipped = new Map<string, () => Promise<Simulation>>([
  ['feedback', async () => (await import('./feedback/simulation.ts')).simulation],
]);

const bad = (message: string, cause?: unknown): MillraceError => new MillraceError('bad_config', message, cause);

const parts = ['inputs', 'outputs', 'facts', 'problems', 'lookups'];

const isSimulation = (value: unknown): value is Simulation =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0 && Object.keys(value).every((key) => parts.includes(key));

const exported = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  const full = path.resolve(file);
  if (!existsSync(full)) throw bad(`there is no file ${file}: give the module that exports the simulation`);
  try {
    const module: unknown = await import(pathToFileURL(full).href);
    return { ...(typeof module === 'object' ? module : {}) };
  } catch (error) {
    throw bad(`the module ${file} cannot be loaded: ${messageOf(error)}`, error);
  }
};

const chosen = (file: string, name: string | undefined, found: Readonly<Record<string, unknown>>): Simulation => {
  const simulations = Object.entries(found).flatMap(([key, value]) =>
    isSimulation(value) && (name ?? key) === key ? [[key, value] as const] : [],
  );
  const [first, ...others] = simulations;
  if (first !== undefined && others.length === 0) return first[1];
  if (first !== undefined)
    throw bad(`${file} exports several simulations; name one: ${simulations.map(([key]) => `${file}#${key}`).join(', ')}`);
  throw bad(`${file} exports no simulation${name === undefined ? '' : ` "${name}"`}: an object of ${parts.join(', ')}`);
};

/**
 * Finds how a topology is simulated: what the module `file` (or `file#export`) says, else what is shipped with the topology, else nothing: inputs are
 * made up from the schemas then.
 *
 * @throws MillraceError `bad_config` if the module has no simulation, or several.
 */
export const loadSimulation = async (topology: string, given: string | undefined): Promise<Simulation> => {
  if (given === undefined) return (await shipped.get(topology)?.()) ?? {};
  const [file = '', name] = given.split('#');
  return chosen(file, name, await exported(file));
};
