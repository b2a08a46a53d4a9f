import { type Told, outputOf } from './example-of.ts';
import type { Judged } from './judge.ts';

/** One value of one metric. */
export type Observation = readonly [metric: string, value: number];

const accuracy = (judged: Judged): ReadonlyArray<Observation> => {
  const { feedback_type, correction, label } = judged.event;
  if (feedback_type !== 'EXPLICIT_CORRECTION' && feedback_type !== 'LABEL') return [];
  return [['accuracy', (correction?.content ?? label?.v) === outputOf(judged) ? 1 : 0]];
};

const clickRate = ({ event }: Judged): ReadonlyArray<Observation> => {
  const signal = event.implicit?.signal;
  return signal === 'CLICK' || signal === 'ABANDON' ? [['click_rate', signal === 'CLICK' ? 1 : 0]] : [];
};

/** What one feedback adds to the quality of the version that it judges. */
export const observations = (judged: Judged, { score }: Told): ReadonlyArray<Observation> => {
  const reward = judged.event.implicit?.v ?? null;
  return [
    ...accuracy(judged),
    ...(score === null ? [] : [['satisfaction', score] as const]),
    ...clickRate(judged),
    ...(reward === null ? [] : [['reward', reward] as const]),
  ];
};
