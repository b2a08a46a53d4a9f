import path from 'node:path';

/** Whose state a store keeps, and which changelog goes on where it stands. */
export interface StorePlace {
  readonly topology: string;
  /** The task's id, e.g. `feedback-in/3`. */
  readonly task: string;
  readonly node: string;
  /** The hash of the node's fingerprint. */
  readonly fingerprint: string;
  /** The id of the cluster that holds the changelog. */
  readonly cluster: string;
  readonly changelog: StoreChangelog;
}

/** The partition of a changelog that belongs to a store. */
export interface StoreChangelog {
  readonly topic: string;
  /** The topic's id, which a topic that was deleted and made again does not have any more. */
  readonly topicId: string;
  readonly partition: number;
  /** How long the topic keeps a deletion, `delete.retention.ms`. A store that was away for longer than half of it may have missed one. */
  readonly keepsDeletions: number;
}

/** The folder of a store within a state directory. */
export const folderOf = (directory: string, { topology, task, node }: StorePlace): string =>
  path.join(directory, ...[topology, ...task.split('/'), node].map((part) => encodeURIComponent(part)));

const factsOf = ({ topology, task, node, fingerprint, cluster, changelog }: StorePlace): Readonly<Record<string, string>> => ({
  topology,
  task,
  node,
  fingerprint,
  cluster,
  changelog: `${changelog.topic}:${changelog.partition}`,
  'changelog topic id': changelog.topicId,
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

/** What differs between the identity in a file and a place, e.g. `cluster is a, not b`; undefined if nothing does. */
export const strangeness = (identity: string, place: StorePlace): string | undefined => {
  const found = parsed(identity);
  const differing = Object.entries(factsOf(place)).filter(([name, value]) => found[name] !== value);
  if (differing.length === 0) return undefined;
  return differing.map(([name, value]) => `its ${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(value)}`).join('; ');
};
