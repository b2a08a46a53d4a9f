import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { attributed } from '../../../topologies/feedback/attribution/attributed.ts';
import { carryOf } from '../../../topologies/feedback/attribution/carry-of.ts';
import { scoreOf } from '../../../topologies/feedback/score.ts';
import { fixtureInferences, fixtureSignals, soundFeedback } from '../../fixtures/sound-feedback.ts';

/** The inference that feedback of the fixtures is about. */
export const inferenceOf = (event: FeedbackEvent): InferenceLog => {
  const found = fixtureInferences.find(({ inference_id }) => inference_id === event.target.id);
  if (found === undefined) throw new Error(`no fixture is the inference ${event.target.id}`);
  return found;
};

/** Feedback of the fixtures as it is once it has met its inference, with its score and the segment `staff`. */
export const attributedSample = (event: FeedbackEvent): AttributedFeedback => ({
  ...attributed(event, carryOf(inferenceOf(event)), 'MATCHED'),
  segment: 'staff',
  score: scoreOf(
    event,
    fixtureSignals.find(({ key }) => key === event.key),
  ),
});

/** Three stars out of five, on the scale that the fixtures declare. */
export const threeStars: FeedbackEvent = {
  ...soundFeedback.RATING,
  key: 'stars',
  value_kind: 'NUMBER',
  bool: null,
  number: { v: 3, min: null, max: null },
};

/** A ranking of the first prediction of the fixtures above two others. */
export const ranking: FeedbackEvent = {
  ...soundFeedback.PREFERENCE_PAIR,
  value_kind: 'RANKING',
  preference: null,
  ranking: { items: ['other-1', soundFeedback.PREFERENCE_PAIR.target.id, 'other-2'] },
};

/** Every kind of feedback that passes the checks, by what it is. */
export const samples: Readonly<Record<string, FeedbackEvent>> = {
  ...soundFeedback,
  'three stars': threeStars,
  ranking,
  tie: {
    ...soundFeedback.PREFERENCE_PAIR,
    preference: { chosen_id: soundFeedback.PREFERENCE_PAIR.target.id, rejected_ids: ['b'], strength: 0.5, tie: true },
  },
  'an unsure label': { ...soundFeedback.LABEL, label: { v: '7', score: 0.49 } },
  'a label at the edge of doubt': { ...soundFeedback.LABEL, label: { v: '1', score: 0.5 } },
};
