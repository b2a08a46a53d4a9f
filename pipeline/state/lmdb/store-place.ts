import path from 'node:path';
import type { StorePlace } from '../../core/ports/store.ts';

/** The folder of a store within a state directory. */
export const folderOf = (directory: string, { topology, task, node }: StorePlace): string =>
  path.join(directory, ...[topology, ...task.split('/'), node].map((part) => encodeURIComponent(part)));

const factsOf = ({ topology, task, node, fingerprint, changelog }: StorePlace): Readonly<Record<string, string>> => ({
  topology,
  task,
  node,
  fingerprint,
  changelog: `${changelog.topic}:${changelog.partition}`,
  'changelog topic id': changelog.topicId ?? '',
  'changelog from': String(changelog.begin),
});

/** What must be the same for a state file to be read on, as it stands in the file. */
export const identityOf = (place: StorePlace): string => JSON.stringify(factsOf(place));

const parsed = (identity: string): Readonly<Record<string, unknown>> => {
  try {
    const found: unknown = JSON.parse(identity);
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
};

/** What differs between the identity in a file and a place, e.g. `its task is a, not b`; undefined if nothing does. */
export const strangeness = (identity: string, place: StorePlace): string | undefined => {
  const found = parsed(identity);
  const differing = Object.entries(factsOf(place)).filter(([name, value]) => found[name] !== value);
  if (differing.length === 0) return undefined;
  return differing.map(([name, value]) => `its ${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(value)}`).join('; ');
};
