import { versioned } from '../../../pipeline/core/key.ts';
import { route, way, type Route } from '../../../pipeline/core/route.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { topics } from '../topics.ts';
import { correctionExample } from './correction-example.ts';
import { implicitExample } from './implicit-example.ts';
import { preferenceExample } from './preference-example.ts';
import { ratingExample } from './rating-example.ts';
import { trainingKindOf } from './training-topic-of.ts';

/** Sends each attributed feedback to the training topic of its kind, as the example that the topic holds. */
export const byKind = ({ corrections, preferences, ratings, implicit }: typeof topics.training): Route<AttributedFeedback> =>
  route(
    versioned('1', ({ feedback }: AttributedFeedback) => trainingKindOf(feedback)),
    {
      corrections: way(corrections, correctionExample),
      preferences: way(preferences, preferenceExample),
      ratings: way(ratings, ratingExample),
      implicit: way(implicit, implicitExample),
    },
  );
