import type { GroupOptions, TopicPartition } from '../../core/ports/cluster.ts';
import { type ClientError, type NativeConsumer, newConsumer } from './client.ts';
import { connect } from './connect.ts';
import { type Connection, memberSettings } from './kafka-options.ts';
import { MessageQueue } from './message-queue.ts';

/** What the client tells a member between calls. Whoever the member belongs to puts its own functions here. */
export interface MemberCallbacks {
  rebalanced: (event: ClientError | undefined, partitions: ReadonlyArray<TopicPartition>) => void;
  committed: (error: ClientError | undefined) => void;
}

/** A connected consumer that has asked to join its group, and what it fetches. */
export interface OpenMember {
  readonly consumer: NativeConsumer;
  readonly queue: MessageQueue;
  readonly callbacks: MemberCallbacks;
  readonly protocol: 'consumer' | 'classic';
  /** Why the client cannot go on, once it said so: its errors do not tell. */
  readonly fatal: { reason: string | undefined };
}

/** Connects a consumer and subscribes it. Nothing is told before it is polled. */
export const openMember = async (
  connection: Connection,
  options: Pick<GroupOptions, 'groupId' | 'topics' | 'instanceId'>,
  protocol: 'consumer' | 'classic',
): Promise<OpenMember> => {
  const callbacks: MemberCallbacks = { rebalanced: () => undefined, committed: () => undefined };
  const consumer = await newConsumer(memberSettings(connection, options, protocol), {
    rebalance_cb: (event, partitions) => callbacks.rebalanced(event, partitions),
    offset_commit_cb: (error) => callbacks.committed(error),
  });
  const queue = new MessageQueue(consumer);
  const fatal: OpenMember['fatal'] = { reason: undefined };
  consumer.on('event.log', ({ fac, message }) => {
    if (fac === 'FATAL') fatal.reason = message;
  });
  await connect(consumer, connection);
  consumer.subscribe(options.topics);
  return { consumer, queue, callbacks, protocol, fatal };
};
