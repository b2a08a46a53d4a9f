import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { besidesContent } from '../../topologies/feedback/checks/repeats.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { outsideLink } from './auth/held-to-link.ts';
import { badTime, brokenRule, type UsedNames } from './event/edge-rules.ts';
import { feedbackEventOf } from './event/feedback-event.ts';
import { type Told, toldBy } from './event/feedback-told.ts';
import type { Origin } from './event/origin.ts';
import { type Checked, checker } from './payload/check.ts';
import { type AnyFeedbackBody, type FeedbackBody, type FeedbackForm, feedbackSchemas, formOfType } from './payload/feedback-schema.ts';
import type { KindParts, Mapped } from './record-kind.ts';
import type { Reference } from './reference/reference.ts';
import { type Refusal, refusal } from './refusal.ts';

/** A body that was checked, with what its value says. */
interface Read {
  readonly body: AnyFeedbackBody;
  readonly told: Told;
}

type Reader = (body: unknown) => Read | Refusal;

const readerOf = <F extends FeedbackForm>(
  check: (body: unknown) => Checked<FeedbackBody[F]>,
  tell: (body: FeedbackBody[F]) => Told,
): Reader => {
  return (body) => {
    const checked = check(body);
    return 'refused' in checked ? checked.refused : { body: checked.value, told: tell(checked.value) };
  };
};

const readers: Readonly<Record<FeedbackForm, Reader>> = {
  correction: readerOf<'correction'>(checker(feedbackSchemas.correction), toldBy.correction),
  label: readerOf<'label'>(checker(feedbackSchemas.label), toldBy.label),
  rating: readerOf<'rating'>(checker(feedbackSchemas.rating), toldBy.rating),
  preference: readerOf<'preference'>(checker(feedbackSchemas.preference), toldBy.preference),
  click: readerOf<'click'>(checker(feedbackSchemas.click), toldBy.click),
  implicit: readerOf<'implicit'>(checker(feedbackSchemas.implicit), toldBy.implicit),
  comment: readerOf<'comment'>(checker(feedbackSchemas.comment), toldBy.comment),
  retraction: readerOf<'retraction'>(checker(feedbackSchemas.retraction), toldBy.retraction),
};

const path = '/feedback_type';

/** What has no type either retracts or is a rating. */
const formWithout = (body: object): FeedbackForm | Refusal =>
  'rating' in body ? 'rating' : refusal('missing_field', 'the record needs feedback_type, rating or retracts', { path });

/** The form that a body says it has. */
const formOf = (body: unknown): FeedbackForm | Refusal => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refusal('invalid_field', 'the record must be object', { path: '' });
  if ('retracts' in body) return 'retraction';
  if (!('feedback_type' in body)) return formWithout(body);
  const form = typeof body.feedback_type === 'string' ? formOfType.get(body.feedback_type) : undefined;
  return form ?? refusal('invalid_field', `feedback_type must be one of ${[...formOfType.keys()].join(', ')}`, { path });
};

const namesIn = (body: AnyFeedbackBody): UsedNames => ({
  target: 'inference_id' in body ? 'inference_id' : 'inference_request_id',
  value: ['feedback_value', 'rating'].find((name) => name in body) ?? 'value',
});

const readBody = (given: unknown): Read | Refusal => {
  const form = formOf(given);
  return typeof form === 'string' ? readers[form](given) : form;
};

/** Under what repeats of it are known: an amendment or a retraction has the id of what it changes, and is not a repeat of that. */
const knownBy = ({ op, tenant, feedback_id, idempotency_key }: FeedbackEvent): string =>
  op === 'CREATE' ? feedback_id : `${op}|${tenant}|${feedback_id}|${idempotency_key}`;

const mapper =
  (reference: Reference) =>
  (given: unknown, origin: Origin): Mapped<FeedbackEvent> | Refusal => {
    const read = readBody(given);
    if ('code' in read) return read;
    const { body, told } = read;
    const value = feedbackEventOf(body, told, origin);
    const refused =
      outsideLink(value, { names: namesIn(body), body }, origin.link) ??
      badTime(value.event_time, origin.now, '/event_time') ??
      brokenRule(value, namesIn(body), reference);
    return refused ?? { id: value.feedback_id, knownBy: knownBy(value), isNamed: value.idempotency_key !== null, value };
  };

/** Feedback: every form of docs/ingest.md, checked against the reference data, on the way to the topic `feedback.received`. */
export const feedbackKind = (reference: Reference): KindParts<FeedbackEvent> => ({
  name: 'feedback',
  topic: topics.feedbackReceived,
  besidesContent,
  map: mapper(reference),
});
