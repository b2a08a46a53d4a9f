import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { TrainingRating } from '../../../schemas/generated/training-rating.ts';
import { exampleBase } from './example-base.ts';

/** The training example of a rating: as given, and between 0 and 1. */
export const ratingExample = (attributed: AttributedFeedback): TrainingRating => {
  const { bool, number, rationale } = attributed.feedback;
  const raw = number?.v ?? (bool?.v === true ? 1 : 0);
  return { ...exampleBase('training.ratings', attributed), rationale, raw, score: attributed.score ?? raw };
};
