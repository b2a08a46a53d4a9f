import type { Outputs } from '../../../pipeline/testing/simulate/outputs.ts';
import { feedbackOutcome, type FeedbackOutcome } from '../../../schemas/generated/feedback-outcome.ts';
import { topics } from '../../../topologies/feedback/topics.ts';

const idOf = ({ target_id, feedback_id }: FeedbackOutcome): string => `${target_id}/${feedback_id}`;

/** What the last word on each feedback is. Of what was taken back only that: what it was last depends on what had been read before. */
const outcomesIn = (outputs: Outputs): ReadonlyArray<string> => {
  const last = new Map<string, FeedbackOutcome>();
  for (const { value } of outputs.raw('outcome-rows')) {
    const outcome = value === null ? undefined : feedbackOutcome.decode(value.subarray(5));
    if (outcome !== undefined) last.set(idOf(outcome), outcome);
  }
  return [...last].map(([id, outcome]) => {
    const { outcome: end, topic, feedback_type, model_version, segment, lag_us, event_time } = outcome;
    const told = end === 'RETRACTED' ? [] : [topic, feedback_type, model_version, segment, lag_us, event_time];
    return `${id} ends as ${[end, ...told].join(' ')}`;
  });
};

/** What was attributed last of each feedback that was not taken back. */
const attributedIn = (outputs: Outputs): ReadonlyArray<string> => {
  const last = new Map<string, string | undefined>();
  for (const { feedback, inference, score, segment } of outputs.values(topics.feedbackAttributed)) {
    const told = JSON.stringify({ feedback, inference, score, segment });
    last.set(`${feedback.target.id}/${feedback.feedback_id}`, feedback.op === 'RETRACT' ? undefined : told);
  }
  return [...last.values()].filter((told) => told !== undefined);
};

/** What is current of each feedback in the end. */
export const currentFacts = (outputs: Outputs): ReadonlyArray<string> => [...outcomesIn(outputs), ...attributedIn(outputs)];
