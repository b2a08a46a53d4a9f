import type { Rules } from '../../../operators/validate.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackType } from '../../../schemas/generated/feedback-event.ts';

/** The types of feedback that fit what was asked for; an operation that is not named takes all. */
const fitting: ReadonlyMap<string, ReadonlyArray<FeedbackType>> = new Map([
  ['classify', ['EXPLICIT_CORRECTION', 'LABEL', 'PREFERENCE_PAIR', 'RATING', 'COMMENT']],
  ['recommend', ['IMPLICIT_CLICK', 'IMPLICIT', 'RATING', 'COMMENT']],
]);

/** What only the inference can tell of feedback, in the order of docs/rules.md. */
export const attributedRules: Rules<AttributedFeedback> = [
  {
    code: 'version_mismatch',
    check: ({ attribution }) =>
      attribution.claimed_version_mismatch ? `claims another version than ${attribution.model_version}, which answered` : undefined,
  },
  {
    code: 'value_does_not_fit_task',
    check: ({ feedback: { feedback_type }, inference: { operation } }) =>
      fitting.get(operation)?.includes(feedback_type) === false ? `${feedback_type} does not fit the operation ${operation}` : undefined,
  },
];
