import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { Values } from './answer.ts';
import { type FeedbackDraft, feedbackDraft } from './answered-feedback.ts';
import { fate } from './fate.ts';
import { idNamespace } from './inference-record.ts';
import { micros } from './micros.ts';
import type { Plan } from './plan.ts';
import { uuid5 } from './uuid5.ts';

const repeatShare = 0.015;
const conflictShare = 0.003;

const another = (label: string, labels: ReadonlyArray<string>): string => labels[(labels.indexOf(label) + 1) % labels.length] ?? label;

const otherPreference = ({ preference }: FeedbackEvent): Partial<Values> => {
  const chosen_id = preference?.rejected_ids[0];
  return preference === null || chosen_id === undefined
    ? {}
    : { preference: { ...preference, chosen_id, rejected_ids: [preference.chosen_id], tie: false } };
};

type Changes = Partial<Record<FeedbackEvent['value_kind'], (event: FeedbackEvent, labels: ReadonlyArray<string>) => Partial<Values>>>;

/** How somebody who says something else under the same id says it: a value that passes every check by itself. */
const changes: Changes = {
  BOOL: ({ bool }) => ({ bool: bool && { v: !bool.v } }),
  NUMBER: ({ number }) => ({ number: number && { ...number, v: number.v === 3 ? 2 : 6 - number.v } }),
  LABEL: ({ label }, labels) => ({ label: label && { ...label, v: another(label.v, labels) } }),
  CORRECTION: ({ correction }, labels) => ({ correction: correction && { ...correction, content: another(correction.content, labels) } }),
  TEXT: ({ text }) => ({ text: text && { content: `${text.content} Or would they?` } }),
  IMPLICIT: ({ implicit }) => ({ implicit: implicit && { ...implicit, dwell_ms: (implicit.dwell_ms ?? 0) + 1500 } }),
  PREFERENCE: otherPreference,
};

const changed = (event: FeedbackEvent, labels: ReadonlyArray<string>): FeedbackEvent => ({
  ...event,
  ...changes[event.value_kind]?.(event, labels),
  event_id: uuid5(idNamespace, `changed/${event.event_id}`),
});

/** What is sent again: exact copies, to be dropped, and records that say something else under the same id, to be refused. */
export const repeats = (feedback: ReadonlyArray<FeedbackDraft>, { draw, labels }: Plan): ReadonlyArray<FeedbackDraft> =>
  feedback.flatMap(({ value, arrived_at }) => {
    const again = (kind: string): number =>
      arrived_at + draw.spread(`${kind}-delay/${value.feedback_id}`, micros.second, 30 * micros.minute);
    const copy = draw.chance(`repeat/${value.feedback_id}`, repeatShare) ? [feedbackDraft(value, again('repeat'), fate.duplicate)] : [];
    const conflict = draw.chance(`conflict/${value.feedback_id}`, conflictShare)
      ? [feedbackDraft(changed(value, labels), again('conflict'), fate.rejected('dedupe', 'conflicting_duplicate'))]
      : [];
    return [...copy, ...conflict];
  });
