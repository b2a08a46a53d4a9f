import { type Topology, topicsOf } from '../../pipeline/core/graph.ts';
import { manifestTopic } from '../../pipeline/core/internal-topics.ts';
import { deliveryGroup } from '../../pipeline/runtime/launch/outside-deliveries.ts';

/** What a rule is about, by Kafka's own names. */
export type Resource = 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID';

/** An operation of Kafka's access control. Read and Write bring Describe with them. */
export type Operation = 'READ' | 'WRITE' | 'CREATE';

/** What one principal is allowed on one resource, or on all whose names begin with it. */
export interface AccessRule {
  readonly resource: Resource;
  readonly name: string;
  readonly pattern: 'LITERAL' | 'PREFIXED';
  readonly operations: ReadonlyArray<Operation>;
  /** What a process does there. */
  readonly for: string;
}

/** A rule for one topic, of that name alone. */
export const topicRule =
  (operation: Operation, purpose: string) =>
  (name: string): AccessRule => ({
    resource: 'TOPIC',
    name,
    pattern: 'LITERAL',
    operations: [operation],
    for: purpose,
  });

const distinct = (names: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(names)].sort();

const sharedTopics = (topology: Topology): ReadonlyArray<AccessRule> => {
  const { nodes, deadLetter } = topology;
  const read = nodes.flatMap((node) => (node.kind === 'source' || node.kind === 'broadcast' ? [node.topic.name] : []));
  const written = nodes.flatMap((node) => (node.kind === 'sink' ? topicsOf(node.sink).map(({ name }) => name) : []));
  return [
    ...distinct(read).map(topicRule('READ', 'reads records')),
    ...distinct(written).map(topicRule('WRITE', 'writes results')),
    topicRule('WRITE', 'writes rejects')(deadLetter.name),
  ];
};

/** What a sink hands over that is no topic is read by a group of its own. */
const deliveryGroups = (topology: Topology, group: string): ReadonlyArray<string> =>
  topology.nodes.flatMap((node) => (node.kind === 'sink' && topicsOf(node.sink).length === 0 ? [deliveryGroup(group, node.name)] : []));

const reading = (name: string): AccessRule => ({
  resource: 'GROUP',
  name,
  pattern: 'LITERAL',
  operations: ['READ'],
  for: 'joins its group and commits offsets',
});

/** A rule for all topics that are a topology's own. */
export const internalTopicsRule = ({ name }: Topology, purpose: string): AccessRule => ({
  resource: 'TOPIC',
  name: `millrace.${name}.`,
  pattern: 'PREFIXED',
  operations: ['CREATE', 'READ', 'WRITE'],
  for: purpose,
});

/**
 * The least that a process of a topology is to be allowed, where the cluster denies what no rule allows. `group`: the consumer group that it
 * runs under. Sorted, so that two lists can be compared.
 *
 * @example accessRules(feedback, 'feedback').map(({ resource, name }) => `${resource} ${name}`)
 */
export const accessRules = (topology: Topology, group: string): ReadonlyArray<AccessRule> => [
  ...sharedTopics(topology),
  internalTopicsRule(topology, 'keeps changelogs, repartitions, deliveries and the manifest'),
  ...[group, ...deliveryGroups(topology, group)].map(reading),
  {
    resource: 'TRANSACTIONAL_ID',
    name: `${group}-`,
    pattern: 'PREFIXED',
    operations: ['WRITE'],
    for: 'commits, under its slot',
  },
  {
    resource: 'TRANSACTIONAL_ID',
    name: manifestTopic(topology.name),
    pattern: 'LITERAL',
    operations: ['WRITE'],
    for: 'writes the manifest',
  },
];
