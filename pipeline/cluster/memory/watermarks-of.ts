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
