import type { Tombstone } from './chunk.ts';
import { MillraceError } from './errors.ts';
import type { Path } from './key.ts';
import type { RecordType } from './record-type.ts';

/** How a topic is declared. */
export interface TopicOptions<T, K extends string> {
  readonly type: RecordType<T>;
  /** The fields that make the record's key, and so choose its partition. */
  readonly key: ReadonlyArray<K>;
  /** The path of the timestamp field that is the record's event time; Kafka's own timestamp if left out. */
  readonly time?: Path<T>;
  /** Kafka's own names, used when Millrace creates the topic, e.g. `{ 'retention.ms': '-1' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A topic as a value, bound to its schema, its type and its key. */
export interface Topic<T, K extends string = string> {
  readonly kind: 'topic';
  readonly name: string;
  readonly type: RecordType<T>;
  readonly key: ReadonlyArray<K>;
  readonly time: string | undefined;
  readonly compacted: boolean;
  readonly config: Readonly<Record<string, string>>;
}

/** A topic whose last record per key is the current one; it takes tombstones. */
export interface CompactedTopic<T, K extends string = string> extends Topic<T, K> {
  readonly compacted: true;
}

/** A topic of bytes that carry no schema of their own, e.g. a dead letter: records of any topic, as they were. */
export interface RawTopic {
  readonly kind: 'raw-topic';
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** What a topic's sink may be given. */
export type Accepted<S> = S extends CompactedTopic<infer T> ? T | Tombstone<T> : S extends Topic<infer T> ? T : never;

const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

const checkName = (name: string): void => {
  if (legalName.test(name)) return;
  throw new MillraceError('bad_topic', `"${name}" is not a legal topic name: use letters, digits, ".", "_" and "-"`);
};

/**
 * Declares a topic. Nothing is created by it.
 *
 * @throws MillraceError `bad_topic` if the name is not one that Kafka takes or `time` is not a timestamp of the schema.
 * @example topic('feedback.received', { type: feedbackEvent, key: ['tenant', 'target.id'], time: 'event_time' })
 */
export const topic = <T, const K extends Path<T>>(name: string, options: TopicOptions<T, K>): Topic<T, K> => {
  checkName(name);
  if (options.key.length === 0) throw new MillraceError('bad_topic', `topic ${name}: the key needs at least one field path`);
  if (options.time !== undefined) options.type.timeAt(options.time);
  const { type, key, time, config = {} } = options;
  return Object.freeze({ kind: 'topic', name, type, key, time, compacted: false, config });
};

/** Declares a topic of bytes. */
export const rawTopic = (name: string, config: Readonly<Record<string, string>> = {}): RawTopic => {
  checkName(name);
  return Object.freeze({ kind: 'raw-topic', name, config });
};

/** Declares a compacted topic: its last record per key is the current one, and a tombstone ends a key. */
export const compactedTopic = <T, const K extends Path<T>>(name: string, options: TopicOptions<T, K>): CompactedTopic<T, K> =>
  Object.freeze({ ...topic(name, { ...options, config: { 'cleanup.policy': 'compact', ...options.config } }), compacted: true });
