import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { TrainingPreference } from '../../../schemas/generated/training-preference.ts';
import { exampleBase } from './example-base.ts';

type Choice = Pick<TrainingPreference, 'chosen_id' | 'rejected_ids' | 'strength'>;

/** The best of a ranking is preferred to all the others. */
const choiceOf = ({ preference, ranking }: FeedbackEvent): Choice => {
  if (preference !== null) {
    const { chosen_id, rejected_ids, strength } = preference;
    return { chosen_id, rejected_ids, strength };
  }
  const [chosen_id = '', ...rejected_ids] = ranking?.items ?? [];
  return { chosen_id, rejected_ids, strength: null };
};

/** The training example of a preference or a ranking. */
export const preferenceExample = (attributed: AttributedFeedback): TrainingPreference => {
  const { feedback, attribution } = attributed;
  const choice = choiceOf(feedback);
  return {
    ...exampleBase('training.preferences', attributed),
    rationale: feedback.rationale,
    ...choice,
    target_chosen: choice.chosen_id === attribution.inference_id,
  };
};
