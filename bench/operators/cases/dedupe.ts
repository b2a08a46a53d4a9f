import { dedupe } from '../../../operators/dedupe.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { chunkOf, chunkSize, startTime } from '../../support/fed.ts';
import { feedbackAt } from '../../support/feedback-input.ts';
import { deadLetter, discarded } from '../discarded.ts';
import type { ByHand, OperatorCase, Scale } from '../operator-case.ts';

const within = hours(24);
const repeatEvery = 20;

/** One in twenty is a repeat of what came ten records before. */
const idOf = (offset: number): number => (offset % repeatEvery === repeatEvery - 1 ? offset - 10 : offset);

/** Remembers ids in a map, which keeps the order in which they came: the oldest are forgotten from its front. */
const byHand = (): ByHand => {
  const seen = new Map<string, number>();
  let out: unknown[] = [];
  let made = 0;
  const forget = (time: number): void => {
    for (const [id, until] of seen) {
      if (until > time) return;
      seen.delete(id);
    }
  };
  return {
    take: ({ records }) => {
      for (const record of records) {
        const { tenant, target, feedback_id } = record.value as FeedbackEvent;
        const id = `${tenant}|${target.id}|${feedback_id}`;
        if (seen.has(id)) continue;
        seen.set(id, record.time + within);
        out.push(record);
      }
      forget(records.at(-1)?.time ?? 0);
      made += out.length;
      out = [];
    },
    commit: () => undefined,
    get made() {
      return made;
    },
  };
};

/** As the feedback topology removes repeats: by tenant, target and feedback id, with a hash of the content, for a day. */
export const dedupeFeedback = ({ keys }: Scale): OperatorCase => {
  const offsets = Math.ceil(keys / (1 - 1 / repeatEvery));
  return {
    name: 'dedupe',
    about: `${keys.toLocaleString('en')} ids remembered for a day, content compared, one record in ${repeatEvery} a repeat`,
    bar: 500_000,
    flink: 54_000,
    topology: topology('bench', { deadLetter }, (t) => {
      t.source('in', topics.feedbackReceived)
        .pipe(dedupe('dedupe', { key: ['tenant', 'target.id', 'feedback_id'], within }))
        .to('out', discarded<FeedbackEvent>());
    }),
    warmChunks: Math.ceil((offsets * 1.05) / chunkSize),
    chunk: (n) =>
      chunkOf(n, { entry: 'in', topic: 'feedback.received' }, (offset) => ({
        value: feedbackAt(idOf(offset), idOf(offset), 0),
        time: startTime + Math.floor((offset / offsets) * within),
      })),
    byHand,
  };
};
