import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { micros } from '../../demo/generator/micros.ts';
import type { SeededDraw } from '../../demo/generator/seeded-draw.ts';
import { uuid5 } from '../../demo/generator/uuid5.ts';

/** What is drawn for one inference. */
interface About {
  readonly index: number;
  readonly draw: SeededDraw;
}

const share = 0.12;

/** Whether somebody says more about an inference than they keep to. */
export const hasSecondThoughts = ({ index, draw }: About): boolean => draw.chance(`second/${index}`, share);

type Change = (original: FeedbackEvent) => Partial<FeedbackEvent>;

const others: ReadonlyArray<Change> = [
  () => ({
    feedback_type: 'LABEL',
    key: 'label',
    value_kind: 'LABEL',
    label: { v: '1', score: 0.9 },
    correction: null,
  }),
  () => ({
    feedback_type: 'LABEL',
    key: 'label',
    value_kind: 'LABEL',
    label: { v: '3', score: 0.1 },
    correction: null,
  }),
  () => ({
    feedback_type: 'COMMENT',
    key: 'comment',
    value_kind: 'TEXT',
    text: { content: 'on second thoughts' },
    label: null,
    correction: null,
  }),
  () => ({ model_version: 'of another' }),
];

const amendment = (original: FeedbackEvent, nth: number, { index, draw }: About): FeedbackEvent => ({
  ...original,
  ...draw.pick(`amended/${index}/${nth}`, others)(original),
  op: 'AMEND',
  event_id: uuid5(original.feedback_id, `amendment ${nth}`),
  event_time: original.event_time + draw.between(`amended at/${index}/${nth}`, micros.second, micros.minute),
});

const retraction = (original: FeedbackEvent): FeedbackEvent => ({
  ...original,
  op: 'RETRACT',
  event_id: uuid5(original.feedback_id, 'retraction'),
});

const amendmentsOf = (original: FeedbackEvent, about: About): ReadonlyArray<FeedbackEvent> =>
  Array.from({ length: about.draw.between(`amendments/${about.index}`, 0, 3) }, (_, nth) => amendment(original, nth, about));

const allFit = (original: FeedbackEvent, amendments: ReadonlyArray<FeedbackEvent>): boolean =>
  amendments.every(({ model_version }) => model_version === original.model_version);

/**
 * What is said under one id: mostly an original, up to three amendments of it, some of which do not fit, or a retraction. Whether an amendment that
 * does not fit is refused or void once its original is retracted depends on what was read first, so there is no retraction beside such.
 */
export const secondThoughts = (original: FeedbackEvent, about: About): ReadonlyArray<FeedbackEvent> => {
  const { index, draw } = about;
  const amendments = amendmentsOf(original, about);
  const originals = draw.chance(`never said/${index}`, 0.1) ? [] : [original];
  return [
    ...originals,
    ...amendments,
    ...(allFit(original, amendments) && draw.chance(`retracted/${index}`, 0.4) ? [retraction(original)] : []),
  ];
};

/** What is said a day later, when the windows have closed: an amendment of what stands, or a retraction of it. */
export const laterThoughts = (original: FeedbackEvent, { index, draw }: About): ReadonlyArray<FeedbackEvent> => {
  if (!draw.chance(`later/${index}`, 0.4)) return [];
  const later: FeedbackEvent = { ...original, event_time: original.event_time + 30 * micros.hour };
  const isRetracted = allFit(original, amendmentsOf(original, { index, draw })) && draw.chance(`taken back later/${index}`, 0.5);
  return [isRetracted ? retraction(later) : amendment(later, 9, { index, draw })];
};
