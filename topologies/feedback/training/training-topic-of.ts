import type { FeedbackEvent, FeedbackType } from '../../../schemas/generated/feedback-event.ts';

/** A training topic by its short name; `none` for what no training topic takes. */
export type TrainingKind = 'corrections' | 'preferences' | 'ratings' | 'implicit' | 'none';

const kinds: Readonly<Record<FeedbackType, TrainingKind>> = {
  UNKNOWN: 'none',
  EXPLICIT_CORRECTION: 'corrections',
  LABEL: 'corrections',
  PREFERENCE_PAIR: 'preferences',
  RATING: 'ratings',
  IMPLICIT_CLICK: 'implicit',
  IMPLICIT: 'implicit',
  COMMENT: 'none',
};

/** Which training examples a feedback belongs to. */
export const trainingKindOf = ({ feedback_type }: Pick<FeedbackEvent, 'feedback_type'>): TrainingKind => kinds[feedback_type];

/** The name of the topic that holds them. */
export const trainingTopicOf = (feedback: Pick<FeedbackEvent, 'feedback_type'>): string => `training.${trainingKindOf(feedback)}`;
