import { feedbackEvent, type FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { inferenceLog, type InferenceLog } from '../../schemas/generated/inference-log.ts';
import { fixtureInferences, soundFeedback } from '../../test/fixtures/sound-feedback.ts';
import { mark, Template } from './template.ts';

const uuid = (nth: number): string => `7f73a0c2-5897-5b2f-8a63-${mark(nth)}`;

const kinds = [soundFeedback.RATING, soundFeedback.LABEL, soundFeedback.IMPLICIT_CLICK, soundFeedback.COMMENT];

const feedbacks = kinds.map((kind) => {
  const value: FeedbackEvent = {
    ...kind,
    target: { ...kind.target, id: uuid(0) },
    feedback_id: uuid(1),
    event_id: uuid(1),
    model_version: `model-${mark(2)}`,
  };
  return new Template(feedbackEvent, value, 3);
});

/** Feedback as the codec decodes it: about this target, under this id, claiming this version. The kind goes with the id. */
export const feedbackAt = (target: number, id: number, version: number): FeedbackEvent => {
  const template = feedbacks[id % feedbacks.length];
  if (template === undefined) throw new RangeError(`${id} is no id`);
  return template.with(target, id, version);
};

const [, impression] = fixtureInferences;
if (impression === undefined) throw new Error('the fixture has no impression');
const inference = new Template(inferenceLog, { ...impression, inference_id: uuid(0), event_id: uuid(0) }, 1);

/** The log record of an inference as the codec decodes it. */
export const inferenceAt = (target: number): InferenceLog => inference.with(target);
