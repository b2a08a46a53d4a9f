import { filter } from '../../../operators/filter.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { chunkOf, startTime } from '../../support/fed.ts';
import { feedbackAt } from '../../support/feedback-input.ts';
import { deadLetter, discarded } from '../discarded.ts';
import type { OperatorCase, Scale } from '../operator-case.ts';

/** Every record goes through one operator, unchanged. */
export const passThrough = ({ keys }: Scale): OperatorCase => ({
  name: 'pass-through',
  about: 'a filter that passes everything',
  bar: 5_000_000,
  flink: 155_000,
  topology: topology('bench', { deadLetter }, (t) => {
    t.source('in', topics.feedbackReceived)
      .pipe(filter('all', () => true))
      .to('out', discarded<FeedbackEvent>());
  }),
  warmChunks: Math.ceil(keys / 5_000),
  chunk: (n) =>
    chunkOf(n, { entry: 'in', topic: 'feedback.received' }, (offset) => ({
      value: feedbackAt(offset, offset, 0),
      time: startTime + offset,
    })),
  byHand: () => {
    let out: unknown[] = [];
    let made = 0;
    return {
      take: ({ records }) => {
        for (const record of records) out.push(record);
        made += out.length;
        out = [];
      },
      commit: () => undefined,
      get made() {
        return made;
      },
    };
  },
});
