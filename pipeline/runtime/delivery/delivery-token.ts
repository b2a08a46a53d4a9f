import type { CommittedOffset } from '../../core/ports/cluster.ts';

/** What a token names: the committed records [from, to) of one partition, as a node of a topology hands them over under a schema. */
export interface TokenParts {
  readonly topology: string;
  readonly node: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly schema: string;
}

/** A range that has been announced and perhaps handed over, by whoever held the partition before. */
export interface PendingRange {
  readonly from: number;
  readonly to: number;
  readonly token: string;
}

/** The key of a batch: the same range under the same schema always has the same. */
export const deliveryToken = ({ topology, node, topic, partition, from, to, schema }: TokenParts): string =>
  `${topology}/${node}/${topic}/${partition}/${from}-${to}/${schema}`;

/**
 * The range that a committed offset announces in its metadata, or `undefined` if it announces none. The token is kept as it stands,
 * whatever topology, node or schema it names: it is what the receiver knows the batch by. One that does not begin at the committed
 * offset of its own partition was not written by a delivery.
 */
export const pendingRange = ({ topic, partition, offset, metadata }: CommittedOffset): PendingRange | undefined => {
  const parts = /^[^/]+\/[^/]+\/([^/]+)\/(\d+)\/(\d+)-(\d+)\/[^/]+$/.exec(metadata);
  if (parts === null) return undefined;
  const [, ofTopic, ofPartition, from, to] = parts;
  const isOurs = ofTopic === topic && Number(ofPartition) === partition && Number(from) === offset && Number(to) > offset;
  return isOurs ? { from: offset, to: Number(to), token: metadata } : undefined;
};
