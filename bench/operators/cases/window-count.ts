import { count } from '../../../operators/aggregates/count.ts';
import { tumble } from '../../../operators/tumble.ts';
import type { Windowed } from '../../../operators/windows/windowed.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { hours, minutes, seconds } from '../../../pipeline/core/time.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { feedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { topic } from '../../../pipeline/core/topic.ts';
import { chunkOf, chunkSize, startTime } from '../../support/fed.ts';
import { feedbackAt } from '../../support/feedback-input.ts';
import { deadLetter, discarded } from '../discarded.ts';
import type { OperatorCase, Scale } from '../operator-case.ts';
import { windowByHand } from './window-by-hand.ts';

const byVersion = topic('feedback.received', { type: feedbackEvent, key: ['model_version'], time: 'event_time' });

const size = minutes(1);

const counting = (lateness: number): Topology =>
  topology('bench', { deadLetter }, (t) => {
    t.source('in', byVersion)
      .pipe(tumble('count-1m', { size, lateness, per: { version: 'model_version' }, aggregate: count() }))
      .to('out', discarded<Windowed<{ readonly version: string }, number>>());
  });

const place = { entry: 'in', topic: 'feedback.received' };
const perMinute = 60_000;
const versionsInOrder = 100;

/** Feedback that comes as it happened: a hundred versions, a thousand records a second of event time. */
export const windowInOrder = ({ keys }: Scale): OperatorCase => {
  const lateness = seconds(10);
  return {
    name: 'window count, in order',
    about: `a count a minute for each of ${versionsInOrder} versions, in order of event time`,
    bar: 1_000_000,
    flink: 76_000,
    topology: counting(lateness),
    warmChunks: Math.ceil(keys / 3_000),
    chunk: (n) =>
      chunkOf(n, place, (offset) => ({
        value: feedbackAt(offset, offset, (offset * 7) % versionsInOrder),
        time: startTime + Math.floor((offset * minutes(1)) / perMinute),
      })),
    byHand: () => windowByHand({ size, lateness }),
  };
};

const minutesOfDay = 1_440;

/** Walks through all of 0 … total - 1 before any comes again, and never to a neighbour. `total` and the step have no common divisor. */
const scattered = (offset: number, total: number): number => (offset * 7_919) % total;

/** Feedback that comes up to a day after what it judges, counted by the minute of that: every minute of a day is open, for each version. */
const overDay = (versions: number, name: string): OperatorCase => {
  const lateness = hours(25);
  const windows = versions * minutesOfDay;
  return {
    name,
    about: `${versions} versions and every minute of a day open: ${windows.toLocaleString('en')} windows, in no order`,
    bar: 300_000,
    flink: undefined,
    topology: counting(lateness),
    warmChunks: Math.ceil(Math.max(windows, 100_000) / chunkSize),
    chunk: (n) =>
      chunkOf(n, place, (offset) => {
        const window = scattered(offset, windows);
        const now = startTime + hours(24) + Math.floor(offset / 100);
        return { value: feedbackAt(offset, offset, Math.floor(window / minutesOfDay)), time: now - (window % minutesOfDay) * minutes(1) };
      }),
    byHand: () => windowByHand({ size, lateness }),
  };
};

/** As many versions as are under traffic at a time. */
export const windowOverDay = (): OperatorCase => overDay(10, 'window count, over a day');

/** So many versions that nearly every record changes, and makes a revision of, another window. */
export const windowsByTheMillion = ({ keys }: Scale): OperatorCase =>
  overDay(Math.max(1, Math.ceil(keys / minutesOfDay)), 'window count, windows by the million');
