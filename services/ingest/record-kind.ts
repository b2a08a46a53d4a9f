import { contentHash } from '../../pipeline/core/content-hash.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { NewRecord } from '../../pipeline/core/ports/cluster.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { Topic } from '../../pipeline/core/topic.ts';
import type { Origin } from './event/origin.ts';
import { type Refusal, refusal, ruleStatus } from './refusal.ts';

/** A record that is ready to be written, and what tells its repeats. */
export interface Prepared {
  /** What the client is answered, and what feedback and inferences are known by. */
  readonly id: string;
  /** Under what its repeats are known. */
  readonly knownBy: string;
  /** Whether the client named it, so that it can be repeated. */
  readonly isNamed: boolean;
  /** Whose it is. */
  readonly tenant: string;
  /** A hash of its content; repeats have the same. */
  readonly hash: number;
  readonly record: NewRecord;
}

/** A kind of record that the API takes. */
export interface RecordKind {
  /** As metrics name it. */
  readonly name: 'feedback' | 'inference';
  readonly prepare: (body: unknown, origin: Origin) => Prepared | Refusal;
}

/** A value of the log that a body makes. */
export interface Mapped<T> {
  readonly id: string;
  /** Under what its repeats are known; its id if left out. */
  readonly knownBy?: string;
  readonly isNamed: boolean;
  readonly value: T;
}

/** How a kind of record is read and where it goes. */
export interface KindParts<T> {
  readonly name: RecordKind['name'];
  readonly topic: Topic<T>;
  /** The paths that differ between repeats of one record. */
  readonly besidesContent: ReadonlyArray<string>;
  /** Checks a body and makes its value. */
  readonly map: (body: unknown, origin: Origin) => Mapped<T> | Refusal;
}

/** Joins a kind to the wire format: registers its schema. Throws `incompatible_schema` or `registry_unavailable`. */
export const recordKind = async <T>({ name, topic, besidesContent, map }: KindParts<T>, wire: Wire): Promise<RecordKind> => {
  const encode = await wire.encoder(topic.name, topic.type);
  const keyOf = keyReader(topic.key);
  const hashOf = contentHash(besidesContent);
  const recordOf = (value: T, now: number): NewRecord | Refusal => {
    try {
      return { topic: topic.name, key: Buffer.from(keyOf(value)), value: encode(value), timestamp: now };
    } catch (error) {
      if (!(error instanceof MillraceError) || error.action !== 'reject') throw error;
      return { ...refusal('invalid_field', 'the record does not fit its schema', { path: '' }), status: ruleStatus };
    }
  };
  return {
    name,
    prepare: (body, origin) => {
      const mapped = map(body, origin);
      if ('code' in mapped) return mapped;
      const record = recordOf(mapped.value, origin.now);
      return 'code' in record
        ? record
        : {
            id: mapped.id,
            knownBy: mapped.knownBy ?? mapped.id,
            isNamed: mapped.isNamed,
            tenant: origin.tenant,
            hash: hashOf(mapped.value),
            record,
          };
    },
  };
};
