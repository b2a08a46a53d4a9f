import { MillraceError } from '../../core/errors.ts';
import { keyReader } from '../../core/key.ts';
import type { Topic } from '../../core/topic.ts';

/** A record that is sent into a topology that is being simulated. */
export interface Message {
  readonly topic: string;
  readonly key: Buffer | null;
  /** Its event time, ms since the epoch; undefined where the topic declares none. */
  readonly time: number | undefined;
  /** Its value under the topic's schema; absent for a message of bytes. */
  readonly value?: unknown;
  /** What goes as it is in place of an encoded value. */
  readonly bytes?: Buffer | null;
  /** Whether a second copy of it, sent a little later, changes nothing: such copies are among the faults. */
  readonly mayRepeat: boolean;
}

/** What may be said of a message besides its value. */
export interface MessageOptions {
  /** False if left out: only a topology that drops repeats stands them. */
  readonly mayRepeat?: boolean;
}

/**
 * A value on its way into a topic, for the inputs of a simulation.
 *
 * @throws MillraceError `bad_config` if the value has no event time although the topic declares one.
 * @example message(paid, { account: 'a', payment_id: 'p1', cents: 5, at: Date.UTC(2025, 0, 1) }, { mayRepeat: true })
 */
export const message = <T>(topic: Topic<T>, value: T, { mayRepeat = false }: MessageOptions = {}): Message => {
  const time = topic.time === undefined ? undefined : topic.type.timeAt(topic.time)(value);
  if (topic.time !== undefined && time === undefined) {
    throw new MillraceError('bad_config', `a message for ${topic.name} has no time at "${topic.time}"`);
  }
  return { topic: topic.name, key: Buffer.from(keyReader(topic.key)(value)), time, value, mayRepeat };
};

/** Bytes on their way into a topic, for what is broken. */
export const rawMessage = (topic: { readonly name: string }, key: Buffer | null, bytes: Buffer | null): Message => ({
  topic: topic.name,
  key,
  time: undefined,
  bytes,
  mayRepeat: false,
});
