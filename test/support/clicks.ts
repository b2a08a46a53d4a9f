import { recordType } from '../../pipeline/avro/record-type.ts';
import { compactedTopic, rawTopic, topic } from '../../pipeline/core/topic.ts';

/** A small record for tests of what has nothing to do with feedback. */
export interface Click {
  readonly user: string;
  readonly page: { readonly id: string; readonly section: string | null };
  readonly paid: boolean;
  /** ms since the epoch. */
  readonly at: number;
}

/** A visit that clicks are joined with. */
export interface Visit {
  readonly visitor: string;
  readonly country: string;
  /** ms since the epoch. */
  readonly at: number;
}

const millis = { type: 'long', logicalType: 'timestamp-millis' };

export const clickType = recordType<Click>({
  type: 'record',
  name: 'Click',
  fields: [
    { name: 'user', type: 'string' },
    {
      name: 'page',
      type: {
        type: 'record',
        name: 'Page',
        fields: [
          { name: 'id', type: 'string' },
          { name: 'section', type: ['null', 'string'], default: null },
        ],
      },
    },
    { name: 'paid', type: 'boolean' },
    { name: 'at', type: millis },
  ],
});

export const visitType = recordType<Visit>({
  type: 'record',
  name: 'Visit',
  fields: [
    { name: 'visitor', type: 'string' },
    { name: 'country', type: 'string' },
    { name: 'at', type: millis },
  ],
});

export const clicked = topic('clicked', { type: clickType, key: ['user'], time: 'at' });
export const paidClicks = topic('clicks.paid', { type: clickType, key: ['user'], time: 'at' });
export const visits = topic('visits', { type: visitType, key: ['visitor'], time: 'at' });
export const lastVisits = compactedTopic('visits.last', { type: visitType, key: ['visitor'], time: 'at' });
export const deadLetter = rawTopic('clicks.dead-letter');

/** 2024-01-01 UTC. */
export const newYear = Date.UTC(2024, 0, 1);

/** A click with what matters to a test said and the rest made up. */
export const clickOf = (user: string, at = newYear, over: Partial<Click> = {}): Click => ({
  user,
  page: { id: 'p1', section: null },
  paid: true,
  at,
  ...over,
});
