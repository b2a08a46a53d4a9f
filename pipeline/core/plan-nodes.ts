import type { NodeDescription } from './describe.ts';
import type { DeclaredManifest } from './manifest.ts';
import { differences } from './plan-differences.ts';

const stateless = (nodes: ReadonlyArray<NodeDescription>): ReadonlyMap<string, NodeDescription> =>
  new Map(nodes.filter(({ fingerprint }) => fingerprint === undefined).map((node) => [node.name, node]));

const facts = ({ kind, inputs, topics, table, params, key, holds }: NodeDescription): Readonly<Record<string, unknown>> => ({
  kind,
  inputs,
  topics,
  table,
  params,
  key,
  holds,
});

/** What has changed about nodes, one line each, beyond their state and what they read: all of it is safe. */
export const nodeChanges = (before: DeclaredManifest, after: DeclaredManifest): ReadonlyArray<string> => {
  const olds = new Map(before.description.nodes.map((node) => [node.name, node]));
  const news = new Map(after.description.nodes.map((node) => [node.name, node]));
  const gone = [...stateless(before.description.nodes).keys()].filter((name) => !news.has(name)).map((name) => `${name}: gone`);
  const added = [...stateless(after.description.nodes).keys()].filter((name) => !olds.has(name)).map((name) => `${name}: new`);
  const changed = [...news.values()].flatMap((node) => {
    const old = olds.get(node.name);
    return old === undefined ? [] : differences(node.name, facts(old), facts(node));
  });
  return [...gone, ...added, ...changed, ...differences('dead letter', before.description.deadLetter, after.description.deadLetter)];
};
