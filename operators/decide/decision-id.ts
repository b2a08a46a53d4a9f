import { v5 } from 'uuid';
import { keyPart } from '../../pipeline/core/key.ts';

/** The namespace of all decision ids; it never changes. */
const namespace = '7d1c9a52-3f0e-4c55-9a41-6f2f5b8b0c1e';

/** A UUIDv5 (RFC 9562) of these parts, in order: the same parts give the same id, always and everywhere. */
export const decisionId = (...parts: ReadonlyArray<string>): string => v5(parts.map(keyPart).join('|'), namespace);
