import type { FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import type { ReferenceSignal } from '../../schemas/generated/reference-signal.ts';

type Scale = Pick<ReferenceSignal, 'min' | 'max'>;

/** A number between 0 and 1 on a scale that declares both its ends, the lower one first; any other scale leaves it as it is. */
const onScale = (v: number, { min, max }: Scale): number => (min !== null && max !== null && min < max ? (v - min) / (max - min) : v);

const noScale: Scale = { min: null, max: null };

/** A rating on the scale that its signal declares; null of feedback that is none. */
export const scoreOf = ({ feedback_type, bool, number }: FeedbackEvent, signal: Scale | undefined): number | null => {
  if (feedback_type !== 'RATING') return null;
  if (bool !== null) return bool.v ? 1 : 0;
  return number === null ? null : onScale(number.v, signal ?? noScale);
};
