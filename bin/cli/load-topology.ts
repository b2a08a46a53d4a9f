import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';

/** The shipped topologies by name. */
const shipped: Readonly<Record<string, () => Promise<Topology>>> = {
  feedback: async () => (await import('../../topologies/feedback/topology.ts')).feedback,
};

const isTopology = (value: unknown): value is Topology =>
  typeof value === 'object' && value !== null && 'nodes' in value && 'deadLetter' in value && 'settings' in value;

const bad = (message: string, cause?: unknown): MillraceError => new MillraceError('bad_config', message, cause);

const exportsOf = async (file: string, version: string | undefined): Promise<Readonly<Record<string, unknown>>> => {
  const full = path.resolve(file);
  if (statSync(full, { throwIfNoEntry: false })?.isFile() !== true) {
    const names = Object.keys(shipped).join(', ');
    throw bad(
      `there is no topology "${file}": give the name of a shipped one (${names}) or the path of a module, e.g. ./my-topology.js#clicks`,
    );
  }
  try {
    const module: unknown = await import(pathToFileURL(full).href + (version === undefined ? '' : `?version=${version}`));
    return { ...(typeof module === 'object' ? module : {}) };
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw bad(`the module ${file} cannot be loaded: ${messageOf(error)}`, error);
  }
};

const chosen = (file: string, name: string | undefined, found: Readonly<Record<string, unknown>>): Topology => {
  const topologies = Object.entries(found).flatMap(([key, value]) => (isTopology(value) ? [[key, value] as const] : []));
  const [first, ...others] = name === undefined ? topologies : topologies.filter(([key]) => key === name);
  if (first !== undefined && others.length === 0) return first[1];
  const names = topologies.map(([key]) => `${file}#${key}`).join(', ');
  if (topologies.length === 0) throw bad(`${file} exports no topology: export const clicks = topology('clicks', …)`);
  throw bad(
    name === undefined
      ? `${file} exports several topologies; name one: ${names}`
      : `${file} exports no topology "${name}"; there is ${names}`,
  );
};

/** The file of a topology that is given by the path of its module; undefined for a shipped one. */
export const topologyFile = (given: string): string | undefined =>
  Object.hasOwn(shipped, given) ? undefined : path.resolve(given.split('#')[0] ?? '');

/**
 * Finds a topology: a shipped one by its name, else one that a module exports, as `path` or `path#export`.
 * With a `version` the module is loaded anew, as it is now.
 *
 * @throws MillraceError `bad_config` if there is none or several; whatever the declaration itself throws, e.g. `bad_topology`.
 */
export const loadTopology = async (given: string, version?: string): Promise<Topology> => {
  const own = Object.hasOwn(shipped, given) ? shipped[given] : undefined;
  if (own !== undefined) return own();
  const [file = '', name] = given.split('#');
  if (Object.hasOwn(shipped, file)) throw bad(`"${file}" is the name of a shipped topology, not of a module: leave out "#${name}"`);
  return chosen(file, name, await exportsOf(file, version));
};
