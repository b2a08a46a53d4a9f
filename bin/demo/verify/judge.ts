import { isDeepStrictEqual } from 'node:util';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Message } from '../generator/message.ts';
import { refusal, type Reference } from './refusal.ts';
import { unreadable } from './unreadable.ts';

const hour = 3_600_000_000;
const reach = 24 * hour;
const patience = 25 * hour;
/** Nearer than this to a horizon, the outcome would depend on the order in which partitions are read. */
const clearance = 2 * hour;

/** Feedback that passed every check, with the inference that it judges. */
export interface Judged {
  readonly event: FeedbackEvent;
  readonly inference: InferenceLog;
}

/** How one message ended. `where` is node and code of a reject, `judged` what came through. */
export interface Verdict {
  readonly ended: 'accepted' | 'attributed' | 'duplicate' | 'orphaned' | 'waiting' | 'rejected';
  readonly where?: readonly [node: string, code: string];
  readonly judged?: Judged;
}

/** An inference and when its record arrived, in µs. */
export interface Logged {
  readonly inference: InferenceLog;
  readonly arrived_at: number;
}

/** What the run holds besides feedback. */
export interface Known extends Reference {
  /** Accepted inferences by tenant and id, joined with `|`. */
  readonly inferences: ReadonlyMap<string, Logged>;
  /** Up to here, in µs, stream time comes for certain. */
  readonly end: number;
}

const fits: Readonly<Record<string, ReadonlyArray<string>>> = {
  classify: ['EXPLICIT_CORRECTION', 'LABEL', 'PREFERENCE_PAIR', 'RATING', 'COMMENT'],
  recommend: ['IMPLICIT_CLICK', 'IMPLICIT', 'RATING', 'COMMENT'],
};

const misfit = ({ event, inference }: Judged): string | undefined => {
  if (event.model_version !== null && event.model_version !== inference.model_version) return 'version_mismatch';
  return fits[inference.operation]?.includes(event.feedback_type) === false ? 'value_does_not_fit_task' : undefined;
};

const undecidable = (event: FeedbackEvent): Error =>
  new Error(`The outcome of feedback ${event.feedback_id} depends on the order of reading: it is too near to a horizon.`);

const unmatched = (event: FeedbackEvent, end: number): Verdict => {
  const given = event.event_time + patience;
  if (Math.abs(given - end) < clearance) throw undecidable(event);
  return { ended: given < end ? 'orphaned' : 'waiting' };
};

const attributed = (event: FeedbackEvent, arrived_at: number, { inferences, end }: Known): Verdict => {
  const logged = inferences.get(`${event.tenant}|${event.target.id}`);
  if (logged === undefined) return unmatched(event, end);
  const { inference } = logged;
  const distance = Math.abs(event.event_time - inference.started);
  if (Math.abs(distance - reach) < clearance) throw undecidable(event);
  if (distance > reach) return unmatched(event, end);
  const cameAfter = arrived_at > logged.arrived_at;
  if (cameAfter && arrived_at > inference.started + patience - clearance) throw undecidable(event);
  const code = misfit({ event, inference });
  return code === undefined ? { ended: 'attributed', judged: { event, inference } } : { ended: 'rejected', where: ['verify', code] };
};

/** What makes two records under one id the same: all but the times, the carrier and the identity of the record. */
const contentOf = (event: FeedbackEvent): FeedbackEvent => ({
  ...event,
  event_id: '',
  schema_version: 0,
  traceparent: null,
  event_time: 0,
  sent_time: null,
  received_time: 0,
  client: null,
  api_key_id: null,
});

/** Judges feedback messages one after the other, in the order of sending, by docs/rules.md. */
export const judge = (known: Known): ((message: Message & { readonly topic: 'feedback.received' }) => Verdict) => {
  const seen = new Map<string, FeedbackEvent>();
  return (message) => {
    const broken = unreadable(message);
    const { value } = message;
    if (broken !== undefined || value === null) return { ended: 'rejected', where: ['feedback-in', broken ?? 'bad_magic'] };
    const code = refusal(value, known);
    if (code !== undefined) return { ended: 'rejected', where: ['validate', code] };
    const id = JSON.stringify([value.tenant, value.target.id, value.feedback_id]);
    const earlier = seen.get(id);
    if (earlier === undefined) {
      seen.set(id, value);
      return attributed(value, message.arrived_at, known);
    }
    return isDeepStrictEqual(contentOf(earlier), contentOf(value))
      ? { ended: 'duplicate' }
      : { ended: 'rejected', where: ['dedupe', 'conflicting_duplicate'] };
  };
};
