import { v7 } from 'uuid';
import { derivedId } from '../../../topologies/feedback/derived-id.ts';
import type { Origin } from './origin.ts';

/** Namespaces of the ids that are made of a client's key, one for each kind of record. */
export const idNamespaces = {
  feedback: '2f1b8a34-6c0e-5d7a-9b43-0f6de1c2a9b7',
  inference: '8d54c7e1-3a92-5f06-b1d8-6e07f49ab35c',
} as const;

/** The parts of a body that say whether it is a repeat. */
export interface Named {
  readonly id?: string | undefined;
  readonly idempotency_key?: string | undefined;
}

/**
 * The key under which a record is repeated: the header, else the field, else the client's id; undefined without any. What comes by a link has
 * that of the link, and keys of its bearer stand within it, so that nobody takes the key of somebody else.
 */
export const repeatKey = ({ id, idempotency_key }: Named, { idempotencyKey, link }: Origin): string | undefined => {
  const key = idempotencyKey ?? idempotency_key ?? id;
  if (link === undefined) return key;
  return key === undefined ? `link ${link.id}` : `link ${link.id} ${key}`;
};

/**
 * The UUIDv5 of tenant and key, the same on every replica; without a key a UUIDv7 that nobody else has.
 * A tenant's name has no `|`, so no two pairs make one name.
 */
export const recordId = (namespace: string, tenant: string, key: string | undefined): string =>
  key === undefined ? v7() : derivedId(namespace, `${tenant}|${key}`);

/** The id of a single record as it is written once: a UUIDv7. */
export const eventId = (): string => v7();
