/** What an internal topic is for. */
export type InternalUse = 'changelog' | 'repartition' | 'delivery' | 'dead-letter';

/** The name of a node's internal topic, e.g. `millrace.feedback.by-model.repartition`. */
export const internalTopic = (topology: string, node: string, use: InternalUse): string => `millrace.${topology}.${node}.${use}`;

/** The compacted topic that tells what runs under a topology's name. */
export const manifestTopic = (topology: string): string => `millrace.${topology}.manifest`;

/** The compacted topic that tells which dead letters of a topology were redriven. */
export const redriveTopic = (topology: string): string => `millrace.${topology}.redrive`;
