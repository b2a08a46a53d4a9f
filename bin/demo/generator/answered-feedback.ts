import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { Answer } from './answer.ts';
import { fate } from './fate.ts';
import { feedbackRecord } from './feedback-record.ts';
import { keyOf } from './key-of.ts';
import type { Fate } from './message.ts';
import type { Plan } from './plan.ts';
import { answerTiming, outOfReach } from './timing.ts';

/** A draft of a feedback message. */
export interface FeedbackDraft {
  readonly topic: 'feedback.received';
  readonly key: string;
  readonly arrived_at: number;
  readonly damage: null;
  readonly raw: null;
  readonly value: FeedbackEvent;
  readonly fate: Fate;
}

/** The draft of a feedback message that is sent as it is. */
export const feedbackDraft = (value: FeedbackEvent, arrived_at: number, end: Fate): FeedbackDraft => ({
  topic: 'feedback.received',
  key: keyOf(value.tenant, value.target.id),
  arrived_at,
  damage: null,
  raw: null,
  value,
  fate: end,
});

const isGiven = ({ name, inference, share }: Answer, { clean, draw }: Plan): boolean =>
  clean || draw.chance(`given/${name}/${inference.inference_id}`, share);

/** The feedback messages of those answers that are given. */
export const answeredFeedback = (answers: ReadonlyArray<Answer>, plan: Plan): ReadonlyArray<FeedbackDraft> =>
  answers
    .filter((answer) => isGiven(answer, plan))
    .map((answer) => {
      const { event_time, arrived_at } = answerTiming(answer, plan);
      const value = feedbackRecord(answer, { draw: plan.draw, seed: plan.seed, event_time, received_time: arrived_at });
      const end = outOfReach(answer, plan) === undefined ? fate.attributed(answer.destination) : fate.orphaned;
      return feedbackDraft(value, arrived_at, end);
    });
