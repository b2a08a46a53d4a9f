import { versioned } from '../../../pipeline/core/key.ts';
import { route, way, type Route } from '../../../pipeline/core/route.ts';
import type { topics } from '../topics.ts';
import { correctionExample } from './correction-example.ts';
import { implicitExample } from './implicit-example.ts';
import { placed, type Placement } from './placement.ts';
import { preferenceExample } from './preference-example.ts';
import { ratingExample } from './rating-example.ts';
import { trainingKindOf } from './training-topic-of.ts';

/** Sends each attributed feedback to the training topic of its kind, as the example that the topic holds, or as its tombstone. */
export const byKind = ({ corrections, preferences, ratings, implicit }: typeof topics.training): Route<Placement> =>
  route(
    versioned('2', ({ attributed: { feedback } }: Placement) => trainingKindOf(feedback)),
    {
      corrections: way(corrections, placed(correctionExample)),
      preferences: way(preferences, placed(preferenceExample)),
      ratings: way(ratings, placed(ratingExample)),
      implicit: way(implicit, placed(implicitExample)),
    },
  );
