import { type GraphNode, type Topology, topicsOf } from './graph.ts';
import type { OutputRef } from './stream-ref.ts';

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const badNames = ({ name, nodes }: Topology): ReadonlyArray<string> =>
  [name, ...nodes.map((node) => node.name)]
    .filter((candidate) => !kebab.test(candidate))
    .map((candidate) => `"${candidate}" is not a name: use lower-case words joined with "-", beginning with a letter`);

const duplicates = ({ nodes }: Topology): ReadonlyArray<string> => {
  const names = nodes.map((node) => node.name);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [...twice].map((name) => `the name "${name}" is used more than once: a node's name is its identity`);
};

const outputsOf = (node: GraphNode): ReadonlyArray<OutputRef> => {
  if (node.kind === 'sink' || node.kind === 'broadcast') return [];
  if (node.kind === 'split') return node.cases.map(([port]) => ({ node: node.name, port }));
  return [{ node: node.name, port: undefined }];
};

const readOutputs = (nodes: ReadonlyArray<GraphNode>): ReadonlySet<string> =>
  new Set(nodes.flatMap((node) => node.inputs.map((input) => `${input.node}#${input.port ?? ''}`)));

const dangling = ({ nodes }: Topology): ReadonlyArray<string> => {
  const read = readOutputs(nodes);
  return nodes
    .flatMap(outputsOf)
    .filter((output) => !read.has(`${output.node}#${output.port ?? ''}`))
    .map(({ node, port }) =>
      port === undefined
        ? `the stream of "${node}" is read by nothing: end it with "to", or leave it out`
        : `the case "${port}" of split "${node}" has no reader: end it with "to", or leave the case out`,
    );
};

const isUsed = (node: GraphNode, nodes: ReadonlyArray<GraphNode>): boolean =>
  nodes.some((other) => other.kind === 'step' && other.operator.shape === 'broadcast' && other.operator.table.broadcast === node.name);

const unusedBroadcasts = ({ nodes }: Topology): ReadonlyArray<string> =>
  nodes
    .filter((node) => node.kind === 'broadcast' && !isUsed(node, nodes))
    .map((node) => `the broadcast "${node.name}" is used by nothing: leave it out, or enrich with it`);

const unknownPorts = ({ nodes }: Topology): ReadonlyArray<string> =>
  nodes.flatMap((node) =>
    node.inputs.flatMap(({ node: from, port }) => {
      const source = nodes.find((other) => other.name === from);
      if (source?.kind !== 'step' || port === undefined) return [];
      const ports = source.operator.ports ?? [];
      return ports.includes(port) ? [] : [`"${node.name}" reads the port "${port}" of "${from}", which has ${ports.join(', ') || 'none'}`];
    }),
  );

const readTwice = ({ nodes }: Topology): ReadonlyArray<string> => {
  const sources = nodes.filter((node) => node.kind === 'source');
  return sources.flatMap((node, at) => {
    const earlier = sources.slice(0, at).find((other) => other.topic.name === node.topic.name);
    if (earlier === undefined) return [];
    return [`"${earlier.name}" and "${node.name}" both read ${node.topic.name}: read it once and use the stream twice`];
  });
};

const unknownSettings = ({ nodes, settings }: Topology): ReadonlyArray<string> =>
  Object.keys(settings)
    .filter((name) => !nodes.some((node) => node.name === name))
    .map((name) => `there are settings for "${name}", but no node of that name`);

/** The sources that a node hangs from, through every input. */
const sourcesAbove = (node: GraphNode, byName: ReadonlyMap<string, GraphNode>): ReadonlyArray<GraphNode> => {
  if (node.kind === 'source') return [node];
  return node.inputs.flatMap((input) => {
    const above = byName.get(input.node);
    return above === undefined ? [] : sourcesAbove(above, byName);
  });
};

const loops = ({ nodes, deadLetter }: Topology): ReadonlyArray<string> => {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const around = nodes.flatMap((node) => {
    if (node.kind !== 'sink') return [];
    const written = new Set(topicsOf(node.sink).map((topic) => topic.name));
    const read = sourcesAbove(node, byName).filter((above) => above.kind === 'source' && written.has(above.topic.name));
    return [...new Set(read.map((above) => above.name))].map(
      (above) => `a loop: "${node.name}" writes the topic that "${above}" above it reads`,
    );
  });
  const rejects = nodes.filter((node) => node.kind === 'source' && node.topic.name === deadLetter.name);
  return [...around, ...rejects.map((node) => `a loop: "${node.name}" reads the topology's own dead letter`)];
};

/** Every mistake of a declaration that the graph as a whole shows, a sentence each, naming its node. */
export const checkNodes = (draft: Topology): ReadonlyArray<string> => [
  ...badNames(draft),
  ...duplicates(draft),
  ...dangling(draft),
  ...unusedBroadcasts(draft),
  ...unknownPorts(draft),
  ...readTwice(draft),
  ...unknownSettings(draft),
  ...loops(draft),
];
