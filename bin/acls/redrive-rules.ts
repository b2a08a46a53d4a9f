import type { Topology } from '../../pipeline/core/graph.ts';
import { redriveTopic } from '../../pipeline/core/internal-topics.ts';
import { type AccessRule, internalTopicsRule, topicRule } from './access-rules.ts';

/**
 * The least that whoever redrives dead letters of a topology is to be allowed: a letter goes back to where its record was read, which is a source
 * or a topic of the topology's own. Nothing is read in a group.
 */
export const redriveRules = (topology: Topology): ReadonlyArray<AccessRule> => {
  const sources = topology.nodes.flatMap((node) => (node.kind === 'source' ? [node.topic.name] : []));
  return [
    topicRule('READ', 'reads dead letters')(topology.deadLetter.name),
    ...[...new Set(sources)].sort().map(topicRule('WRITE', 'sends records back')),
    internalTopicsRule(topology, 'sends records back, and keeps what was redriven'),
    {
      resource: 'TRANSACTIONAL_ID',
      name: redriveTopic(topology.name),
      pattern: 'LITERAL',
      operations: ['WRITE'],
      for: 'redrives, one at a time',
    },
  ];
};
