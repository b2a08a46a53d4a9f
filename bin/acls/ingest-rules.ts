import { topics } from '../../topologies/feedback/topics.ts';
import { type AccessRule, topicRule } from './access-rules.ts';

/** The least that a process of the ingestion API is to be allowed. It is in no group: every process reads all of the reference data. */
export const ingestRules: ReadonlyArray<AccessRule> = [
  ...[topics.referenceBlocklist, topics.referenceSignals].map(({ name }) => topicRule('READ', 'reads reference data')(name)),
  ...[topics.feedbackReceived, topics.inferenceLogged].map(({ name }) => topicRule('WRITE', 'writes what it takes')(name)),
];
