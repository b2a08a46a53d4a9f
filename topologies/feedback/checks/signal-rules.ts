import type { CheckedFeedback } from './checked-feedback.ts';

const isWithin = (value: number | null | undefined, min: number, max: number): boolean =>
  value === null || value === undefined || (Number.isFinite(value) && value >= min && value <= max);

/** Whether the signal is declared, with the kind of value that the feedback has. */
export const isDeclared = ({ event, signal }: CheckedFeedback): boolean => signal?.value_kind === event.value_kind;

/** Whether the label or correction is one that the signal lists, or it lists none. */
export const isListed = ({ event, signal }: CheckedFeedback): boolean => {
  const told = event.label?.v ?? event.correction?.content;
  return told === undefined || signal === undefined || signal.labels.length === 0 || signal.labels.includes(told);
};

const isOnScale = ({ event: { number, implicit }, signal }: CheckedFeedback): boolean => {
  const min = signal?.min ?? Number.NEGATIVE_INFINITY;
  const max = signal?.max ?? Infinity;
  return isWithin(number?.v, min, max) && isWithin(implicit?.v, min, max);
};

const areShares = ({ event: { label, preference } }: CheckedFeedback): boolean =>
  isWithin(label?.score, 0, 1) && isWithin(preference?.strength, 0, 1);

/** Whether every number is finite and within what is declared of it; NaN never is. */
export const isInRange = (checked: CheckedFeedback): boolean =>
  isOnScale(checked) && areShares(checked) && isWithin(checked.event.implicit?.dwell_ms, 0, Infinity);
