import { createHash } from 'node:crypto';
import type { Submitter } from '../../../schemas/generated/feedback-event.ts';
import type { Impression } from './read-bandit.ts';

const idHash = (identity: string): string => createHash('sha256').update(`demo/${identity}`).digest('hex').slice(0, 32);

const numbered = (kind: string, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => idHash(`${kind}-${index + 1}`));

/** Hashed identities of the people who look at digits. */
export const annotators = numbered('annotator', 48);

/** Hashed identities whose feedback is refused. */
export const abusers = numbered('abuser', 3);

/** Hashed identity of the shop's visitors who share these features; the data tells no more of them. */
export const visitorHash = ({ features }: Pick<Impression, 'features'>): string => idHash(`visitor/${Object.values(features).join('/')}`);

/** An annotator as the submitter of feedback. */
export const annotator = (id_hash: string): Submitter => ({ id_hash, kind: 'ANNOTATOR', role: 'labeller' });

/** A visitor as the submitter of feedback. */
export const visitor = (id_hash: string): Submitter => ({ id_hash, kind: 'USER', role: null });
