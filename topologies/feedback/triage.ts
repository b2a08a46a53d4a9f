import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import type { ReviewReason } from '../../schemas/generated/review-task.ts';

/** Why a person has to look at feedback; undefined where nobody has to. The first reason that holds is given. */
export const doubtOf = ({ feedback_type, preference, label }: FeedbackEvent): Exclude<ReviewReason, 'UNKNOWN'> | undefined => {
  if (feedback_type === 'COMMENT') return 'COMMENT';
  if (preference?.tie === true) return 'TIE';
  const score = label?.score ?? null;
  return score !== null && score < 0.5 ? 'UNSURE' : undefined;
};
