import type { Isolation, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import type { Session } from './session.ts';

/** The first offset that is there and the end, under one isolation. Throws `unknown_topic`. */
export const watermarksOf = async (session: Session, partition: TopicPartition, isolation: Isolation): Promise<Watermarks> => {
  await Promise.resolve();
  session.check();
  session.broker.tick();
  const log = session.broker.log(partition);
  return { low: log.low, high: log.high(isolation) };
};

/** The end of each partition, in their order, under one isolation. Throws `unknown_topic`. */
export const endsOf = async (
  session: Session,
  partitions: ReadonlyArray<TopicPartition>,
  isolation: Isolation,
): Promise<ReadonlyArray<number>> =>
  (await Promise.all(partitions.map((at) => watermarksOf(session, at, isolation)))).map(({ high }) => high);

/** The first offset that is there of each partition, in their order. Throws `unknown_topic`. */
export const startsOf = async (session: Session, partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number>> =>
  (await Promise.all(partitions.map((at) => watermarksOf(session, at, 'uncommitted')))).map(({ low }) => low);
