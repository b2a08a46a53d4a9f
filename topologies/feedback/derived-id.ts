import { v5 } from 'uuid';

/**
 * The UUIDv5 of a name in the namespace of an id that was given from outside, e.g. a feedback_id: the same in every replay.
 *
 * `namespace` is 32 hexadecimal digits of either case with hyphens, of any UUID version or none.
 */
export const derivedId = (namespace: string, name: string): string => v5(name, Buffer.from(namespace.replaceAll('-', ''), 'hex'));
