import { filter } from '../../../operators/filter.ts';
import { map } from '../../../operators/map.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { chunkOf, startTime } from '../../support/fed.ts';
import { feedbackAt } from '../../support/feedback-input.ts';
import { deadLetter, discarded } from '../discarded.ts';
import type { OperatorCase, Scale } from '../operator-case.ts';

interface Short {
  readonly tenant: string;
  readonly id: string;
  readonly version: string | null;
  readonly at: number;
}

const isRated = ({ feedback_type }: FeedbackEvent): boolean => feedback_type !== 'COMMENT';

const shortOf = ({ tenant, feedback_id, model_version, event_time }: FeedbackEvent): Short => ({
  tenant,
  id: feedback_id,
  version: model_version,
  at: event_time,
});

/** Three of four records pass, and each becomes a smaller one. */
export const filterMap = ({ keys }: Scale): OperatorCase => ({
  name: 'filter+map',
  about: 'three of four records pass and become smaller ones',
  bar: 3_000_000,
  flink: 175_000,
  topology: topology('bench', { deadLetter }, (t) => {
    t.source('in', topics.feedbackReceived).pipe(filter('rated', isRated)).pipe(map('short', shortOf)).to('out', discarded<Short>());
  }),
  warmChunks: Math.ceil(keys / 5_000),
  chunk: (n) =>
    chunkOf(n, { entry: 'in', topic: 'feedback.received' }, (offset) => ({
      value: feedbackAt(offset, offset, 0),
      time: startTime + offset,
    })),
  byHand: () => {
    let out: Short[] = [];
    let made = 0;
    return {
      take: ({ records }) => {
        for (const { value } of records) if (isRated(value as FeedbackEvent)) out.push(shortOf(value as FeedbackEvent));
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
