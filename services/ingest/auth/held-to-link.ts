import { isDeepStrictEqual } from 'node:util';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { UsedNames } from '../event/edge-rules.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { LinkGrant } from './key-ring.ts';

/** The sources that an end user can be. */
const ofUsers: ReadonlyArray<FeedbackEvent['source']> = ['END_USER', 'IMPLICIT'];

const outside = (what: string, path: string): Refusal =>
  refusal('forbidden', `the link does not let say this: it is for another ${what}`, { path });

const isAbout = ({ target }: FeedbackEvent, { inference }: LinkGrant): boolean => target.kind === 'INFERENCE' && target.id === inference;

const mayBe = (value: unknown, link: LinkGrant): boolean => link.value === undefined || isDeepStrictEqual(value, link.value);

/** The body that a feedback was made of, and the names that it used. */
export interface Sent {
  readonly names: UsedNames;
  readonly body: object;
}

/** Why a link does not let its bearer write a feedback; undefined if it does, or if there is no link. */
export const outsideLink = (event: FeedbackEvent, { names, body }: Sent, link: LinkGrant | undefined): Refusal | undefined => {
  if (link === undefined) return undefined;
  if (event.op !== 'CREATE') return outside('operation', 'retracts' in body ? '/retracts' : '/amends');
  if (!isAbout(event, link)) return outside('inference', `/${names.target}`);
  if (event.key !== link.key) return outside('signal', '/key');
  if (!ofUsers.includes(event.source)) return outside('source', '/source');
  return mayBe(Reflect.get(body, names.value), link) ? undefined : outside('value', `/${names.value}`);
};
