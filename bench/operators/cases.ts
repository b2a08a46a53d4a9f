import { dedupeFeedback } from './cases/dedupe.ts';
import { filterMap } from './cases/filter-map.ts';
import { joinFeedback } from './cases/join.ts';
import { passThrough } from './cases/pass-through.ts';
import { windowInOrder, windowOverDay, windowsByTheMillion } from './cases/window-count.ts';
import type { OperatorCase, Scale } from './operator-case.ts';

/** Every case, by the name under which it can be asked for. */
export const cases: Readonly<Record<string, (scale: Scale) => OperatorCase>> = {
  'pass-through': passThrough,
  'filter-map': filterMap,
  'window-in-order': windowInOrder,
  'window-over-day': windowOverDay,
  'window-million': windowsByTheMillion,
  dedupe: dedupeFeedback,
  join: joinFeedback,
};
